import Logging

extension LogTarget {
    /// Reports log events about a full queue, so that a run shows how often that happened; other events are dropped.
    static let refusalReporter = LogTarget(from: .warning) { event in
        guard event.fields["problem"]?.contains("queue is full") == true else { return }
        say(PartyEvent.queueFull.line)
    }
}
