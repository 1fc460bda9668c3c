/// The type of an option or argument: a value, an optional value, or an array of values.
package protocol ArgumentContent: Sendable {
    /// The value before any word is read; nil if a word is required.
    static var initial: Self? { get }
    static var isRepeated: Bool { get }
    /// All valid words, if there are only a few; listed in help, completions and messages.
    static var choices: [String] { get }
    /// The requirement on a word, unless `choices` lists them: "it must have …". Nil if the value's name is clear enough.
    static var requirement: String? { get }

    /// The content after reading one more word; nil if the word is not valid.
    static func reading(_ word: String, after content: Self?) -> Self?

    /// A default in the form it would be typed; nil if there is nothing to show.
    var typed: String? { get }
}

/// A value written as one word of the command line.
package protocol ArgumentValue: ArgumentContent {
    init?(argument: String)

    var argument: String { get }
}

extension ArgumentValue {
    package static var initial: Self? { nil }
    package static var isRepeated: Bool { false }
    package static var choices: [String] { [] }
    package static var requirement: String? { nil }
    package static func reading(_ word: String, after content: Self?) -> Self? { Self(argument: word) }
    package var typed: String? { argument }
    package var argument: String { "\(self)" }
}

extension ArgumentValue where Self: LosslessStringConvertible {
    package init?(argument: String) { self.init(argument) }
}

extension ArgumentValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    package init?(argument: String) { self.init(rawValue: argument) }
    package var argument: String { rawValue }
    package static var choices: [String] { allCases.map(\.rawValue) }
}

extension Bool: ArgumentValue {}
extension Double: ArgumentValue {}
extension Int: ArgumentValue {
    package static var requirement: String? { "it must be a whole number" }
}
extension String: ArgumentValue {}
extension UInt8: ArgumentValue {}
extension UInt64: ArgumentValue {}

extension Optional: ArgumentContent where Wrapped: ArgumentValue {
    package static var initial: Self? { .some(nil) }
    package static var isRepeated: Bool { false }
    package static var choices: [String] { Wrapped.choices }
    package static var requirement: String? { Wrapped.requirement }
    package static func reading(_ word: String, after content: Self?) -> Self? {
        Wrapped(argument: word).map { .some($0) }
    }
    package var typed: String? { nil }
}

extension Array: ArgumentContent where Element: ArgumentValue {
    package static var initial: Self? { [] }
    package static var isRepeated: Bool { true }
    package static var choices: [String] { Element.choices }
    package static var requirement: String? { Element.requirement }
    package static func reading(_ word: String, after content: Self?) -> Self? {
        Element(argument: word).map { (content ?? []) + [$0] }
    }
    package var typed: String? { nil }
}
