/// Turns two readings of a counter into what happened between them.
struct Rates {
    /// The time between the readings; absent where they cannot be compared.
    let seconds: Double?

    /// Readings compare when they are of the same boot and in order. The wall clock has no say, so setting it
    /// changes nothing.
    init(from previous: Reading?, to current: Reading) {
        seconds = previous.flatMap { previous in
            guard previous.bootID == current.bootID else { return nil }
            if let before = previous.uptimeSeconds, let now = current.uptimeSeconds, now < before {
                return nil
            }
            let (elapsed, wentBack) = current.moment.monotonicNanoseconds.subtractingReportingOverflow(
                previous.moment.monotonicNanoseconds)
            return wentBack || elapsed < Self.minIntervalNanoseconds ? nil : Double(elapsed) / 1e9
        }
    }

    /// Below this, one tick more or less would be a large rate.
    private static let minIntervalNanoseconds: UInt64 = 10_000_000

    /// How often something counted happened per second; absent where the counter went back.
    func perSecond(_ previous: UInt64?, _ current: UInt64?) -> Double? {
        guard let seconds, let previous, let current, let growth = Self.growth(previous, current) else {
            return nil
        }
        return growth / seconds
    }

    /// By how much a counter grew, across one wrap at 32 or 64 bits; absent where it began anew.
    ///
    /// A counter that has wrapped grew by less than half its range; one that was reset seems to have grown by
    /// more.
    static func growth(_ previous: UInt64, _ current: UInt64) -> Double? {
        let growth = current &- previous
        if growth < 1 << 63 { return Double(growth) }
        guard previous <= UInt32.max else { return nil }
        let narrow = UInt32(truncatingIfNeeded: growth)
        return narrow < 1 << 31 ? Double(narrow) : nil
    }
}

extension Double {
    /// With two decimals: more would be noise, and cost bytes in every report.
    var toHundredths: Double { (self * 100).rounded() / 100 }
}
