import Logging

extension LogTarget {
    /// Says when the log speaks of a full queue, so that a run shows how often that happened; the rest is left out.
    static let refusalReporter = LogTarget(from: .warning) { event in
        guard event.fields["problem"]?.contains("queue is full") == true else { return }
        say(PartyEvent.queueFull.line)
    }
}
