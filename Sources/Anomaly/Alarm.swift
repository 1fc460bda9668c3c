/// Decides whether a high score raises an alarm. A continuing condition does not: after an alarm, only a clearly higher
/// score raises another, for a tenth of the readings seen so far, but at least 100 and at most 1,000.
struct Alarm: Hashable, Sendable, Codable {
    static let leastScore = 0.33
    private static let quiet = 100...1000
    private static let quietShare = 0.1
    private static let clearlyHigher = 1.03

    private var raisedAt: Int?
    private var raisedBy = 0.0

    mutating func isRaised(by score: Double, readingCount: Int) -> Bool {
        guard score >= Self.leastScore else { return false }
        if let raisedAt {
            let share = Int(Self.quietShare * Double(readingCount))
            let quiet = min(max(share, Self.quiet.lowerBound), Self.quiet.upperBound)
            guard readingCount - raisedAt > quiet || score > raisedBy * Self.clearlyHigher else {
                return false
            }
        }
        (raisedAt, raisedBy) = (readingCount, score)
        return true
    }
}
