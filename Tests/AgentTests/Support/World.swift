import Foundation
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import Agent

/// A state database in a folder of its own, at a moment that stands still.
struct World {
    static let moment = Date(timeIntervalSince1970: 1_800_000_000)

    let scratch: ScratchDirectory
    let database: StateDatabase
    var now: Date { Self.moment }

    init() throws {
        scratch = try ScratchDirectory()
        database = try StateDatabase(path: scratch.file("state.db")) { Self.moment }
    }

    /// Readings every ten seconds up to now, oldest first, each changed by `change` (seconds before now).
    func fill(minutes: Int, every seconds: Int = 10, _ change: (inout Sample, Int) -> Void = { _, _ in })
        async throws
    {
        for ago in stride(from: minutes * 60, through: 0, by: -seconds) {
            var sample = Self.sample(secondsAgo: ago)
            change(&sample, ago)
            try await database.insert(sample, messageID: UUID(), at: now)
        }
    }

    /// A quiet host.
    static func sample(secondsAgo: Int) -> Sample {
        var sample = CannedTelemetry.sample(takenAt: moment.milliseconds - Int64(secondsAgo) * 1000)
        sample.fileSystems = sample.fileSystems.filter { !$0.timedOut }
        sample.cpu?.all.userPercent = 8
        sample.cpu?.all.systemPercent = 2
        sample.cpu?.all.ioWaitPercent = 0.5
        sample.cpu?.all.idlePercent = 89.5
        for index in sample.networks.indices {
            sample.networks[index].receivedBytesPerSecond = 420_000
            sample.networks[index].sentBytesPerSecond = 91_000
        }
        return sample
    }

    func state(dailyBudgetUSD: Decimal? = nil) -> ToolState {
        ToolState(database: database, now: now, dailyBudgetUSD: dailyBudgetUSD)
    }

    /// What the analyst replies, to a person who may have asked something before.
    func analystReply(to question: String, after before: String? = nil) async throws -> ChatReply {
        try await analystReply(toAll: [before, question].compactMap(\.self))
    }

    /// Expects the analyst to say something, with no figure that no tool gave, of a host with readings for some minutes.
    static func expect(
        _ questions: [String], toSay expected: String, minutes: Int, _ change: (inout Sample, Int) -> Void,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let world = try World()
        try await world.fill(minutes: minutes, every: 10, change)
        let reply = try await world.analystReply(toAll: questions)
        #expect(reply.text.contains(expected), "\(questions): \(reply.text)", sourceLocation: location)
        #expect(reply.unbackedFigures == [], "\(reply.text)", sourceLocation: location)
    }

    /// The analyst's reply to the last of some questions of one conversation.
    func analystReply(toAll questions: [String]) async throws -> ChatReply {
        let answerer = answerer(OfflineAnalyst(now: { Self.moment }))
        for question in questions.dropLast() {
            let id = try PromptID.of("alice")
            try await database.noteQuestion(question, id, at: now)
            try await database.noteAnswer(await answerer.answer(question, id) { _ in }, to: id, at: now)
        }
        let last = try PromptID.of("alice")
        let question = questions.last ?? ""
        try await database.noteQuestion(question, last, at: now)
        return await answerer.answer(question, last) { _ in }.reply
    }

    func answerer(
        _ model: any ChatModel, _ configuration: AgentConfiguration = AgentConfiguration(),
        clock: any Clock<Duration> = .continuous
    ) -> Answerer {
        Answerer(
            model: model, database: database, configuration: configuration, clock: clock, now: { Self.moment }
        )
    }
}

extension World {
    /// Says hello; the waits between tries take no time.
    func answerPatiently(_ model: any ChatModel, tries: Int = AnswerJob.maxTries) async -> Answer {
        let clock = ManualClock()
        async let answer = answerer(model, clock: clock).answer("Hello")
        // One sleeper is the deadline, the other the wait before the next try.
        for _ in 1..<tries {
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(2))
        }
        return await answer
    }
}

extension Answerer {
    func answer(_ prompt: String) async -> Answer {
        await answer(prompt, .ofAlice()) { _ in }
    }

    /// As a person asks who waits for the answer.
    func answer(
        _ prompt: String, _ id: PromptID,
        progress: @escaping @Sendable (ChatProgress) async -> Void
    ) async -> Answer {
        let withdrawal = Withdrawal()
        return await answer(prompt, id, withdrawal: withdrawal, progress: progress)
    }
}

extension PromptID {
    static func of(_ asker: String, _ requestID: UUID = UUID()) throws -> PromptID {
        PromptID(asker: try IdentityID(asker), requestID: requestID)
    }

    static func ofAlice(_ requestID: UUID = UUID()) -> PromptID {
        guard let id = try? of("alice", requestID) else { preconditionFailure("alice is no name") }
        return id
    }
}
