/// Messages sent, messages received, and violations: recorded outside the system under test.
///
/// Messages from one party to another are numbered from 0. The recipient's application must take each one once, in
/// order. A message that was taken but not marked as handled before its process died may be taken once more by the next
/// process.
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
        if number >= record.triedCount {
            note(.phantom, number, flow)
        } else if number >= record.next {
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

    /// Counts messages that have not arrived. Call it only at the very end.
    mutating func close() {
        for (flow, record) in records {
            let lost = record.missing.union(record.next..<max(record.next, record.postedCount))
            for number in lost.sorted() { note(.loss, number, flow) }
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
    var deliveredCount: Int { records.values.reduce(0) { $0 + $1.next - $1.missing.count } }

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
