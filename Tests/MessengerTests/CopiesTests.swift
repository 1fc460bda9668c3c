import Database
import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import KeyStore
@testable import Messenger

/// Copies of a key store, on a relay: whoever is behind notices, and two that run stop taking turns.
@Suite(.timeLimit(.minutes(5)))
struct CopiesTests {
    private func bytes(of party: Party) throws -> [String: Data] {
        let folder = party.scratch.url
        return try Dictionary(
            uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: folder.path).map { name in
                (name, try Data(contentsOf: folder.appendingPathComponent(name)))
            })
    }

    /// Puts back the whole folder, each file in place, as a snapshot of the machine's disk does.
    private func putBack(_ files: [String: Data], of party: Party) throws {
        for (name, bytes) in files {
            let file = try FileHandle(
                forWritingTo: party.scratch.url.appendingPathComponent(name))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: bytes)
            try file.close()
        }
    }

    private func registrationID(_ party: Party) -> UInt32 { party.store.account.registrationID }

    @Test func machineThatWasPutBackIsNoticedByWhatTheRelayKnows() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("before", to: bob)
        // It is switched off, and a snapshot taken.
        try await alice.store.write { try $0.settings.noteUpkeep(inBoot: "an earlier start") }
        alice.store.close()
        let snapshot = try bytes(of: alice)
        try alice.restart()
        #expect(try await alice.messenger.isInDoubt())
        try await alice.messenger.lookAfterKeysIfDue()
        #expect(try await !alice.messenger.isInDoubt())
        #expect(relay.device(alice.address)?.signed?.id == 2)
        try await alice.say("after", to: bob)
        let before = registrationID(alice)
        alice.store.close()

        try putBack(snapshot, of: alice)
        try alice.restart()
        #expect(registrationID(alice) == before, "the mark was put back, too")
        let messenger = alice.messenger
        #expect(try await messenger.isInDoubt())
        await #expect(throws: MessengerError.storeOutdated(alice.address)) {
            try await messenger.lookAfterKeysIfDue()
        }
        // It says so each time, and is another registration from the next start on.
        await #expect(throws: MessengerError.storeOutdated(alice.address)) { try await messenger.run() }
        try alice.restart()
        #expect(registrationID(alice) != before)
        try await alice.messenger.lookAfterKeysIfDue()
        try await alice.say("once more", to: bob)
        #expect(try await bob.hears() == ["before", "after", "once more"])
    }

    /// What waits for a party: each message's kind and, where it does not begin a session, the place of its key.
    private func keys(for party: Party, at relay: MemoryRelay) throws -> [String] {
        try (relay.device(party.address)?.queue ?? []).map { envelope in
            guard envelope.type == .whisper else { return "begins a session" }
            let message = try SignalMessage(wire: envelope.body.bytes)
            return "\(message.ratchetKey.wire) \(message.counter)"
        }
    }

    /// Two parties that have talked, and the first one's folder as it was then.
    private func acquainted(
        at relay: MemoryRelay, inBoot boot: String
    ) async throws -> (alice: Party, bob: Party, snapshot: [String: Data]) {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("hello", to: bob)
        _ = try await bob.hears()
        try await bob.say("hello yourself", to: alice)
        _ = try await alice.hears()
        for party in [alice, bob] { try await party.handleAll() }
        _ = try await bob.hears()
        try await alice.store.write { try $0.settings.noteUpkeep(inBoot: boot) }
        alice.store.close()
        let snapshot = try bytes(of: alice)
        try alice.restart()
        return (alice, bob, snapshot)
    }

    /// The relay knows nothing that the store has not: it was put back together with it, or nothing new was published.
    @Test func sessionsBeginAnewAfterEachStartOfTheMachine() async throws {
        let relay = MemoryRelay()
        let (alice, bob, snapshot) = try await acquainted(at: relay, inBoot: "an earlier start")
        try await alice.store.write { try $0.settings.noteUpkeep(inBoot: Boot.name) }
        try await alice.say("before", to: bob)
        let before = try keys(for: bob, at: relay)
        #expect(before != ["begins a session"])
        #expect(try await bob.hears() == ["before"])
        alice.store.close()

        try putBack(snapshot, of: alice)
        try alice.restart()
        #expect(try await alice.messenger.isInDoubt())
        try await alice.messenger.lookAfterKeysIfDue()
        try await alice.say("after", to: bob)
        #expect(try keys(for: bob, at: relay) == ["begins a session"])
        #expect(try await bob.hears() == ["before", "after"])
        #expect(try await bob.causes() == [])
        // Once: the new session is gone on in.
        try await bob.say("I see", to: alice)
        #expect(try await alice.hears() == ["I see"])
        try await alice.messenger.lookAfterKeysIfDue()
        try await alice.say("once more", to: bob)
        #expect(try keys(for: bob, at: relay).contains("begins a session") == false)
        #expect(try await bob.hears() == ["before", "after", "once more"])
    }

    /// The relay is away after a start: what is said meanwhile must not leave under keys of before.
    @Test func whatIsSaidBeforeTheRelayIsAskedLeavesInANewSession() async throws {
        let relay = MemoryRelay()
        let (alice, bob, snapshot) = try await acquainted(at: relay, inBoot: "an earlier start")
        let carol = try await Party.registered("carol", relay: relay)
        try await alice.store.write { try $0.settings.noteUpkeep(inBoot: Boot.name) }
        try await alice.say("before", to: bob)
        let before = try keys(for: bob, at: relay)
        alice.store.close()
        try putBack(snapshot, of: alice)
        try alice.restart()
        try await alice.messenger.startSession(with: carol.id)
        try await alice.messenger.send(.chat("to one who is gone"), to: carol.id)

        relay.setDown(true)
        for text in ["said meanwhile", "and more"] { try await alice.messenger.send(.chat(text), to: bob.id) }
        await #expect(throws: MessengerError.self) { try await alice.messenger.flush() }
        relay.setDown(false)
        relay.forget(carol.id)
        _ = try await alice.messenger.flush()
        #expect(try keys(for: bob, at: relay) == before + ["begins a session", "begins a session"])
        #expect(try await bob.hears() == ["before", "said meanwhile", "and more"])
        #expect(try await bob.causes() == [])
        // Nothing is left, and what could not be sent says so.
        #expect(try await alice.outboxCount() == 0)
        #expect(try await alice.history().last { $0.peer == carol.id }?.delivery == .failed)
    }

    /// A disk that is put back while the machine goes on, with all that is beside the store: nothing tells.
    @Test func peerNoticesAKeyThatIsUsedTwiceAndASessionBeginsAnew() async throws {
        let relay = MemoryRelay()
        let (alice, bob, snapshot) = try await acquainted(at: relay, inBoot: Boot.name)
        try await alice.say("before", to: bob)
        let before = try keys(for: bob, at: relay)
        #expect(try await bob.hears() == ["before"])
        alice.store.close()
        try putBack(snapshot, of: alice)
        try alice.restart()
        try await alice.say("not readable", to: bob)
        #expect(try keys(for: bob, at: relay) == before)
        // The recipient is told, gets it again, and what follows arrives.
        #expect(try await bob.hears() == ["before"])
        #expect(try await bob.causes().count == 1)
        _ = try await bob.messenger.flush()
        _ = try await alice.hears()
        try await alice.say("after", to: bob)
        #expect(try await bob.hears() == ["before", "not readable", "after"])
        #expect(try await bob.causes().count == 1)
    }

    @Test func relayThatWasPutBackShowsNothingTwice() async throws {
        let relay = MemoryRelay()
        let (alice, bob, _) = try await acquainted(at: relay, inBoot: Boot.name)
        try await alice.say("one", to: bob)
        let snapshot = try #require(relay.device(bob.address))
        #expect(try await bob.hears() == ["one"])
        try await bob.say("I see", to: alice)
        relay.update(bob.address) { $0 = snapshot }
        #expect(try await bob.hears() == ["one"])
        try await alice.say("two", to: bob)
        #expect(try await bob.hears() == ["one", "two"])
        #expect(try await alice.hears() == ["I see"])
        for party in [alice, bob] { #expect(try await party.causes() == []) }
    }

    @Test func twoCopiesThatRunStopTakingTheRegistrationFromEachOther() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let backup = alice.scratch.file("backup.db")
        try alice.store.backUp(to: backup)
        let twin = try Messenger(
            store: KeyStore.open(at: backup, passphrase: Party.passphrase), relay: relay, logger: .silent,
            clock: EagerClock(), stock: Party.stock)
        var stopped: [MessengerError] = []
        for _ in 1...10 where stopped.isEmpty {
            for messenger in [alice.messenger, twin] {
                do {
                    _ = try await messenger.access.withToken { relay, token in
                        try await relay.preKeyCounts(of: messenger.owner, token: token)
                    }
                } catch let error as MessengerError {
                    stopped.append(error)
                }
            }
        }
        #expect(stopped.first == .usedElsewhere(alice.address))
        #expect(relay.registrations < 8)
    }

    @Test func olderCopyIsClosedByTheRelayAndStops() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let backup = alice.scratch.file("backup.db")
            try alice.store.backUp(to: backup)
            let twin = try Messenger(
                store: KeyStore.open(at: backup, passphrase: Party.passphrase), relay: relay, logger: .silent,
                clock: HurriedClock(), stock: Party.stock)
            await #expect(throws: MessengerError.takenOver(alice.address)) {
                try await running([alice.messenger]) {
                    try await until(alice.messenger.outboxChanged) { alice.messenger.isConnected }
                    try await twin.register()
                    while !Task.isCancelled { await Task.yield() }
                }
            }
        }
    }

    @Test func commandsLookAfterKeysAndAfterARelayThatLostThem() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        relay.update(alice.address) { $0.oneTime.removeAll() }
        // Not again within the hour.
        try alice.restart()
        try await alice.messenger.lookAfterKeysIfDue()
        #expect(relay.device(alice.address)?.oneTime.isEmpty == true)
        alice.wallClock.advance(by: 3601)
        try await alice.messenger.lookAfterKeysIfDue()
        #expect(relay.device(alice.address)?.oneTime.count == Party.stock.full)

        relay.forget(alice.id)
        try alice.restart()
        _ = try await alice.messenger.receiveUntilEmpty()
        #expect(relay.device(alice.address)?.oneTime.isEmpty == true)
        try await alice.messenger.lookAfterKeysIfDue()
        #expect(relay.device(alice.address)?.oneTime.count == Party.stock.full)
        #expect(relay.device(alice.address)?.signed != nil)
        // A relay that does not answer is no reason to fail.
        relay.setDown(true)
        alice.wallClock.advance(by: 3601)
        try await alice.messenger.lookAfterKeysIfDue()
    }

    @Test func serviceOnAFullDiskGoesOnOnceThereIsRoom() async throws {
        let relay = MemoryRelay()
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await bob.say("hello", to: alice)
        _ = try await alice.hears()
        let text = String(repeating: "long ", count: 8000)
        let (store, log) = (alice.store, LogRecorder(from: .error))
        let messenger = Messenger(
            store: store, relay: relay, logger: log.logger, clock: EagerClock(),
            stock: Party.stock)
        @Sendable func limitPages(to count: Int?) throws {
            try store.writer.performAndWait { database in
                let now: Int = try database.value("PRAGMA page_count") ?? 0
                try database.execute("PRAGMA max_page_count = \(count ?? now)")
            }
        }
        try limitPages(to: nil)
        try await running([messenger]) {
            try await bob.say(text, to: alice)
            while !log.messages.contains(where: { $0.contains("no room on the disk") }) { await Task.yield() }
            #expect(relay.device(alice.address)?.queue.count == 1)
            // What is stored can be read meanwhile.
            #expect(try await alice.history().count == 1)
            await #expect(throws: KeyStoreError.noRoom(path: store.path)) {
                for _ in 1...50 { try await messenger.send(.chat(text), to: bob.id) }
            }
            try limitPages(to: 1_000_000)
            while try await alice.history().count < 2 { await Task.yield() }
        }
        #expect(try await alice.history().last?.message == .chat(text))
    }
}
