import MaintenanceAPI

/// Decides which samples wait and which are sent. Events in, samples to send out; no I/O.
///
/// A sent sample stays in the outbox until the relay has it, so only a few may be unacknowledged. Beyond that, samples
/// wait here: when acknowledgements arrive the newest are sent first, and when there are too many the oldest are
/// dropped. A relay that keeps a report only for minutes may have dropped it by then; so after a period of silence the
/// newest is sent anyway, each time after twice as long.
struct ReportQueue {
    static let maxUnacknowledgedCount = 3
    /// Twenty minutes at an interval of ten seconds.
    static let maxWaitingCount = 120
    static let firstPatience = Duration.seconds(60)
    static let maxPatience = Duration.seconds(600)

    /// Oldest first.
    private(set) var waiting: [Sample] = []
    /// The times of the samples sent, in sending order.
    private(set) var unacknowledged: [Int64] = []
    private(set) var droppedCount = 0
    /// The number of samples taken since one was last returned by `next`. Timestamps do not give the order: the clock
    /// may be set back.
    private var takenSince = 0
    private var patience = firstPatience
    /// Time without an acknowledgement or a send while reports are unacknowledged.
    private var silence = Duration.zero

    /// Adds a sample, taken `interval` after the previous one.
    mutating func taken(_ sample: Sample, after interval: Duration) {
        waiting.append(sample)
        takenSince += 1
        if waiting.count > Self.maxWaitingCount {
            waiting.removeFirst()
            droppedCount += 1
        }
        silence = unacknowledged.isEmpty ? .zero : silence + interval
    }

    /// Takes the next sample to send, if one may be sent now; it counts as sent.
    ///
    /// - Parameter isRelayAway: Whether the relay is unreachable. Earlier samples are then still in the outbox, and
    ///   more would only pile up.
    /// - Returns: Nil if no sample waits, or too many are unacknowledged.
    mutating func next(isRelayAway: Bool) -> Sample? {
        if unacknowledged.count >= Self.maxUnacknowledgedCount {
            guard !isRelayAway, silence >= patience else { return nil }
            patience = min(patience * 2, Self.maxPatience)
            unacknowledged.removeFirst()
        }
        guard let sample = waiting.popLast() else { return nil }
        silence = .zero
        takenSince = 0
        unacknowledged.append(sample.takenAt)
        return sample
    }

    /// The sample last returned by `next` could not be sent.
    mutating func failed(_ sample: Sample) {
        unacknowledged.removeAll { $0 == sample.takenAt }
        waiting.insert(sample, at: max(0, waiting.count - takenSince))
    }

    /// The agent has received the sample of this time. Messages arrive in order, so earlier ones have arrived, too, or
    /// never will.
    mutating func acknowledged(_ takenAt: Int64) {
        guard let place = unacknowledged.lastIndex(of: takenAt) else { return }
        unacknowledged.removeSubrange(...place)
        patience = Self.firstPatience
        silence = .zero
    }
}
