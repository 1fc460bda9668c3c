import Foundation
import Logging
import MaintenanceAPI
import Services
import RelayAPI

/// Alice's and Bob's mailboxes: reads them, asks the agent, publishes incoming messages.
actor Conversations {
    /// Maximum number of prompts that wait for the agent; more are rejected.
    static let maxWaitingPrompts = 32
    /// The number of recent messages searched for a repeated request.
    private static let repeatWindow = 64

    private let people: People
    private let chatTimeout: Duration
    private let events: EventHub
    private let logger: Logger
    /// The clients that wait for the answer to each request; several may wait for the same one.
    private var waiting: [UUID: [UUID: AsyncStream<ChatReply>.Continuation]] = [:]
    /// The messages that carry the prompts which are being asked, by request id. A request id leaves this machine inside
    /// the ciphertext alone: the message's id, which the relay sees, says nothing of it.
    private var carriers: [UUID: UUID] = [:]
    /// Prompts without an answer or a progress report from the agent: their request ids, by message id.
    private var unanswered: [UUID: UUID] = [:]
    /// Messages about to be published to the pages; their delivery changes are held back until then.
    private var sending: Set<UUID> = []
    private var early: [UUID: DeliveryChange] = [:]
    private var held: [Person: WebHeldCount] = [:]
    private var isStopping = false

    init(people: People, chatTimeout: Duration, events: EventHub, logger: Logger) {
        self.people = people
        self.chatTimeout = chatTimeout
        self.events = events
        self.logger = logger
    }

    /// Asks the agent as Alice and waits for its answer.
    ///
    /// A request id that was used before does not ask again: the earlier answer is returned or awaited.
    ///
    /// - Throws: `Problem` 504 if the answer is late (it will be in the history), 409, 429, 502 or 503.
    func ask(_ prompt: ChatPrompt, requestID: UUID) async throws -> ChatReply {
        guard waiting.count < Self.maxWaitingPrompts || waiting[requestID] != nil else {
            throw Problem(
                status: 429, code: .rateLimited, title: "too many prompts are waiting for an answer",
                detail: "At most \(Self.maxWaitingPrompts) can wait at a time; try again later.",
                retryAfter: 5)
        }
        let waiter = UUID()
        let (answers, continuation) = AsyncStream.makeStream(of: ChatReply.self)
        waiting[requestID, default: [:]][waiter] = continuation
        defer {
            waiting[requestID]?[waiter] = nil
            if waiting[requestID]?.isEmpty == true { (waiting[requestID], carriers[requestID]) = (nil, nil) }
        }
        let id = carriers[requestID] ?? UUID.timeOrdered()
        carriers[requestID] = id
        if isStopping { continuation.finish() }
        let earlier = try await earlierCourse(of: prompt, requestID: requestID)
        if let reply = earlier.reply { return reply }
        // Sending again with the id of before changes nothing, unless that was never sent.
        try await send(
            TypedMessage(.chatPrompt(prompt), requestId: requestID), from: .alice, to: people.agent,
            id: earlier.messageID ?? id)
        if let answer = try await first(of: answers, requestID: requestID) {
            return answer
        }
        throw await lateness(of: requestID)
    }

    /// Tells all waiting clients that the server is stopping.
    func stop() {
        isStopping = true
        for continuation in waiting.values.flatMap(\.values) { continuation.finish() }
    }

    /// Asks the agent to cancel one of Alice's prompts; its answer then says that it was cancelled.
    ///
    /// - Throws: `Problem` 404 if there is no such prompt.
    func cancel(_ requestID: UUID) async throws {
        let entries = try await people.alice.conversation(
            with: people.agent, before: nil, limit: Self.repeatWindow)
        guard entries.contains(where: { $0.isPrompt(requestID) }) else {
            throw Problem(
                status: 404, code: .notFound, title: "no such prompt",
                detail: "Cancel with the requestId of a prompt that was asked here.")
        }
        try await people.alice.send(
            TypedMessage(.chatCancel, requestId: requestID), to: people.agent, class: .durable, id: UUID())
    }

    /// Sends a message to the other person.
    ///
    /// - Returns: The message as stored in the sender's mailbox.
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
                try await mailbox.handled(received)
            } catch is CancellationError {
                // The server is stopping; the message will be delivered again.
                return
            } catch {
                logger.warning("message not marked as handled", ["error": "\(error)"])
            }
        }
    }

    /// Publishes the delivery changes of a person's messages until cancelled.
    func followDeliveries(of person: Person) async {
        for await change in people.mailbox(of: person).deliveries() { publish(change, of: person) }
    }

    /// Publishes how many keys and messages wait for a person's decision, until cancelled.
    func followHeld(of person: Person) async {
        for await _ in people.mailbox(of: person).heldChanges() {
            do {
                held[person] = try await people.heldCount(of: person)
                events.publish(.held(WebHeldCounts(alice: held[.alice] ?? .none, bob: held[.bob] ?? .none)))
            } catch {
                if Task.isCancelled { return }
                logger.warning("held messages cannot be read", ["error": "\(error)"])
            }
        }
    }

    private func publish(_ change: DeliveryChange, of person: Person) {
        if sending.contains(change.id) {
            if early[change.id]?.delivery != .onDevice { early[change.id] = change }
            return
        }
        var requestID: UUID?
        if change.peer == people.agent {
            requestID = unanswered[change.id]
            // The answer has already said more.
            guard requestID != nil else { return }
            if [.onDevice, .failed].contains(change.delivery) { unanswered[change.id] = nil }
        }
        events.publish(.delivery(WebDelivery(change, user: person, requestID: requestID)))
    }

    /// Marks a prompt as delivered when the agent answers, because it does not confirm prompts.
    private func arrived(_ requestID: UUID, from person: Person) {
        for (id, request) in unanswered where request == requestID {
            publish(DeliveryChange(id: id, peer: people.agent, delivery: .onDevice), of: person)
        }
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
            logger.debug("message ignored", ["kind": "\(message.payload.kind.rawValue)"])
        }
    }

    /// Answers are accepted only from the agent, and only Alice asks it.
    private func isFromAgent(_ received: ReceivedMessage, for person: Person) -> Bool {
        if received.sender == people.agent, person == .alice { return true }
        logger.warning("answer from an unexpected sender", ["sender": "\(received.sender)"])
        return false
    }

    private func publish(_ received: ReceivedMessage, for person: Person) {
        let shown = WebMessage(
            received.message, user: person, id: received.id, direction: .received,
            from: received.sender.description, to: people.mailbox(of: person).owner.description,
            at: received.receivedAt, trust: received.key?.standing)
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
        if peer == people.agent { unanswered[id] = message.requestId }
        let shown = WebMessage(
            message, user: person, id: id, direction: .sent, from: mailbox.owner.description,
            to: peer.description, at: Date(), delivery: .queued)
        if let shown { events.publish(.message(shown)) }
        await publishDelivery(of: id, from: person, to: peer)
        return shown
    }

    /// Publishes the delivery state of a message just sent; a repeated one may be in any state.
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

    /// What became of a request that was asked before: the message that carried it, and its answer.
    private func earlierCourse(
        of prompt: ChatPrompt, requestID: UUID
    ) async throws -> (messageID: UUID?, reply: ChatReply?) {
        let entries = try await people.alice.conversation(
            with: people.agent, before: nil, limit: Self.repeatWindow)
        var course: (messageID: UUID?, reply: ChatReply?) = (nil, nil)
        for entry in entries where entry.message.requestId == requestID {
            switch entry.message.payload {
            case .chatPrompt(let earlier):
                guard earlier == prompt else {
                    throw Problem(
                        status: 409, code: .requestIDConflict,
                        title: "this request id belongs to another prompt",
                        detail: "Use a new UUID for each prompt.")
                }
                course.messageID = entry.id
            case .chatReply(let earlier): course.reply = earlier
            default: break
            }
        }
        return course
    }

    /// The first answer; nil on timeout.
    private func first(
        of answers: AsyncStream<ChatReply>, requestID: UUID
    ) async throws -> ChatReply? {
        try await withDeadline(chatTimeout, on: .continuous) {
            for await answer in answers { return answer }
            // The stream ends without an answer only if the server stops.
            throw Problem(
                status: 503, code: .unavailable, title: "the server is stopping",
                detail: "Request \(requestID) continues; its answer will be in the history.")
        }
    }

    /// Reports the state of an unanswered prompt, which shows where to look for the cause.
    private func lateness(of requestID: UUID) async -> Problem {
        let entries = try? await people.alice.conversation(
            with: people.agent, before: nil, limit: Self.repeatWindow)
        let prompt = entries?.last { $0.isPrompt(requestID) }
        let place: String
        switch prompt?.delivery {
        case .failed:
            return Problem(
                status: 502, code: .deliveryFailed, title: "the prompt could not be delivered",
                detail: prompt?.failure)
        case .queued:
            place =
                prompt?.waitsBecause.map { "It is waiting to be sent: \($0)." }
                ?? "It is waiting to be sent: check that the relay is running."
        case .onRelay: place = "The relay has it: check that the agent is running."
        case .onDevice: place = "The agent has it and may still be working on it."
        case nil: place = "Check that the agent and the relay are running."
        }
        return Problem(
            status: 504, code: .chatTimeout, title: "the agent has not answered in time",
            detail: "\(place) Request \(requestID) continues; its answer will be in the history.")
    }
}

extension HistoryEntry {
    /// Whether it is the prompt of this request.
    fileprivate func isPrompt(_ requestID: UUID) -> Bool {
        message.requestId == requestID && message.payload.kind == .chatPrompt
    }
}
