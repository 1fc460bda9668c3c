import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// What goes on from an answer about the whole host asks of what that told first.
@Suite struct ToldFirstTests {
    /// Memory has been filling for ten of fourteen minutes.
    private func ask(_ questions: [String]) async throws -> ChatReply {
        let world = try World()
        try await world.fill(minutes: 14) { sample, ago in
            sample.fileSystems.removeLast()
            let total = sample.memory?.totalBytes ?? 0
            let used = 50 + max(0, 600 - ago) / 20
            sample.memory?.availableBytes = total / 100 * Int64(100 - used)
        }
        return try await world.analystReply(toAll: questions)
    }

    @Test(arguments: [
        (["any problems?"], "Yes: one thing needs attention: memory is 80 % used and will be full in"),
        (["is everything ok?", "since when?"], "Since 07:5"),
        (["any problems?", "how long has it been like that?"], "Since 07:5"),
        (["any problems?", "how fast does it grow?"], "Memory used is rising by 180"),
        (["any problems?", "how long until it is full"], "In 7 minutes"),
        (["any problems?", "since when", "how long until it is full"], "In 7 minutes"),
        (["any problems?", "is it still going on?"], "Yes: memory is 80 % used and will be full in"),
    ])
    func oneThingIsMeant(questions: [String], expected: String) async throws {
        let reply = try await ask(questions)
        #expect(reply.text.hasPrefix(expected), "\(questions): \(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
    }

    /// Where a part is named, that is meant.
    @Test func aNamedPartIsNotReplaced() async throws {
        let reply = try await ask(["any problems?", "when will the disk be full?"])
        #expect(reply.text.contains("cannot be said yet"), "\(reply.text)")
    }
}
