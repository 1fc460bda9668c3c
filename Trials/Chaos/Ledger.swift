/// Messages sent, messages received, and violations: recorded outside the system under test.
///
/// Messages from one party to another are numbered from 0. The recipient's application must take each one once, in
/// order. A message that was taken but not marked as handled before its process died may be taken once more by the next
/// process.
///
/// Each process is heard through a pipe of its own, and nothing orders what two pipes say: a message may be taken before it
/// is known to be tried. So what depends on both ends is judged at the very end, when everything has been heard.
struct Ledger {
    /// All messages from one party to another.
    struct Flow: Hashable, Comparable, CustomStringConvertible {
        let sender: String
        let recipient: String

        var description: String { "\(sender)→\(recipient)" }

        static func < (left: Flow, right: Flow) -> Bool {
            (left.sender, left.recipient) < (right.sender, right.recipient)
        }
    }

    /// Events that must not happen.
    enum Violation: Hashable {
        case duplicate
        case outOfOrder
        /// A message that was never sent.
        case phantom
        case loss
    }

    private struct Record {
        /// The number of messages that the sender started to send, and the number confirmed as safe.
        var triedCount = 0
        var postedCount = 0
        /// The next number that the recipient has not yet taken.
        var next = 0
        /// The message that was taken and is not known to be handled, with the recipient's life that took it.
        var open: (number: Int, life: Int)?
        /// The numbers that the recipient has skipped so far.
        var missing: Set<Int> = []

        var lost: Set<Int> {
            missing.filter { $0 < triedCount }.union(next..<max(next, postedCount))
        }

        var phantoms: [Int] {
            (min(triedCount, next)..<next).filter { !missing.contains($0) }
        }

        var deliveredCount: Int { next - missing.count - phantoms.count }
    }

    private var records: [Flow: Record] = [:]
    private(set) var violations: [Violation: Int] = [:]
    /// Human-readable: the first few violations.
    private(set) var notes: [String] = []

    // MARK: What happened

    mutating func tried(_ number: Int, in flow: Flow) {
        records[flow, default: Record()].triedCount = max(records[flow]?.triedCount ?? 0, number + 1)
    }

    mutating func posted(_ number: Int, in flow: Flow) {
        records[flow, default: Record()].postedCount = max(records[flow]?.postedCount ?? 0, number + 1)
    }

    mutating func took(_ number: Int, in flow: Flow, life: Int) {
        var record = records[flow, default: Record()]
        defer { records[flow] = record }
        if number >= record.next {
            record.missing.formUnion(record.next..<number)
            record.next = number + 1
            record.open = (number, life)
        } else if record.missing.remove(number) != nil {
            note(.outOfOrder, number, flow)
        } else if let open = record.open, open.number == number, open.life < life {
            record.open = (number, life)
        } else {
            note(.duplicate, number, flow)
        }
    }

    mutating func handled(_ number: Int, in flow: Flow) {
        if records[flow]?.open?.number == number { records[flow]?.open = nil }
    }

    /// Counts messages that have not arrived, and those that arrived and were never sent. Call it only at the very end.
    mutating func close() {
        for (flow, record) in records {
            for number in record.lost.sorted() { note(.loss, number, flow) }
            for number in record.phantoms { note(.phantom, number, flow) }
        }
    }

    private mutating func note(_ violation: Violation, _ number: Int, _ flow: Flow) {
        violations[violation, default: 0] += 1
        if notes.count < 20 { notes.append("\(violation): \(flow) number \(number)") }
    }

    // MARK: Progress

    /// Where a restarted sender continues: messages confirmed as safe need not be sent again.
    func nextToSend(in flow: Flow) -> Int { records[flow]?.postedCount ?? 0 }

    /// Whether the sender started a message that is not known to be safe.
    func isUnderWay(_ flow: Flow) -> Bool {
        records[flow].map { $0.triedCount > $0.postedCount } ?? false
    }

    var acceptedCount: Int { records.values.reduce(0) { $0 + $1.postedCount } }
    var deliveredCount: Int { records.values.reduce(0) { $0 + $1.deliveredCount } }

    /// Whether every message that was started has arrived.
    var isSettled: Bool {
        records.values.allSatisfy { $0.triedCount == $0.postedCount && $0.next == $0.postedCount }
    }

    var unsettled: [String] {
        records.sorted { $0.key < $1.key }.compactMap { flow, record in
            record.next == record.triedCount
                ? nil
                : "\(flow): \(record.triedCount) tried, \(record.postedCount) safe, \(record.next) taken"
        }
    }
}
