import Foundation

/// How many prompts are rejected with an answer. After that, an asker gets none: an answer costs encryption, a message
/// and room at the relay.
struct Refusals<Asker: Hashable & Sendable>: Sendable {
    static var span: TimeInterval { 60 }
    static var maxPerAsker: Int { 10 }
    static var maxInAll: Int { 120 }

    private var begin = Date.distantPast
    private var told: [Asker: Int] = [:]
    private var toldInAll = 0

    /// Whether this asker may get another answer.
    mutating func mayTell(_ asker: Asker, at now: Date) -> Bool {
        if abs(now.timeIntervalSince(begin)) >= Self.span { (begin, told, toldInAll) = (now, [:], 0) }
        guard toldInAll < Self.maxInAll, told[asker, default: 0] < Self.maxPerAsker else { return false }
        told[asker, default: 0] += 1
        toldInAll += 1
        return true
    }
}
