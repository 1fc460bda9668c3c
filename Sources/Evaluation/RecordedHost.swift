import Agent
import Foundation
import HTTPClient
import MaintenanceAPI
import Values

/// A state database with the samples of a world, from which questions are answered.
package struct RecordedHost: Sendable {
    package let world: World
    private let folder: TemporaryFolder
    private let database: StateDatabase

    package init(_ world: World, injection: String) async throws {
        self.world = world
        folder = try TemporaryFolder()
        database = try StateDatabase(path: folder.path + "/state.db") { World.moment }
        let readings = try world.samples(injection: injection).map {
            StateDatabase.Reading(messageID: UUID(), sample: $0)
        }
        try await database.insert(readings, at: World.moment)
    }

    /// Answers a question, the world's own by default; before it those that the same person asked `after` which it
    /// comes.
    package func answer(
        _ configuration: AgentConfiguration, client: HTTPClient = .shared, _ question: String? = nil,
        after: [String] = []
    ) async throws -> AnswerDesk.Answered {
        let desk = AnswerDesk(
            database: database, configuration: configuration, client: client, now: { World.moment })
        // A person of its own, so that nobody benefits from another's conversation.
        let person = try IdentityID("person-\(UUID().uuidString.lowercased())")
        for earlier in after { _ = try await desk.answer(earlier, to: person) }
        return try await desk.answer(question ?? world.question, to: person)
    }
}

/// A folder that goes away with its last user.
private final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("sysmaint-\(UUID())").path

    init() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
