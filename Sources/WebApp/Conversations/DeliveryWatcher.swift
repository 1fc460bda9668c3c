import Foundation
import Logging
import MaintenanceAPI
import RelayAPI

/// Tells the pages how far sent messages have come.
///
/// A mailbox does not say when that changes, so it is asked as long as a message is on its way.
actor DeliveryWatcher {
    private struct Sent {
        let peer: IdentityID
        var delivery: HistoryEntry.Delivery
    }

    /// How many of the newest messages of a conversation are looked at. An older one is not followed any more.
    private static let window = 64

    private let people: People
    private let events: EventHub
    private let logger: Logger
    private var underway: [Person: [UUID: Sent]] = [:]

    init(people: People, events: EventHub, logger: Logger) {
        self.people = people
        self.events = events
        self.logger = logger
    }

    func follow(_ id: UUID, from person: Person, to peer: IdentityID) {
        underway[person, default: [:]][id] = Sent(peer: peer, delivery: .queued)
    }

    /// The peer has answered, and so has it.
    func arrived(_ id: UUID, from person: Person) {
        guard underway[person]?.removeValue(forKey: id) != nil else { return }
        events.publish(.delivery(WebDelivery(user: person, id: id, delivery: .onDevice, failure: nil)))
    }

    /// Publishes what has changed.
    func look() async {
        for (person, sent) in underway {
            for peer in Set(sent.values.map(\.peer)) { await look(at: peer, for: person) }
        }
    }

    private func look(at peer: IdentityID, for person: Person) async {
        do {
            let entries = try await people.mailbox(of: person).conversation(
                with: peer, before: nil, limit: Self.window)
            let deliveries = Dictionary(entries.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            for (id, known) in underway[person] ?? [:] where known.peer == peer {
                take(deliveries[id], of: id, known, person)
            }
        } catch is CancellationError {
            // The web stops; that says nothing about what was asked.
        } catch {
            logger.warning("delivery unknown", ["error": "\(error)"])
        }
    }

    private func take(_ entry: HistoryEntry?, of id: UUID, _ known: Sent, _ person: Person) {
        guard let delivery = entry?.delivery else {
            underway[person]?[id] = nil
            return
        }
        let isSettled = delivery == .onDevice || delivery == .failed
        underway[person]?[id] = isSettled ? nil : Sent(peer: known.peer, delivery: delivery)
        guard delivery != known.delivery else { return }
        events.publish(
            .delivery(WebDelivery(user: person, id: id, delivery: delivery, failure: entry?.failure)))
    }
}

/// How far a sent message has come.
struct WebDelivery: Encodable {
    let user: Person
    let id: UUID
    let delivery: HistoryEntry.Delivery
    let failure: String?
}
