/// The faults of a run, and their outcome.
struct ChaosReport {
    var seed: UInt64 = 0
    var seconds = 0.0
    var kills = 0
    var stops = 0
    var cuts = 0
    var freezes = 0
    var intruders = 0
    var jumps = 0
    var fullDisks = 0
    /// Messages that were rejected because the recipient's queue was full.
    var fullQueues = 0
    /// Processes that ended on their own, for lack of disk space.
    var resignations = 0
    var crashes = 0
    var accepted = 0
    var delivered = 0
    var violations: [Ledger.Violation: Int] = [:]
    var unsettled: [String] = []
    var notes: [String] = []

    var isGood: Bool { violations.isEmpty && crashes == 0 && unsettled.isEmpty && accepted > 0 }

    var text: String {
        let figures: [(String, Int)] = [
            ("kills", kills), ("stops", stops), ("cut connections", cuts), ("half-open connections", freezes),
            ("duplicate consumers", intruders), ("clock jumps", jumps), ("full disks", fullDisks),
            ("refused by a full queue", fullQueues),
            ("given up for want of room", resignations), ("crashes", crashes),
            ("messages accepted", accepted), ("messages delivered", delivered),
            ("losses", violations[.loss] ?? 0), ("duplicates", violations[.duplicate] ?? 0),
            ("out of order", violations[.outOfOrder] ?? 0), ("phantoms", violations[.phantom] ?? 0),
        ]
        var lines = figures.map { name, count in
            name + String(repeating: " ", count: 28 - name.count) + String(count)
        }
        lines.append(
            "seed \(seed), \(Int(seconds)) s, \(Int(Double(delivered) / max(1, seconds))) messages/s")
        lines += unsettled.map { "not settled: \($0)" } + notes.suffix(40)
        return lines.joined(separator: "\n")
    }
}
