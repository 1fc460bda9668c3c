import TestSupport
import Testing

@testable import Telemetry

struct ByteScannerTests {
    @Test func linesEndAtLineFeedsOrTheEnd() {
        var scanner = ByteScanner("one\n\nthree".bytes)
        #expect(scanner.nextLine()?.rest.text == "one")
        #expect(scanner.nextLine()?.rest.text == "")
        #expect(scanner.nextLine()?.rest.text == "three")
        #expect(scanner.nextLine()?.rest == nil)
    }

    @Test func wordsAreSeparatedByBlanksOfAnyLength() {
        var scanner = ByteScanner("  a \t bb\tccc ".bytes)
        #expect(scanner.nextWord()?.text == "a")
        #expect(scanner.nextWord()?.text == "bb")
        #expect(scanner.nextWord()?.text == "ccc")
        #expect(scanner.nextWord() == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("18446744073709551615", UInt64.max), ("18446744073709551616", nil),
            ("99999999999999999999", nil),
            ("", nil), ("-1", nil), ("1a", nil), ("+1", nil), ("007", 7),
        ] as [(String, UInt64?)])
    func numbersAreDigitsThatFit(text: String, value: UInt64?) {
        #expect(UInt64(digits: text.bytes) == value)
    }

    @Test(
        arguments: [
            ("0.20", 0.2), ("12", 12), ("234388.90", 234388.9), ("1.", nil), (".5", nil), ("1.2.3", nil),
            ("nan", nil),
            ("-0.5", nil),
        ] as [(String, Double?)])
    func decimalsHaveDigitsOnBothSidesOfThePoint(text: String, value: Double?) {
        #expect(Double(digits: text.bytes) == value)
    }

    @Test func aWordThatIsNoNumberIsWalkedOver() {
        var scanner = ByteScanner("-1 7".bytes)
        #expect(scanner.nextNumber() == nil)
        #expect(scanner.nextNumber() == 7)
    }

    @Test func trimmingTakesBlanksAtBothEndsOnly() {
        #expect(" a b\n".bytes.trimmed.text == "a b")
        #expect(" \n\t".bytes.trimmed.isEmpty)
    }
}
