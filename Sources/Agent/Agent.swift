import Cryptography
import Foundation
import HTTPClient
import Logging
import MaintenanceAPI
import RelayAPI
import Services

/// The operations agent: takes in telemetry, answers prompts, all over an encrypted mailbox.
///
/// Everything is done once however often it is delivered: a reading is kept under its message's id, an answer goes out
/// under an id derived from its request.
package struct Agent: Service {
    private let mailbox: any Mailbox
    private let probe: IdentityID
    private let database: StateDatabase
    private let answerer: Answerer
    private let maxConcurrentPrompts: Int
    private let openPrompts = OpenPrompts()
    private let endpoint: EndpointCheck?
    private let logger: Logger
    private let now: @Sendable () -> Date

    /// Telemetry is taken in from `probe` alone: anybody may write to the agent, and figures of others would end up in
    /// its answers.
    package init(
        mailbox: any Mailbox, probe: IdentityID, database: StateDatabase, configuration: AgentConfiguration,
        logger: Logger,
        client: HTTPClient = .shared, clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        let model: any ChatModel =
            configuration.model.map { model in
                OpenAIModel(
                    model: model.name, baseURL: model.baseURL, key: model.key,
                    timeout: configuration.modelTimeout,
                    client: client)
            } ?? OfflineAnalyst(now: now)
        self.mailbox = mailbox
        self.probe = probe
        self.database = database
        self.logger = logger
        self.now = now
        endpoint = EndpointCheck(configuration, client: client, timeout: configuration.modelTimeout)
        maxConcurrentPrompts = max(1, configuration.maxConcurrentPrompts)
        answerer = Answerer(
            model: model, database: database, configuration: configuration, clock: clock, now: now)
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

    /// Telemetry is dealt with in turn; prompts are answered beside it, so many at a time.
    private func receive() async {
        let (prompts, prompt) = AsyncStream.makeStream(of: Question.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.answer(prompts) }
            for await message in mailbox.incoming() {
                if case .chatPrompt(let content) = message.message.payload {
                    let requestID = message.message.requestId ?? message.id
                    let withdrawal = await openPrompts.open(
                        message.id, sender: message.sender, requestID: requestID)
                    // The mailbox keeps the message until it is handled, so what waits here is bounded by its window.
                    prompt.yield(
                        Question(
                            messageID: message.id, requestID: requestID, asker: message.sender,
                            prompt: content,
                            withdrawal: withdrawal))
                } else {
                    await take(message)
                }
            }
            prompt.finish()
        }
    }

    private func answer(_ prompts: AsyncStream<Question>) async {
        await withDiscardingTaskGroup { group in
            let places = Places(count: maxConcurrentPrompts)
            for await prompt in prompts {
                await places.take()
                group.addTask {
                    await self.answer(prompt)
                    for cancellation in await openPrompts.close(prompt.messageID) {
                        await self.handled(cancellation)
                    }
                    await places.free()
                }
            }
        }
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
                    class: .latest, id: .derived(from: received.id, as: "ack"))
            case .ping:
                try await mailbox.send(
                    TypedMessage(.pong, requestId: received.message.requestId), to: received.sender,
                    class: .durable,
                    id: .derived(from: received.id, as: "pong"))
            case .chatCancel:
                // It stays in the mailbox as long as its prompt, so that neither comes again without the other.
                if let requestID = received.message.requestId,
                    await openPrompts.withdraw(requestID, by: received.sender, cancellation: received.id)
                {
                    return
                }
            case .chatPrompt, .chatReply, .chatProgress, .telemetryAck, .pong, .userChat, .receipt: break
            }
            try await mailbox.handled(received.id)
        } catch {
            // It stays in the mailbox and comes again after a restart.
            logger.warning(
                "message not processed",
                ["kind": "\(received.message.payload.kind.rawValue)", "error": "\(error)"])
        }
    }

    private func handled(_ messageID: UUID) async {
        do {
            try await mailbox.handled(messageID)
        } catch {
            logger.warning("message not marked as processed", ["error": "\(error)"])
        }
    }

    // MARK: Answering

    /// A prompt that is to be answered.
    private struct Question {
        let messageID: UUID
        let requestID: UUID
        let asker: IdentityID
        let prompt: ChatPrompt
        let withdrawal: Withdrawal
    }

    private func answer(_ question: Question) async {
        let requestID = question.requestID
        var reply: ChatReply?
        do {
            reply = try await self.reply(to: question)
        } catch {
            logger.error(
                "the state database did not work",
                ["requestId": "\(requestID)", "error": "\(error)"])
            reply = .failure("the agent's database did not work; its log tells more", by: analyst)
        }
        guard let reply else { return }
        do {
            try await mailbox.send(
                TypedMessage(.chatReply(reply), requestId: requestID), to: question.asker, class: .durable,
                id: .derived(from: requestID, as: "reply"))
            try await mailbox.handled(question.messageID)
        } catch {
            // It stays in the mailbox and comes again after a restart.
            logger.warning(
                "prompt not answered", ["requestId": "\(requestID)", "error": "\(error)"])
        }
    }

    /// The answer, from before where there is one; absent when shutdown came first and the prompt is to come again.
    private func reply(to question: Question) async throws -> ChatReply? {
        let (text, requestID, asker) = (question.prompt.text, question.requestID, question.asker)
        if let known = try await database.answer(to: requestID) { return known }
        guard !text.trimmed.isEmpty, text.utf8.count <= ChatPrompt.maxTextByteCount else {
            return .failure("a prompt has 1 to \(ChatPrompt.maxTextByteCount) bytes of text", by: analyst)
        }
        try await database.noteQuestion(text, requestID: requestID, asker: asker.description, at: now())
        let answer = await answerer.answer(
            text, requestID: requestID, asker: asker.description, withdrawal: question.withdrawal
        ) { progress in
            // Progress is worth something only now; when it is lost the reply still comes.
            _ = try? await mailbox.send(
                TypedMessage(.chatProgress(progress), requestId: requestID), to: asker, class: .online)
        }
        guard !Task.isCancelled else {
            if answer.spending.modelRequests > 0 {
                try await database.note(answer.spending, of: "interrupted answer", model: analyst, at: now())
            }
            return nil
        }
        try await database.noteAnswer(answer, requestID: requestID, asker: asker.description, at: now())
        return answer.reply
    }

    // MARK: Upkeep

    /// Tells whoever reads the log what stands in the way of answers, before somebody asks. Only what costs nothing is
    /// looked at: a service that is restarted again and again must not spend money.
    private func checkEndpoint() async {
        guard let finding = await endpoint?.look(), finding.outcome != .ok, !Task.isCancelled else { return }
        logger.warning(
            "the model may not answer",
            ["found": "\(finding.detail)", "advice": "\(finding.advice ?? "")"])
    }

    /// Removes what is old, now and every ten minutes.
    ///
    /// Real time, on purpose: what is due depends on the age of readings alone, and the sleep ends with the service.
    private func keepThin() async {
        repeat {
            do {
                try await database.thin(at: now())
            } catch {
                logger.warning("old readings were not removed", ["error": "\(error)"])
            }
        } while (try? await Task.sleep(for: .seconds(600))) != nil
    }
}

extension ChatReply {
    fileprivate static func failure(_ reason: String, by analyst: String) -> ChatReply {
        ChatReply(
            text: "No answer: \(reason).", outcome: .failed, answeredBy: analyst, usage: nil, evidence: [],
            unbackedFigures: [], elapsedMilliseconds: 0)
    }
}

/// So many at a time; the others wait for a place.
private actor Places {
    private var freeCount: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { freeCount = count }

    func take() async {
        if freeCount > 0 {
            freeCount -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func free() {
        if waiting.isEmpty { freeCount += 1 } else { waiting.removeFirst().resume() }
    }
}

extension UUID {
    /// An id that follows from another one, the same every time (RFC 9562, version 8).
    static func derived(from id: UUID, as purpose: String) -> UUID {
        var bytes = Array(SHA256.hash(id.data + Data("sysmaint \(purpose)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
