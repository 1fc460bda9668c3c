/// The newest events, numbered, so that a client that reconnects gets the events it missed.
///
/// - Shape: An id is `<run>-<number>`; `run` differs with every start of the server, numbers count from 1.
struct EventRing: Sendable {
    private let run: String
    private let capacity: Int
    private var events: [ServerSentEvent] = []
    private var count = 0

    init(run: String, capacity: Int) {
        self.run = run
        self.capacity = capacity
    }

    /// The id of the newest event; number 0 if there is none yet.
    var position: String { "\(run)-\(count)" }

    mutating func append(name: String, data: String) -> ServerSentEvent {
        count += 1
        let event = ServerSentEvent(id: position, name: name, data: data)
        events.append(event)
        events.removeFirst(max(0, events.count - capacity))
        return event
    }

    /// The events after the one with this id; nil if they are no longer known, or the id is not from this run.
    func events(after id: String) -> ArraySlice<ServerSentEvent>? {
        let parts = id.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == run, let number = Int(parts[1]), (0...count).contains(number),
            count - number <= events.count
        else { return nil }
        return events.suffix(count - number)
    }
}
