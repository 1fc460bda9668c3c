import Foundation

/// How rare a surprise is among all earlier ones of a series.
///
/// Only the greatest surprises and the total number are kept, so the size is the same after a minute and after a year.
/// Among and beyond the sixteen greatest, ranks say little: there the tail is assumed to follow a power law with the
/// exponent of those sixteen (Hill's estimate), so that twice the greatest is rarer than slightly more. Old surprises
/// are forgotten: when `maxCount` is reached, the number is halved and every other surprise is dropped, so that an old
/// storm does not excuse a new one forever.
///
/// - Shape: at most 64 surprises, greatest first; `count` is at most `maxCount`.
struct TailRank: Hashable, Sendable, Codable {
    static let maxKept = 64
    static let maxCount = 32_768
    /// With fewer surprises, rarity is meaningless.
    static let minCount = 20
    private static let tailCount = 16
    /// Lower limit of the slope, however similar the greatest are: the mean of their natural logarithms above that of
    /// the next.
    private static let leastSlope = 0.1
    /// One in a hundred thousand: no series reveals more about its tail.
    private static let maxRarity = 5.0

    private var greatest: [Float] = []
    private var count = 0

    /// Returns the rarity of `surprise` and adds it.
    ///
    /// - Returns: Minus the decimal logarithm of the share of surprises that are at least as great: 0 is common, 3 is
    ///   one in a
    ///   thousand; 0 while fewer than 20 are known, 5 at most.
    mutating func rarity(of surprise: Double) -> Double {
        let surprise = Float(min(Double(Float.greatestFiniteMagnitude), surprise))
        let asGreat = position(of: surprise)
        defer { remember(surprise, at: asGreat) }
        guard count >= Self.minCount, asGreat < Self.maxKept else { return 0 }
        let rarity = tailRarity(of: surprise) ?? -log10(Double(asGreat + 1) / Double(count + 1))
        return min(Self.maxRarity, rarity)
    }

    /// Nil if the surprise is not among the sixteen greatest.
    private func tailRarity(of surprise: Float) -> Double? {
        guard greatest.count > Self.tailCount else { return nil }
        let begin = Double(greatest[Self.tailCount])
        guard begin > 0, Double(surprise) > begin else { return nil }
        let logarithms = greatest.prefix(Self.tailCount).reduce(0) { $0 + log(Double($1) / begin) }
        let slope = max(Self.leastSlope, logarithms / Double(Self.tailCount))
        return log10(Double(count + 1) / Double(Self.tailCount + 1)) + log10(Double(surprise) / begin) / slope
    }

    /// The number of kept surprises that are at least as great.
    private func position(of surprise: Float) -> Int {
        var (low, high) = (0, greatest.count)
        while low < high {
            let middle = (low + high) / 2
            if greatest[middle] >= surprise { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func remember(_ surprise: Float, at position: Int) {
        count += 1
        if position < Self.maxKept {
            greatest.insert(surprise, at: position)
            if greatest.count > Self.maxKept { greatest.removeLast() }
        }
        guard count >= Self.maxCount else { return }
        count /= 2
        greatest = greatest.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? nil : $0.element }
    }
}
