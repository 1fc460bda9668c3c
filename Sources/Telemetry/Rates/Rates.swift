/// Computes rates from two readings of a counter.
struct Rates {
    /// The time between the readings; nil if they are not comparable.
    let seconds: Double?

    /// Readings are comparable if they are from the same boot and in order. The wall clock is not used, so setting it
    /// has no effect.
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

    /// The width of a counter in the kernel, on every machine.
    enum Width { case bits32, bits64 }

    /// More of anything in a second is a counter that jumped: a driver at fault, or another device under the same name.
    static let highestPerSecond = 1e12

    /// The number of events per second; nil if the counter began anew, or jumped.
    func perSecond(_ previous: UInt64?, _ current: UInt64?, _ width: Width = .bits64) -> Double? {
        guard let seconds, let previous, let current, let growth = Self.growth(previous, current, width)
        else {
            return nil
        }
        let rate = growth / seconds
        return rate <= Self.highestPerSecond ? rate : nil
    }

    /// The increase of a counter, across one wrap at its width; nil if it was reset.
    ///
    /// A counter that wrapped increased by less than half its range; one that was reset seems to have increased by
    /// more. A 64-bit counter below 2^32 that decreased was reset: the other way it would be gigabytes out of nothing.
    static func growth(_ previous: UInt64, _ current: UInt64, _ width: Width = .bits64) -> Double? {
        let growth = current &- previous
        if growth < 1 << 63 { return Double(growth) }
        guard width == .bits32, previous <= UInt32.max else { return nil }
        let narrow = UInt32(truncatingIfNeeded: growth)
        return narrow < 1 << 31 ? Double(narrow) : nil
    }
}

extension Double {
    /// Two decimals: more would be noise, and take up bytes in every report.
    var toHundredths: Double { (self * 100).rounded() / 100 }
}
