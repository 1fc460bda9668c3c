import Foundation

/// A fact that an answer may contain: any one of several words or figures.
struct Fact: Decodable, Sendable, CustomStringConvertible {
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

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let forms = try? container.decode([Form].self) {
            self.forms = forms
        } else {
            forms = [try container.decode(Form.self)]
        }
    }

    var description: String {
        forms.map { form in
            switch form {
            case .words(let text): "“\(text)”"
            case .figure(let value): "\(value)"
            }
        }.joined(separator: " or ")
    }

    /// Whether a text contains it. Case-insensitive; a figure may be rounded to about a percent.
    func isHeld(by text: String) -> Bool {
        let figures = text.replacing(",", with: "").matches(of: #/[0-9]+(\.[0-9]+)?/#)
            .compactMap { Double($0.output.0) }
        return forms.contains { form in
            switch form {
            case .words(let words): text.localizedCaseInsensitiveContains(words)
            case .figure(let value):
                figures.contains { abs($0 - value) <= (value < 10 ? 0.05 : max(0.5, value / 100)) }
            }
        }
    }
}
