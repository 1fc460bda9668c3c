import Foundation
import HTTPClient
import Logging
import MaintenanceAPI
import Services
import RelayAPI

/// The operations agent: stores telemetry and answers prompts, over an encrypted mailbox.
///
/// Every message is processed once, however often it is delivered: a reading is stored under its message's id, an answer
/// under its asker and request id, and it is sent under an id derived from both. Senders choose their ids, so an id is
/// only ever used together with its sender.
package struct Agent: Service {
    private let mailbox: any Mailbox
    private let probe: IdentityID
    private let database: StateDatabase
    private let answerer: Answerer
    private let desk: PromptDesk
    private let endpoint: EndpointCheck?
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// Telemetry is accepted from `probe` only: anyone may write to the agent, and other figures would end up in its
    /// answers.
    package init(
        mailbox: any Mailbox, probe: IdentityID, database: StateDatabase, configuration: AgentConfiguration,
        logger: Logger,
        client: HTTPClient = .shared, clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.mailbox = mailbox
        self.probe = probe
        self.database = database
        self.logger = logger
        self.now = now
        endpoint = EndpointCheck(configuration, client: client)
        var limits = FairQueue<IdentityID, Question>.Limits()
        limits.places = max(1, configuration.maxConcurrentPrompts)
        desk = PromptDesk(limits, serves: configuration.serves, owners: configuration.ownIdentities, now: now)
        answerer = Answerer(
            database: database, configuration: configuration, client: client, clock: clock, now: now)
    }

    /// Who answers: a model's name, or `offline analyst`.
    package var analyst: String { answerer.model.name }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.receive() }
                group.addTask { await self.checkEndpoint() }
                group.addTask { await self.keepThin() }
            }
        }
    }

    // MARK: Receiving

    /// Telemetry is processed in order; a limited number of prompts is answered concurrently.
    private func receive() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.answerInTurn() }
            for await message in mailbox.incoming() {
                if case .chatPrompt(let prompt) = message.message.payload {
                    await admit(prompt, message)
                } else {
                    await take(message)
                }
            }
            desk.end()
        }
    }

    private func answerInTurn() async {
        await withDiscardingTaskGroup { group in
            for await _ in desk.turns {
                while let question = await desk.next() {
                    group.addTask {
                        await self.answer(question)
                        if let cancellation = await desk.close(question.id) {
                            await self.handled(cancellation)
                        }
                    }
                }
            }
        }
    }

    private func admit(_ prompt: ChatPrompt, _ message: ReceivedMessage) async {
        let requestID = message.message.requestId ?? message.id
        let question = Question(
            id: PromptID(asker: message.sender, requestID: requestID), prompt: prompt, message: message)
        switch await desk.admit(question) {
        case .admitted(nil): break
        case .admitted(let displaced?):
            if let cancellation = displaced.cancellation { await handled(cancellation) }
            guard displaced.isTold else { return await handled(displaced.question.message) }
            await tellBusy(displaced.question)
        // Its first message stays in the mailbox until it is answered.
        case .isOpen: await handled(message)
        case .notServed:
            logger.notice("prompt refused: its sender is not served", ["from": "\(message.sender)"])
            await send(.refusal(of: message.sender, by: analyst), to: question, id: refusalID(of: message))
        case .busy: await tellBusy(question)
        case .ignored: await handled(message)
        }
    }

    private func tellBusy(_ question: Question) async {
        let message = question.message
        logger.notice("prompt refused: too many wait", ["from": "\(message.sender)"])
        await send(.busy(by: analyst), to: question, id: refusalID(of: message))
    }

    /// Not that of an answer: the same request may be answered later.
    private func refusalID(of message: ReceivedMessage) -> UUID {
        .derived(from: message.id, of: message.sender, as: "refusal")
    }

    private func take(_ received: ReceivedMessage) async {
        do {
            switch received.message.payload {
            case .telemetryReport where received.sender != probe:
                logger.notice(
                    "telemetry rejected: its sender is not the probe (DIAG_PROBE_ID)",
                    ["from": "\(received.sender)", "probe": "\(probe)"])
            case .telemetryReport(let report):
                try await database.insert(report.sample, messageID: received.id, at: now())
                try await mailbox.send(
                    TypedMessage(.telemetryAck(TelemetryAck(takenAt: report.sample.takenAt))),
                    to: received.sender,
                    class: .latest, id: .derived(from: received.id, of: received.sender, as: "ack"))
            case .ping:
                try await mailbox.send(
                    TypedMessage(.pong, requestId: received.message.requestId), to: received.sender,
                    class: .durable,
                    id: .derived(from: received.id, of: received.sender, as: "pong"))
            case .chatCancel:
                // It stays in the mailbox as long as its prompt, so that neither comes again without the other.
                if let requestID = received.message.requestId,
                    await desk.withdraw(requestID, by: received)
                {
                    return
                }
            case .chatPrompt, .chatReply, .chatProgress, .telemetryAck, .pong, .userChat, .receipt: break
            }
            try await mailbox.handled(received)
        } catch {
            // It stays in the mailbox and comes again after a restart.
            logger.warning(
                "message not processed",
                ["kind": "\(received.message.payload.kind.rawValue)", "error": "\(error)"])
        }
    }

    private func handled(_ message: ReceivedMessage) async {
        do {
            try await mailbox.handled(message)
        } catch {
            logger.warning("message not marked as processed", ["error": "\(error)"])
        }
    }

    // MARK: Answering

    private func answer(_ question: Question) async {
        var reply: ChatReply?
        do {
            reply = try await self.reply(to: question)
        } catch {
            logger.error(
                "the state database did not work",
                ["requestId": "\(question.id.requestID)", "error": "\(error)"])
            reply = .failure("the agent's database did not work; its log tells more", by: analyst)
        }
        guard let reply else { return }
        let id = UUID.derived(from: question.id.requestID, of: question.id.asker, as: "reply")
        await send(reply, to: question, id: id)
    }

    private func send(_ reply: ChatReply, to question: Question, id: UUID) async {
        let (asker, requestID) = (question.id.asker, question.id.requestID)
        do {
            try await mailbox.send(
                TypedMessage(.chatReply(reply), requestId: requestID), to: asker, class: .durable, id: id)
            try await mailbox.handled(question.message)
        } catch {
            // It stays in the mailbox and comes again after a restart.
            logger.warning(
                "prompt not answered", ["requestId": "\(requestID)", "error": "\(error)"])
        }
    }

    /// The answer, or the earlier one to the same prompt; nil if shutdown came first and the prompt will be delivered again.
    private func reply(to question: Question) async throws -> ChatReply? {
        let (text, id) = (question.prompt.text, question.id)
        if let known = try await database.answer(to: id) { return known }
        guard !text.trimmed.isEmpty, text.utf8.count <= ChatPrompt.maxTextByteCount else {
            return .failure("a prompt has 1 to \(ChatPrompt.maxTextByteCount) bytes of text", by: analyst)
        }
        // While it is answered; but no money is spent on what cannot be kept.
        async let noted: Void = database.noteQuestion(text, id, at: now())
        if answerer.model.isMetered { try await noted }
        let answer = await answerer.answer(text, id, withdrawal: question.withdrawal) { progress in
            // Progress is only useful now; if it is lost, the reply still comes.
            _ = try? await mailbox.send(
                TypedMessage(.chatProgress(progress), requestId: id.requestID), to: id.asker, class: .online)
        }
        try await noted
        guard !Task.isCancelled else {
            if answer.spending.modelRequests > 0 {
                try await database.note(
                    answer.spending, of: id.asker.description, model: analyst, at: now())
            }
            return nil
        }
        if let replaced = answer.reply.replaced {
            logger.notice(
                "the offline analyst answered in place of the model",
                [
                    "requestId": "\(id.requestID)", "model": "\(replaced.model)",
                    "code": "\(replaced.code.rawValue)", "reason": "\(replaced.reason)",
                ])
        }
        if answer.reply.outcome == .failed {
            logger.notice(
                "question not answered",
                ["requestId": "\(id.requestID)", "reason": "\(answer.reply.text)"])
        }
        try await database.noteAnswer(answer, to: id, at: now())
        return answer.reply
    }

    // MARK: Upkeep

    /// Logs what would prevent answers, before the first question. Only checks that cost nothing are made: a service that
    /// keeps restarting must not spend money.
    private func checkEndpoint() async {
        guard let finding = await endpoint?.look(), finding.outcome != .ok, !Task.isCancelled else { return }
        logger.warning(
            "the model may not answer",
            ["found": "\(finding.detail)", "advice": "\(finding.advice ?? "")"])
    }

    /// Removes old readings, now and every ten minutes. In real time: what is due depends on the age of readings alone.
    private func keepThin() async {
        await every(.seconds(600), startingNow: true) {
            do {
                try await database.thin(at: now())
            } catch {
                logger.warning("old readings were not removed", ["error": "\(error)"])
            }
        }
    }
}

extension ChatReply {
    fileprivate static func failure(_ reason: String, by analyst: String) -> ChatReply {
        ChatReply(
            text: "No answer: \(reason).", outcome: .failed, answeredBy: analyst, usage: nil, evidence: [],
            unbackedFigures: [], elapsedMilliseconds: 0)
    }

    fileprivate static func refusal(of asker: IdentityID, by analyst: String) -> ChatReply {
        failure(
            "this agent does not serve \(asker); its operator can add you to SYSMAINT_SERVES", by: analyst)
    }

    fileprivate static func busy(by analyst: String) -> ChatReply {
        failure("the agent is busy, as too many questions wait; ask again in a minute", by: analyst)
    }
}
