import HTTP
import Database
import Foundation
import RelayAPI
import Synchronization
import Testing
import TestSupport

@testable import RelayServer

/// A store that cannot write for a while, and then can again.
@Suite(.timeLimit(.minutes(3)))
struct FullDiskTests {
    /// As many pages as there are now, or as many as there may ever be.
    private func fill(_ relay: TestRelay, _ isFull: Bool) throws {
        try relay.store.writer.performAndWait { database in
            let count: Int = try database.value("PRAGMA page_count") ?? 0
            try database.execute("PRAGMA max_page_count = \(isFull ? count : 1_000_000)")
        }
    }

    /// Nothing at all can be written: deletions too.
    private func lock(_ relay: TestRelay, _ isLocked: Bool) throws {
        try relay.store.writer.performAndWait { try $0.execute("PRAGMA query_only = \(isLocked)") }
    }

    @Test func senderIsToldAndOpenSocketsGoOnOnceThereIsRoom() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            try await TestSocket.open(relay, as: bob) { bobs in
                try await bobs.expect(.queueEmpty)
                try await TestSocket.open(relay, as: alice) { alices in
                    try await alices.expect(.queueEmpty)
                    try fill(relay, true)
                    var accepted: [Envelope] = []
                    var problem: Problem?
                    while problem == nil {
                        let envelope = try alice.envelope(to: bob, String(repeating: "x", count: 2_000))
                        try await alices.send(.send(envelope))
                        switch try await alices.nextServerFrame() {
                        case .sent(envelope.copy): accepted.append(envelope)
                        case .refused(envelope.copy, let refusal): problem = refusal
                        case let other: throw TestFailure("unexpected \(other)")
                        }
                    }
                    #expect(problem?.code == .unavailable)
                    #expect(problem?.status == 503)

                    try fill(relay, false)
                    let after = try alice.envelope(to: bob, "there is room again")
                    try await alices.send(.send(after))
                    try await alices.expect(.sent(after.copy))
                    for envelope in accepted + [after] {
                        #expect(try await bobs.nextEnvelope() == envelope)
                        try await bobs.send(.ack([envelope.messageId]))
                    }
                }
            }
            try await TestSocket.open(relay, as: bob) { try await $0.expect(.queueEmpty) }
            #expect(try await relay.store.totals().queuedMessages == 0)
        }
    }

    /// A disk that something else has filled: the relay starts on it, delivers, says why it takes nothing, and recovers.
    @Test(.enabled(if: SmallDisk.isPossible, "needs the right to mount a file system"))
    func relayStartsOnAFullDiskServesWhatItCanAndRecovers() async throws {
        let disk = try SmallDisk(mebibytes: 64)
        defer { disk.remove() }
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.load.minFreeDiskByteCount = 8 << 20
        }
        let (alice, bob) = try await TestRelay.run(at: disk.file("relay.db"), configure: configure) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let message = try alice.envelope(to: bob, "before")
            #expect(
                try await relay.request(.post, "/v1/messages", token: alice.token, json: message).status
                    == 200)
            return (alice, bob)
        }
        try disk.fill()
        try await TestRelay.run(at: disk.file("relay.db"), configure: configure) { relay in
            let health = try await relay.request(.get, "/health").json(Health.self)
            #expect(health.status == "degraded")
            #expect(health.problem?.contains("Free space on it") == true)
            #expect(try await relay.request(.get, "/ready").status == 503)
            func send() async throws -> Answer {
                let envelope = try alice.envelope(to: bob, "after")
                return try await relay.request(.post, "/v1/messages", token: alice.token, json: envelope)
            }
            #expect(try await send().code == .overloaded)
            try await TestSocket.open(relay, as: bob) { socket in
                let envelope = try await socket.nextEnvelope()
                #expect(envelope.text == "before")
                try await socket.send(.ack([envelope.messageId]))
                try await socket.expect(.queueEmpty)
            }
            try await waitUntil { try await relay.store.totals().queuedMessages == 0 }
            try await waitUntil { relay.log.lines.contains { $0.contains("the relay accepts less") } }

            try disk.empty()
            try await waitUntil { try await send().status == 200 }
            #expect(try await relay.request(.get, "/health").json(Health.self).status == "ok")
            #expect(try await relay.request(.get, "/ready").status == 200)
        }
    }

    @Test func acknowledgedMessagesMakeRoomInTheQueueOnceTheyCanBeRemoved() async throws {
        var limits = QueueLimits()
        limits.maxMessageCount = 3
        try await TestRelay.run(in: ScratchDirectory(), limits: limits) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            func send(_ text: String) async throws -> Int {
                try await relay.request(
                    .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, text)
                ).status
            }
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(.queueEmpty)
                var ids: [UUID] = []
                for number in 1...3 {
                    #expect(try await send("\(number)") == 200)
                    ids.append(try await socket.nextEnvelope().messageId)
                }
                try lock(relay, true)
                let failedCount = relay.store.commits.figures.failedBatches
                try await socket.send(.ack(ids))
                try await waitUntil { relay.store.commits.figures.failedBatches > failedCount }
                try lock(relay, false)
                // The device has nothing more to acknowledge: the relay tries again by itself.
                try await waitUntil { try await relay.store.totals().queuedMessages == 0 }
                #expect(try await send("4") == 200)
                try await socket.expect(text: "4")
            }
        }
    }

    @Test func socketThatCannotBeServedIsClosed() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let commits = relay.store.commits
            let isFailing = Mutex(true)
            // Fails, and with it what a new socket waits for; another one is there before the next batch is taken.
            @Sendable func fail() {
                commits.submit(.now, { try $0.database.execute("INSERT INTO nothing VALUES (1)") }) {
                    _ in
                    if isFailing.withLock(\.self) { fail() }
                }
            }
            fail()
            try await TestSocket.open(relay, as: bob) { #expect(await $0.closeCode() == 1011) }
            isFailing.withLock { $0 = false }
            // Behind the last that fails, and maybe with it.
            _ = try? await commits.write { _ in }
            try await TestSocket.open(relay, as: bob) { try await $0.expect(.queueEmpty) }
        }
    }

    @Test func deletionsThatFailAreDoneBeforeAnythingLater() async throws {
        let folder = try ScratchDirectory()
        let path = folder.file("commits.db")
        let writer = try DatabaseWriter(path) {
            try $0.execute("CREATE TABLE number (value INTEGER NOT NULL)")
        }
        let commits = GroupCommit(writer: writer)
        func insert(_ value: Int) -> @Sendable (WriteBatch) throws -> Void {
            { try $0.database.run("INSERT INTO number (value) VALUES (?)", value) }
        }
        func lock(_ isLocked: Bool) throws {
            try writer.performAndWait { try $0.execute("PRAGMA query_only = \(isLocked)") }
        }
        try lock(true)
        commits.submit(.soon, insert(1), done: { _ in })
        await #expect(throws: StoreError.self) { try await commits.write(insert(2)) }
        await #expect(throws: StoreError.self) { try await commits.write(insert(3)) }
        try lock(false)
        try await commits.write(insert(4))
        let values = try await writer.perform { try $0.values("SELECT value FROM number", as: Int.self) }
        #expect(values == [1, 4])
    }
}
