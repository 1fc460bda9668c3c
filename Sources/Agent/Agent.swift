import AsyncHTTPClient
import Crypto
import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import ServiceLifecycle

/// The operations agent: takes in telemetry, answers prompts, all over an encrypted mailbox.
///
/// Everything is done once however often it is delivered: a reading is kept under its message's id, an answer goes out
/// under an id derived from its request.
package struct Agent: Service {
    private let mailbox: any Mailbox
    private let database: StateDatabase
    private let answerer: Answerer
    private let maxConcurrentPrompts: Int
    private let logger: Logger
    private let now: @Sendable () -> Date

    package init(
        mailbox: any Mailbox, database: StateDatabase, configuration: AgentConfiguration, logger: Logger,
        client: HTTPClient = .shared, clock: any Clock<Duration> = .continuous,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        let model: any ChatModel =
            configuration.model.map { model in
                OpenAIModel(
                    model: model.name, baseURL: model.baseURL, key: model.key,
                    timeout: configuration.modelTimeout,
                    client: client)
            } ?? OfflineAnalyst()
        self.mailbox = mailbox
        self.database = database
        self.logger = logger
        self.now = now
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
                group.addTask { await self.keepThin() }
            }
        }
    }

    // MARK: Receiving

    /// Telemetry is dealt with in turn; prompts are answered beside it, so many at a time.
    private func receive() async {
        let (prompts, prompt) = AsyncStream.makeStream(of: ReceivedMessage.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.answer(prompts) }
            for await message in mailbox.incoming() {
                if case .chatPrompt = message.message.payload {
                    // The mailbox keeps the message until it is handled, so what waits here is bounded by its window.
                    prompt.yield(message)
                } else {
                    await take(message)
                }
            }
            prompt.finish()
        }
    }

    private func answer(_ prompts: AsyncStream<ReceivedMessage>) async {
        await withDiscardingTaskGroup { group in
            let places = Places(count: maxConcurrentPrompts)
            for await prompt in prompts {
                await places.take()
                group.addTask {
                    await self.answer(prompt)
                    await places.free()
                }
            }
        }
    }

    private func take(_ received: ReceivedMessage) async {
        do {
            switch received.message.payload {
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
            case .chatPrompt, .chatReply, .chatProgress, .telemetryAck, .pong, .userChat, .receipt: break
            }
            try await mailbox.handled(received.id)
        } catch {
            // It stays in the mailbox and comes again after a restart.
            logger.warning(
                "message not dealt with",
                metadata: ["kind": "\(received.message.payload.kind.rawValue)", "error": "\(error)"])
        }
    }

    // MARK: Answering

    private func answer(_ received: ReceivedMessage) async {
        guard case .chatPrompt(let prompt) = received.message.payload else { return }
        let requestID = received.message.requestId ?? received.id
        var reply: ChatReply?
        do {
            reply = try await self.reply(to: prompt, requestID: requestID, asker: received.sender)
        } catch {
            logger.error(
                "the state database did not work",
                metadata: ["requestId": "\(requestID)", "error": "\(error)"])
            reply = .failure("the agent's database did not work; its log tells more", by: analyst)
        }
        guard let reply else { return }
        do {
            try await mailbox.send(
                TypedMessage(.chatReply(reply), requestId: requestID), to: received.sender, class: .durable,
                id: .derived(from: requestID, as: "reply"))
            try await mailbox.handled(received.id)
        } catch {
            // It stays in the mailbox and comes again after a restart.
            logger.warning(
                "prompt not answered", metadata: ["requestId": "\(requestID)", "error": "\(error)"])
        }
    }

    /// The answer, from before where there is one; absent when shutdown came first and the prompt is to come again.
    private func reply(to prompt: ChatPrompt, requestID: UUID, asker: IdentityID) async throws -> ChatReply? {
        if let known = try await database.answer(to: requestID) { return known }
        guard !prompt.text.trimmed.isEmpty, prompt.text.utf8.count <= ChatPrompt.maxTextByteCount else {
            return .failure("a prompt has 1 to \(ChatPrompt.maxTextByteCount) bytes of text", by: analyst)
        }
        try await database.noteQuestion(
            prompt.text, requestID: requestID, asker: asker.description, at: now())
        let answer = await answerer.answer(prompt.text, requestID: requestID, asker: asker.description) {
            progress in
            // Progress is worth something only now; when it is lost the reply still comes.
            _ = try? await mailbox.send(
                TypedMessage(.chatProgress(progress), requestId: requestID), to: asker, class: .online)
        }
        guard !Task.isCancelled else { return nil }
        try await database.noteAnswer(answer, requestID: requestID, asker: asker.description, at: now())
        return answer.reply
    }

    // MARK: Upkeep

    private func keepThin() async {
        repeat {
            do {
                try await database.thin(at: now())
            } catch {
                logger.warning("old readings were not removed", metadata: ["error": "\(error)"])
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
        var bytes = Array(SHA256.hash(data: id.data + Data("sysmaint \(purpose)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
