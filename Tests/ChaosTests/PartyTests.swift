import Foundation
import TestSupport
import Testing

@testable import chaos

struct PartyTests {
    /// Waits for a line that one of the processes says.
    private func hear(
        _ name: String, in said: inout AsyncStream<(String, PartyEvent)>.AsyncIterator,
        _ isIt: (PartyEvent) -> Bool
    ) async throws {
        while let (speaker, event) = await said.next(isolation: #isolation) {
            if speaker == name, isIt(event) { return }
        }
        throw CancellationError()
    }

    @Test(.timeLimit(.minutes(15))) func partyWhoseDiskIsFullEndsThoughItsInputDoesNot() async throws {
        let scratch = try ScratchDirectory()
        let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("chaos")
        let (said, say) = AsyncStream.makeStream(of: (String, PartyEvent).self)
        func start(_ name: String, _ arguments: [String]) throws -> Child {
            try Child(name, life: 0, arguments: arguments, executable: executable) { child, event in
                switch event {
                case .said(let line): if let event = PartyEvent(line) { say.yield((child.name, event)) }
                // Nobody waits for the words of a process that has ended.
                case .ended: say.finish()
                }
            }
        }
        var events = said.makeAsyncIterator()
        let port = try freePort()
        let url = "http://127.0.0.1:\(port)"
        let relay = try start("relay", ["relay", scratch.file("relay.db"), "\(port)", "100", url])
        defer { relay.send(SIGKILL) }
        try await hear("relay", in: &events) { $0 == .ready }
        let bob = try start("bob", ["party", scratch.file("bob.db"), "bob", url, "1"])
        defer { bob.send(SIGKILL) }
        try await hear("bob", in: &events) { $0 == .ready }
        let alice = try start("alice", ["party", scratch.file("alice.db"), "alice", url, "1"])
        defer { alice.send(SIGKILL) }
        try await hear("alice", in: &events) { $0 == .ready }

        alice.tell(.send(peer: "bob", from: 0))
        try await hear("alice", in: &events) { $0 == .posted(peer: "bob", number: 3) }
        alice.tell(.fill(byteCount: 1))
        // Its last words, before it ends.
        try await hear("alice", in: &events) { event in
            if case .note(let text) = event { text.contains("cannot be used") } else { false }
        }
    }
}
