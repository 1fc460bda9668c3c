/// What the words of one option or argument become: a value, an optional value, or an array of values.
package protocol ArgumentContent: Sendable {
    /// What it is before any word was read; nil where one is required.
    static var initial: Self? { get }
    static var isRepeated: Bool { get }
    /// All valid words, where they are few; help, completions and messages name them.
    static var choices: [String] { get }
    /// What a valid word is, where choices do not tell: "it has …". Nil where the value's name says enough.
    static var requirement: String? { get }

    /// The content with one more word; nil where the word is not valid.
    static func reading(_ word: String, after content: Self?) -> Self?

    /// A default as one would type it; nil where there is nothing to show.
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
    package static var requirement: String? { "it is a whole number" }
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
