import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import Services

/// Alice's and Bob's mailboxes: reads them, asks the agent, hands on what arrives.
actor Conversations {
    /// Prompts that wait for the agent at the same time; more are refused.
    static let maxWaitingPrompts = 32
    /// How far back a repeated request is looked for.
    private static let repeatWindow = 64

    private let people: People
    private let chatTimeout: Duration
    private let events: EventHub
    private let logger: Logger
    /// Who waits for the answer to which request; one client may ask for the same one twice.
    private var waiting: [UUID: [UUID: AsyncStream<ChatReply>.Continuation]] = [:]
    /// Prompts that the agent has not answered, nor reported progress of.
    private var unanswered: Set<UUID> = []
    /// Messages that pages are told of next, and how far they have come meanwhile.
    private var sending: Set<UUID> = []
    private var early: [UUID: DeliveryChange] = [:]
    private var isStopping = false

    init(people: People, chatTimeout: Duration, events: EventHub, logger: Logger) {
        self.people = people
        self.chatTimeout = chatTimeout
        self.events = events
        self.logger = logger
    }

    /// Asks the agent as Alice and waits for its answer.
    ///
    /// A request id that was used before asks nothing again: the earlier answer is given, or waited for.
    ///
    /// - Throws: `Problem` 504 when the answer is late (it will be in the history), 409, 429, 502 or 503.
    func ask(_ prompt: ChatPrompt, requestID: UUID) async throws -> ChatReply {
        guard waiting.count < Self.maxWaitingPrompts || waiting[requestID] != nil else {
            throw Problem(
                status: 429, code: .rateLimited, title: "too many prompts wait for an answer",
                detail: "At most \(Self.maxWaitingPrompts) are asked at the same time.", retryAfter: 5)
        }
        let waiter = UUID()
        let (answers, continuation) = AsyncStream.makeStream(of: ChatReply.self)
        waiting[requestID, default: [:]][waiter] = continuation
        defer {
            waiting[requestID]?[waiter] = nil
            if waiting[requestID]?.isEmpty == true { waiting[requestID] = nil }
        }
        if isStopping { continuation.finish() }
        if let earlier = try await earlierReply(to: prompt, requestID: requestID) { return earlier }
        try await send(
            TypedMessage(.chatPrompt(prompt), requestId: requestID), from: .alice, to: people.agent,
            id: requestID)
        if let answer = try await first(of: answers, requestID: requestID) {
            return answer
        }
        throw await lateness(of: requestID)
    }

    /// Has everybody who waits for an answer told that the server is stopping.
    func stop() {
        isStopping = true
        for continuation in waiting.values.flatMap(\.values) { continuation.finish() }
    }

    /// Has the agent stop working on a prompt of Alice's; what it answers then says that it was cancelled.
    ///
    /// - Throws: `Problem` 404 where there is no such prompt.
    func cancel(_ requestID: UUID) async throws {
        let entries = try await people.alice.conversation(
            with: people.agent, before: nil, limit: Self.repeatWindow)
        guard entries.contains(where: { $0.id == requestID && $0.message.payload.kind == .chatPrompt }) else {
            throw Problem(
                status: 404, code: .notFound, title: "there is no such prompt",
                detail: "Cancel with the requestId of a prompt that was asked here.")
        }
        try await people.alice.send(
            TypedMessage(.chatCancel, requestId: requestID), to: people.agent, class: .durable, id: UUID())
    }

    /// Sends a message to the other person.
    ///
    /// - Returns: the message as it stands in the sender's mailbox.
    func tell(_ chat: UserChat, from sender: Person, id: UUID) async throws -> WebMessage? {
        try await send(
            TypedMessage(.userChat(chat)), from: sender, to: people.mailbox(of: sender.other).owner, id: id)
    }

    /// Reads a mailbox until cancelled.
    func receive(for person: Person) async {
        let mailbox = people.mailbox(of: person)
        for await received in mailbox.incoming() {
            await accept(received, for: person)
            do {
                try await mailbox.confirm([received])
                try await mailbox.handled(received.id)
            } catch is CancellationError {
                // The web stops; the message comes again.
                return
            } catch {
                logger.warning("message not marked as handled", ["error": "\(error)"])
            }
        }
    }

    /// Tells the pages how far a person's messages come, until cancelled.
    func followDeliveries(of person: Person) async {
        for await change in people.mailbox(of: person).deliveries() { publish(change, of: person) }
    }

    private func publish(_ change: DeliveryChange, of person: Person) {
        if sending.contains(change.id) {
            if early[change.id]?.delivery != .onDevice { early[change.id] = change }
            return
        }
        if change.peer == people.agent {
            // An answer has said more.
            guard unanswered.contains(change.id) else { return }
            if [.onDevice, .failed].contains(change.delivery) { unanswered.remove(change.id) }
        }
        events.publish(.delivery(WebDelivery(change, user: person)))
    }

    /// The agent has answered, and so has the prompt, which it does not confirm.
    private func arrived(_ requestID: UUID, from person: Person) {
        publish(DeliveryChange(id: requestID, peer: people.agent, delivery: .onDevice), of: person)
    }

    private func accept(_ received: ReceivedMessage, for person: Person) async {
        let message = received.message
        switch message.payload {
        case .chatReply(let reply):
            guard isFromAgent(received, for: person), let requestID = message.requestId else { return }
            publish(received, for: person)
            arrived(requestID, from: person)
            for continuation in (waiting[requestID] ?? [:]).values { continuation.yield(reply) }
        case .chatProgress(let progress):
            guard isFromAgent(received, for: person), let requestID = message.requestId else { return }
            events.publish(
                .progress(
                    WebProgress(
                        requestId: requestID, event: progress.event, tool: progress.tool, text: progress.text)
                ))
            arrived(requestID, from: person)
        case .userChat:
            publish(received, for: person)
        case .chatPrompt, .chatCancel, .telemetryReport, .telemetryAck, .ping, .pong, .receipt:
            logger.debug("message without use here", ["kind": "\(message.payload.kind.rawValue)"])
        }
    }

    /// Answers are believed only from the agent, and only Alice asks it.
    private func isFromAgent(_ received: ReceivedMessage, for person: Person) -> Bool {
        if received.sender == people.agent, person == .alice { return true }
        logger.warning(
            "answer from somebody who was not asked", ["sender": "\(received.sender)"])
        return false
    }

    private func publish(_ received: ReceivedMessage, for person: Person) {
        let shown = WebMessage(
            received.message, user: person, id: received.id, direction: .received,
            from: received.sender.description, to: people.mailbox(of: person).owner.description,
            at: received.receivedAt)
        if let shown { events.publish(.message(shown)) }
    }

    @discardableResult
    private func send(
        _ message: TypedMessage, from person: Person, to peer: IdentityID, id: UUID
    ) async throws -> WebMessage? {
        let mailbox = people.mailbox(of: person)
        sending.insert(id)
        defer {
            sending.remove(id)
            early[id] = nil
        }
        try await mailbox.send(message, to: peer, class: .durable, id: id)
        if peer == people.agent { unanswered.insert(id) }
        let shown = WebMessage(
            message, user: person, id: id, direction: .sent, from: mailbox.owner.description,
            to: peer.description, at: Date(), delivery: .queued)
        if let shown { events.publish(.message(shown)) }
        await publishDelivery(of: id, from: person, to: peer)
        return shown
    }

    /// Tells how far a message has come that was just sent; one that was sent before may have come anywhere.
    private func publishDelivery(of id: UUID, from person: Person, to peer: IdentityID) async {
        let entries = try? await people.mailbox(of: person).conversation(
            with: peer, before: nil, limit: Self.repeatWindow)
        sending.remove(id)
        if let change = early.removeValue(forKey: id) {
            publish(change, of: person)
        } else if let entry = entries?.last(where: { $0.id == id }), let delivery = entry.delivery,
            delivery != .queued
        {
            publish(
                DeliveryChange(id: id, peer: peer, delivery: delivery, failure: entry.failure), of: person)
        }
    }

    private func earlierReply(to prompt: ChatPrompt, requestID: UUID) async throws -> ChatReply? {
        let entries = try await people.alice.conversation(
            with: people.agent, before: nil, limit: Self.repeatWindow)
        var reply: ChatReply?
        for entry in entries where entry.message.requestId == requestID {
            switch entry.message.payload {
            case .chatPrompt(let earlier) where earlier != prompt:
                throw Problem(
                    status: 409, code: .requestIDConflict, title: "this request id belongs to another prompt",
                    detail: "Use a new UUID for each prompt.")
            case .chatReply(let earlier): reply = earlier
            default: break
            }
        }
        return reply
    }

    /// The first answer; nil when it takes too long.
    private func first(
        of answers: AsyncStream<ChatReply>, requestID: UUID
    ) async throws -> ChatReply? {
        try await withDeadline(chatTimeout, on: .continuous) {
            for await answer in answers { return answer }
            // The stream ends without an answer only when the server stops.
            throw Problem(
                status: 503, code: .unavailable, title: "the server is stopping",
                detail: "Request \(requestID) goes on; its answer will be in the history.")
        }
    }

    /// Says how far a prompt without an answer has come, and so where to look.
    private func lateness(of requestID: UUID) async -> Problem {
        let entries = try? await people.alice.conversation(
            with: people.agent, before: nil, limit: Self.repeatWindow)
        let prompt = entries?.last { $0.id == requestID }
        let place: String
        switch prompt?.delivery {
        case .failed:
            return Problem(
                status: 502, code: .deliveryFailed, title: "the prompt could not be delivered",
                detail: prompt?.failure)
        case .queued:
            place =
                prompt?.waitsBecause.map { "It waits to be sent: \($0)." }
                ?? "It waits to be sent: see that the relay is running."
        case .onRelay: place = "The relay has it: see that the agent is running."
        case .onDevice: place = "The agent has it and may still be at work."
        case nil: place = "See that the agent and the relay are running."
        }
        return Problem(
            status: 504, code: .chatTimeout, title: "the agent has not answered in time",
            detail: "\(place) Request \(requestID) goes on; its answer will be in the history.")
    }
}
