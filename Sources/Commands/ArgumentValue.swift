/// A value that can be written as a word of the command line.
package protocol ArgumentValue: Sendable {
    init?(argument: String)

    /// As one would type it.
    var argument: String { get }

    /// All there are, where that are few; help and completions name them.
    static var choices: [String] { get }
}

extension ArgumentValue {
    package var argument: String { "\(self)" }
    package static var choices: [String] { [] }
}

extension ArgumentValue where Self: LosslessStringConvertible {
    package init?(argument: String) { self.init(argument) }
}

extension ArgumentValue where Self: RawRepresentable, RawValue == String {
    package init?(argument: String) { self.init(rawValue: argument) }
    package var argument: String { rawValue }
}

extension ArgumentValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    package static var choices: [String] { allCases.map(\.rawValue) }
}

extension String: ArgumentValue {}
extension Int: ArgumentValue {}
extension UInt8: ArgumentValue {}
extension UInt16: ArgumentValue {}
extension UInt64: ArgumentValue {}
extension Double: ArgumentValue {}

extension Duration: ArgumentValue {
    private static let units: [(name: String, span: Duration)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
        ("d", .seconds(86_400)),
    ]

    /// Reads `250ms`, `1.5s`, `5m`, `2h` and `7d`.
    package init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        guard let number = Double(digits), number <= 1e9,
            let unit = Self.units.first(where: { $0.name == argument[digits.endIndex...] })
        else { return nil }
        self = unit.span * number
    }

    package var argument: String {
        let unit =
            Self.units.last { self >= $0.span && (self / $0.span).rounded() == self / $0.span }
            ?? Self.units[0]
        return "\(Int(self / unit.span))\(unit.name)"
    }
}
