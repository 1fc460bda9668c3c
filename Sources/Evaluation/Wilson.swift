/// Bounds of a share that was measured on few trials.
package enum Wilson {
    /// The standard normal distribution's value for an interval of 95 %, two-sided.
    private static let z = 1.959963984540054

    /// The lower bound of Wilson's score interval at 95 %: the share that a sample makes sure of.
    ///
    /// - Returns: 0…1; 0 where there was no trial.
    package static func lowerBound(_ successes: Int, of trials: Int) -> Double {
        guard trials > 0 else { return 0 }
        let (share, count) = (Double(successes) / Double(trials), Double(trials))
        let square = z * z
        let middle = share + square / (2 * count)
        let spread = z * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        return max(0, (middle - spread) / (1 + square / count))
    }

    /// How many trials are needed at least, all of them successes, for a lower bound of `bar`, which is below 1.
    package static func fewestTrials(for bar: Double) -> Int {
        // With all of n successes the bound is n / (n + z²).
        Int((z * z * bar / (1 - bar)).rounded(.up))
    }
}
