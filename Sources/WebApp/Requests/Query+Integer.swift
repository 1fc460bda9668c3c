import HTTP
import Values

extension Query {
    /// An integer parameter; nil if it is absent.
    func integer<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number> = .min ... .max
    ) throws(InvalidValue) -> Number? {
        guard let text = self[name] else { return nil }
        guard let value = Number(text), range.contains(value) else {
            throw InvalidValue(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
