import RelayAPI

/// A share in percent, which is 0…100 whatever figures it is made of: some systems have more available than there is.
///
///     @Percentage var busyPercent = 0.0
///
/// Assigned values are clamped to the range; decoded ones must be within it. In JSON it is a number.
@propertyWrapper
package struct Percentage: Hashable, Sendable {
    private var value: Double

    package var wrappedValue: Double {
        get { value }
        set { value = Share.percent(newValue) }
    }

    package init(wrappedValue: Double) { value = Share.percent(wrappedValue) }
}

extension Percentage: Codable {
    /// - Throws: `InvalidValue` outside of 0…100.
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Double.self)
        guard Share.range.contains(value) else {
            throw InvalidValue(
                decoder.codingPath.map(\.stringValue).joined(separator: "."),
                "must be a share of 0 to 100 percent")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

/// An optional `Percentage`; NaN becomes nil.
@propertyWrapper
package struct OptionalPercentage: Hashable, Sendable {
    private var value: Percentage?

    package var wrappedValue: Double? {
        get { value?.wrappedValue }
        set { self = Self(wrappedValue: newValue) }
    }

    package init(wrappedValue: Double?) {
        value = wrappedValue.flatMap { $0.isNaN ? nil : Percentage(wrappedValue: $0) }
    }
}

extension OptionalPercentage: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = container.decodeNil() ? nil : try container.decode(Percentage.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

// As for every optional, the field is omitted if nil. Synthesised code calls these.

extension KeyedDecodingContainer {
    package func decode(_ type: OptionalPercentage.Type, forKey key: Key) throws -> OptionalPercentage {
        try decodeIfPresent(type, forKey: key) ?? OptionalPercentage(wrappedValue: nil)
    }
}

extension KeyedEncodingContainer {
    package mutating func encode(_ value: OptionalPercentage, forKey key: Key) throws {
        try encodeIfPresent(value.wrappedValue, forKey: key)
    }
}
