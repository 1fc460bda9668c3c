import MaintenanceAPI

/// Which samples wait, and which may be sent. Events in, samples to send out; no I/O.
///
/// A sent sample stays in the outbox until the relay has it, so only a few may be without acknowledgement.
/// While that many are, samples wait here: the newest go first once acknowledgements come, the oldest are
/// dropped when there are too many. A relay that kept the last report for minutes may have dropped it by
/// then; so after a while of silence the newest goes out all the same, each time after twice as long.
struct ReportQueue {
    static let maxUnacknowledgedCount = 3
    /// Twenty minutes at ten seconds.
    static let maxWaitingCount = 120
    static let firstPatience = Duration.seconds(60)
    static let maxPatience = Duration.seconds(600)

    /// Oldest first.
    private(set) var waiting: [Sample] = []
    /// The moments of samples sent, in the order in which they were.
    private(set) var unacknowledged: [Int64] = []
    private(set) var droppedCount = 0
    /// How many were taken since one was last given out. Moments do not tell the order: the clock may be set back.
    private var takenSince = 0
    private var patience = firstPatience
    /// How long nothing was acknowledged or sent while reports are unacknowledged.
    private var silence = Duration.zero

    /// A sample was taken, this long after the one before.
    mutating func taken(_ sample: Sample, after interval: Duration) {
        waiting.append(sample)
        takenSince += 1
        if waiting.count > Self.maxWaitingCount {
            waiting.removeFirst()
            droppedCount += 1
        }
        silence = unacknowledged.isEmpty ? .zero : silence + interval
    }

    /// Takes the next sample to send, where one may be sent now; it counts as sent.
    ///
    /// - Parameter isRelayAway: What was sent before still lies in the outbox then, and more would only pile
    ///   up.
    /// - Returns: Nothing where no sample waits, or too many are unacknowledged.
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

    /// The sample given out last by `next` could not be sent after all.
    mutating func failed(_ sample: Sample) {
        unacknowledged.removeAll { $0 == sample.takenAt }
        waiting.insert(sample, at: max(0, waiting.count - takenSince))
    }

    /// The agent has the sample of this moment. Messages arrive in order, so what was sent before it has
    /// arrived too, or never will.
    mutating func acknowledged(_ takenAt: Int64) {
        guard let place = unacknowledged.lastIndex(of: takenAt) else { return }
        unacknowledged.removeSubrange(...place)
        patience = Self.firstPatience
        silence = .zero
    }
}
