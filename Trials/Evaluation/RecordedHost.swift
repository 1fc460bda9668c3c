import Agent
import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import TestSupport

/// A state database with the samples of a world, and agents that use it.
struct RecordedHost: Sendable {
    private let world: World
    private let scratch: ScratchDirectory
    private let database: StateDatabase

    init(_ world: World, injection: String) async throws {
        self.world = world
        scratch = try ScratchDirectory()
        database = try StateDatabase(path: scratch.file("state.db")) { World.moment }
        let readings = world.samples(injection: injection).map {
            StateDatabase.Reading(messageID: UUID(), sample: $0)
        }
        try await database.insert(readings, at: World.moment)
    }

    /// Sends a question, the world's own by default, to a new agent, from mailbox to mailbox; before it what the same
    /// person asked `after` which it comes.
    func ask(_ subject: Subject, _ question: String? = nil, after: [String] = []) async throws
        -> (reply: ChatReply, elapsed: Duration)
    {
        var configuration = AgentConfiguration()
        configuration.model = subject.model(world)
        if let prices = subject.prices { configuration.prices = prices }
        let office = MemoryMailbox.PostOffice()
        let agent = Agent(
            mailbox: try office.mailbox(of: "sysmaint"), probe: try IdentityID("diagprobe"),
            database: database,
            configuration: configuration,
            logger: .silent, now: { World.moment })
        // A separate person for each subject, so that no subject benefits from another's conversation.
        let person = try office.mailbox(of: "person-\(UUID().uuidString.lowercased())")
        func send(_ text: String) async throws {
            try await person.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: text)), requestId: UUID()),
                to: IdentityID("sysmaint"))
        }
        var waiting = (after + [question ?? world.question])[...]
        var asked = ContinuousClock.now
        try await send(waiting.removeFirst())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            defer { group.cancelAll() }
            for await message in person.incoming() {
                guard case .chatReply(let reply) = message.message.payload else { continue }
                guard let next = waiting.popFirst() else { return (reply, ContinuousClock.now - asked) }
                asked = ContinuousClock.now
                try await send(next)
            }
            throw CancellationError()
        }
    }
}
