import Logging

/// Says when the log speaks of a full queue, so that a run shows how often that happened; the rest of the log is left out.
struct RefusalReporter: LogHandler {
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard let problem = event.metadata?["problem"], "\(problem)".contains("queue is full") else { return }
        say(PartyEvent.queueFull.line)
    }
}
