import Foundation
import Logging
import Synchronization
import Values

/// Publishes every event to every open stream.
final class EventHub: Sendable {
    typealias Stream = AsyncStream<String>

    struct Subscription: Sendable {
        let number: Int
        /// The encoded events for the client.
        let stream: Stream
    }

    private struct Subscriber {
        let stream: Stream.Continuation
        /// The login that opened the stream; nil for clients without one.
        let login: Logins.ID?
    }

    private struct State {
        var ring: EventRing
        var latest: [String: ServerSentEvent] = [:]
        var subscribers: [Int: Subscriber] = [:]
        var subscriptions = 0

        mutating func send(_ wire: String) {
            for (number, subscriber) in subscribers {
                guard case .dropped = subscriber.stream.yield(wire) else { continue }
                subscribers.removeValue(forKey: number)
                subscriber.stream.finish()
            }
        }
    }

    /// A client this far behind is disconnected; it reconnects and resumes.
    private static let maxUnsentEvents = 512
    private static let ringCapacity = 256
    /// Maximum number of open streams; more are rejected.
    static let maxSubscribers = 256

    private let state: Mutex<State>
    private let hasLogin: Bool
    private let logger: Logger

    init(hasLogin: Bool = false, logger: Logger) {
        self.hasLogin = hasLogin
        self.logger = logger
        let run = String(UInt32.random(in: .min ... .max), radix: 36)
        state = Mutex(State(ring: EventRing(run: run, capacity: Self.ringCapacity)))
    }

    func publish(_ event: WebEvent) {
        do {
            let data = try event.data()
            state.withLock { state in
                let sent: ServerSentEvent
                switch event.retention {
                case .latest:
                    sent = ServerSentEvent(id: nil, name: event.name, data: data)
                    state.latest[event.name] = sent
                case .numbered:
                    sent = state.ring.append(name: event.name, data: data)
                case .passing:
                    sent = ServerSentEvent(id: nil, name: event.name, data: data)
                }
                state.send(sent.wire)
            }
        } catch {
            logger.error("event lost", ["event": "\(event.name)", "error": "\(error)"])
        }
    }

    /// Shows clients and proxies that an idle stream is alive.
    func heartbeat() {
        let event = ServerSentEvent(
            id: nil, name: "heartbeat", data: #"{"serverTime":\#(Date().milliseconds)}"#)
        state.withLock { $0.send(": heartbeat\n" + event.wire) }
    }

    /// A stream that starts with `hello`, the events missed since `lastEventID`, and the latest event of each state.
    func subscribe(after lastEventID: String?, login: Logins.ID? = nil) throws -> Subscription {
        let (stream, continuation) = Stream.makeStream(
            bufferingPolicy: .bufferingOldest(Self.maxUnsentEvents))
        return try state.withLock { state in
            let missed = lastEventID.flatMap { state.ring.events(after: $0) }
            let hello = Hello(
                resumed: missed != nil, serverTime: Date().milliseconds, hasLogin: hasLogin)
            let first = ServerSentEvent(
                id: missed?.isEmpty == false ? nil : state.ring.position, name: "hello",
                data: try WebEvent.json(hello))
            continuation.yield("retry: 2000\n" + first.wire)
            for event in missed ?? [] { continuation.yield(event.wire) }
            for event in state.latest.values.sorted(by: { $0.name < $1.name }) {
                continuation.yield(event.wire)
            }
            state.subscriptions += 1
            state.subscribers[state.subscriptions] = Subscriber(stream: continuation, login: login)
            return Subscription(number: state.subscriptions, stream: stream)
        }
    }

    func unsubscribe(_ number: Int) {
        state.withLock { state in state.subscribers.removeValue(forKey: number) }?.stream.finish()
    }

    /// Ends the streams of logins that have ended.
    func endStreams(unless isOpen: (Logins.ID) -> Bool) {
        state.withLock { state in
            for (number, subscriber) in state.subscribers {
                guard let login = subscriber.login, !isOpen(login) else { continue }
                state.subscribers.removeValue(forKey: number)
                subscriber.stream.finish()
            }
        }
    }

    var subscriberCount: Int { state.withLock { $0.subscribers.count } }
}
