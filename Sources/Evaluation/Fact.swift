import Foundation

/// A fact that an answer may contain: any one of several words or figures.
package struct Fact: Decodable, Sendable, CustomStringConvertible {
    enum Form: Decodable, Sendable {
        case words(String)
        case figure(Double)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Double.self) {
                self = .figure(value)
            } else {
                self = .words(try container.decode(String.self))
            }
        }
    }

    let forms: [Form]

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let forms = try? container.decode([Form].self) {
            self.forms = forms
        } else {
            forms = [try container.decode(Form.self)]
        }
    }

    package var description: String {
        forms.map { form in
            switch form {
            case .words(let text): "“\(text)”"
            case .figure(let value): "\(value)"
            }
        }.joined(separator: " or ")
    }

    /// Whether a text contains it. Case-insensitive; a figure may be rounded to about a percent.
    package func isHeld(by text: String) -> Bool {
        forms.contains { form in
            switch form {
            case .words(let words): text.localizedCaseInsensitiveContains(words)
            case .figure(let value): Self.holds(text, value)
            }
        }
    }

    /// Whether a text says that it is so: words that are denied in their sentence, as in “no warnings”, do not.
    package func isAsserted(by text: String) -> Bool {
        forms.contains { form in
            switch form {
            case .words(let words): Self.asserts(text, words)
            case .figure(let value): Self.holds(text, value)
            }
        }
    }

    private static func holds(_ text: String, _ value: Double) -> Bool {
        text.replacing(",", with: "").matches(of: #/[0-9]+(\.[0-9]+)?/#).compactMap { Double($0.output.0) }
            .contains { abs($0 - value) <= (value < 10 ? 0.05 : max(0.5, value / 100)) }
    }

    private static func asserts(_ text: String, _ words: String) -> Bool {
        var rest = text.startIndex..<text.endIndex
        while let found = text.range(of: words, options: .caseInsensitive, range: rest) {
            if !isDenied(before: text[..<found.lowerBound], after: text[found.upperBound...]) { return true }
            rest = found.upperBound..<text.endIndex
        }
        return false
    }

    /// So many words before others may stand what denies them: “no findings that are a warning or critical”.
    private static let reachOfDenial = 7

    private static func isDenied(before: Substring, after: Substring) -> Bool {
        if after.firstMatch(of: #/^\w*(\s+\w+)?\s*(:|=|\s)\s*((is|are)\s+)?(0|no|none|zero)\b/#.ignoresCase())
            != nil
        {
            return true
        }
        // What contrasts begins anew: “not the disk, but memory is critical”.
        let clause =
            before.split(
                separator: #/[.;:!?\n]|\b(but|however|yet|except|although|though|while|still)\b/#
                    .ignoresCase(),
                omittingEmptySubsequences: false
            ).last ?? ""
        return clause.split(separator: #/[\s,]+/#).suffix(reachOfDenial).contains {
            $0.wholeMatch(of: denial) != nil
        }
    }

    private static var denial: Regex<Substring> {
        #/no|not|none|nothing|never|neither|nor|without|cannot|0|zero|below|under|\w+n['’]t/#.ignoresCase()
    }
}
