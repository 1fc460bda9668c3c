import Foundation

extension Date {
    /// Milliseconds since 1970: the form of a time in tables, JSON and envelopes.
    package var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    package init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

extension Duration {
    package var seconds: Double { self / .seconds(1) }

    /// Fractions of a millisecond are dropped.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
