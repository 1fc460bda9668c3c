#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Dates in their stored forms. A date out of range is clamped.
extension Date {
    init(millisecondsSince1970 milliseconds: UInt64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    var millisecondsSince1970: UInt64 { UInt64(clamping: timeIntervalSince1970 * 1000) }

    var secondsSince1970: UInt64 { UInt64(clamping: timeIntervalSince1970) }
}

extension UInt64 {
    fileprivate init(clamping value: Double) {
        self = value >= Double(UInt64.max) ? .max : value > 0 ? UInt64(value) : 0
    }
}
