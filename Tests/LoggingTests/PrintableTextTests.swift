import Foundation
import Testing

@testable import Logging

struct PrintableTextTests {
    /// One of each kind that a terminal obeys, or that nobody sees.
    static let hidden: [Unicode.Scalar] =
        (0..<0x20).filter { $0 != 9 && $0 != 10 }.compactMap(Unicode.Scalar.init)
        + (0x7F..<0xA0).compactMap { Unicode.Scalar($0 as UInt32) }
        + [
            "\u{AD}", "\u{34F}", "\u{61C}", "\u{115F}", "\u{17B4}", "\u{180E}", "\u{200B}", "\u{200C}",
            "\u{200D}",
            "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}",
            "\u{202E}", "\u{2060}", "\u{2062}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{206A}",
            "\u{3164}", "\u{FE0F}", "\u{FEFF}", "\u{FFA0}", "\u{FFF9}", "\u{E0001}", "\u{E0041}", "\u{E007F}",
            "\u{E0100}",
        ]

    @Test(arguments: hidden)
    func hiddenCharactersAreMarked(_ scalar: Unicode.Scalar) throws {
        let text = "a\(scalar)b"
        #expect(text.printable == "a\u{FFFD}b")
        #expect(text.printableInLine == "a\u{FFFD}b")
        let line = text.quotedIfHidden
        #expect(line.hasPrefix("\"a\\") && line.hasSuffix("b\""))
        #expect(!line.unicodeScalars.contains(scalar))
        let json = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self).escapedJSON
        #expect(!json.unicodeScalars.contains(scalar))
        #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8)) == [text])
    }

    @Test(arguments: [
        "plain ü 漢字", "\u{1F44D}\u{1F3FD}", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{2764}\u{FE0F}",
        "\u{2764}\u{FE0F}\u{200D}\u{1F525}", "1\u{FE0F}\u{20E3}", "\u{645}\u{6CC}\u{200C}\u{62E}\u{648}",
        "\u{915}\u{94D}\u{200D}\u{937}", "\u{845B}\u{E0100}", "שלום", "e\u{301}",
    ])
    func scriptsAndEmojiStayWhole(_ text: String) {
        #expect(text.printable == text)
        #expect(text.printableInLine == text)
    }

    @Test(arguments: [
        ("\u{200D}", "\u{FFFD}"), ("\u{1F468}\u{200D}", "\u{1F468}\u{FFFD}"),
        ("\u{1F468}\u{200D}\u{200D}\u{1F469}", "\u{1F468}\u{FFFD}\u{FFFD}\u{1F469}"),
        ("\u{2764}\u{FE0F}\u{FE0F}", "\u{2764}\u{FE0F}\u{FFFD}"), ("a\u{FE0F}", "a\u{FFFD}"),
    ])
    func joinersStandBetweenWhatTheyJoin(_ text: String, _ shown: String) {
        #expect(text.printable.unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test func furtherLinesAreIndented() {
        #expect("a\nb\r\nc\rd\n\ne\tf".printable(indent: 2) == "a\n  b\n  c\u{FFFD}d\n  \n  e\tf")
        #expect("a\n".printable(indent: 2) == "a\n  ")
        #expect("a\nb\tc".printableInLine == "a\u{FFFD}b\u{FFFD}c")
    }

    @Test func logLinesStayLines() {
        let event = LogEvent(
            level: .info, label: "x", message: "m", fields: ["a": "b\u{2028}c", "d": "e\u{9B}f", "g": "h i"])
        let moment = Date(timeIntervalSince1970: 0)
        #expect(
            LogLine.text.rendered(event, at: moment).hasSuffix(
                #" info x: m a="b\u{2028}c" d="e\u{9B}f" g=h i"#))
        #expect(LogLine.json.rendered(event, at: moment).contains(#""a":"b\u2028c","d":"e\u009bf""#))
    }
}
