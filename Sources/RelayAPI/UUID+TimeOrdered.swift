import Foundation

extension UUID {
    /// An id that sorts by the time at which it was made (RFC 9562, version 7).
    ///
    /// The relay keeps ids of accepted messages in their order; ids that come in order land side by side, so that a
    /// batch of them changes one page of the database and not as many as there are ids.
    ///
    /// - Parameter moment: to the millisecond.
    package static func timeOrdered(at moment: Date = Date()) -> UUID {
        var generator = SystemRandomNumberGenerator()
        return timeOrdered(at: moment, using: &generator)
    }

    package static func timeOrdered(
        at moment: Date, using generator: inout some RandomNumberGenerator
    ) -> UUID {
        let milliseconds = UInt64(max(0, moment.timeIntervalSince1970) * 1000) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &generator)
        let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF, using: &generator)
        return withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { UUID(uuid: $0.load(as: uuid_t.self)) }
    }
}
