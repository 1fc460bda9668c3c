import Cryptography
import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import TestSupport
import Testing
import VectorSupport

@testable import KeyStore

struct KeyStoreTests {
    @Test func reopenedStoreHasTheSameAccount() throws {
        let fixture = try StoreFixture()
        let created = try fixture.create()
        let account = created.account
        created.close()
        let opened = try fixture.open()
        #expect(opened.account.owner == fixture.owner)
        #expect(opened.account.identity == account.identity)
        #expect(opened.account.registrationID == account.registrationID)
        #expect((1...16_383).contains(account.registrationID))
    }

    @Test func secondCreationIsRefusedAndChangesNothing() throws {
        let fixture = try StoreFixture()
        let identity = try {
            let store = try fixture.create()
            defer { store.close() }
            return store.account.identity
        }()
        #expect(throws: KeyStoreError.alreadyExists(path: fixture.path)) { try fixture.create() }
        #expect(try fixture.open().account.identity == identity)
    }

    @Test func missingStoreIsNotFound() throws {
        let fixture = try StoreFixture()
        #expect(throws: KeyStoreError.notFound(path: fixture.path)) { try fixture.open() }
        #expect(try fixture.fileBytes().isEmpty)
    }

    @Test func emptyPassphraseIsRefused() throws {
        let fixture = try StoreFixture()
        #expect(throws: KeyStoreError.emptyPassphrase) {
            try KeyStore.create(at: fixture.path, passphrase: "", owner: fixture.owner)
        }
        let store = try fixture.create()
        #expect(throws: KeyStoreError.emptyPassphrase) {
            try store.changePassphrase(from: StoreFixture.passphrase, to: "")
        }
    }

    @Test func interruptedCreationIsTakenOver() throws {
        let fixture = try StoreFixture()
        #expect(FileManager.default.createFile(atPath: fixture.path, contents: nil))
        #expect(throws: KeyStoreError.notFound(path: fixture.path)) { try fixture.open() }
        try fixture.create().close()
        try fixture.open().close()

        let half = try StoreFixture()
        let sealer = RowSealer(dataKey: SecretBytes(randomByteCount: 32))
        try KeyStoreSchema.migrations(sealer: sealer).migrate(try Connection(half.path))
        #expect(throws: KeyStoreError.notFound(path: half.path)) { try half.open() }
        try half.create().close()
        try half.open().close()
    }

    /// What some file systems leave of a file after a power failure. A new identity in its place would go unnoticed.
    @Test func storeThatLostItsContentsIsDamaged() throws {
        let fixture = try StoreFixture()
        try fixture.create().close()
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: fixture.path + suffix)
        }
        try Data().write(to: URL(fileURLWithPath: fixture.path))
        let damaged = KeyStoreError.damaged(path: fixture.path, reason: "it has lost what it held")
        #expect(throws: damaged) { try fixture.open() }
        #expect(throws: damaged) { try fixture.create() }
        // Whoever removes it wants a new one.
        try FileManager.default.removeItem(atPath: fixture.path)
        try fixture.create().close()
        try fixture.open().close()
    }

    @Test func wrongPassphraseIsToldAndChangesNothing() throws {
        let fixture = try StoreFixture()
        try fixture.create().close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        #expect(throws: KeyStoreError.wrongPassphrase(path: fixture.path)) { try fixture.open("wrong") }
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
        try fixture.open().close()
    }

    @Test func fileThatIsNoStoreIsDamagedAndStaysAsItIs() throws {
        let fixture = try StoreFixture()
        var random = SeededRandom(seed: 1)
        let garbage = Data(random.bytes(8192))
        try garbage.write(to: URL(fileURLWithPath: fixture.path))
        #expect(throws: KeyStoreError.self) { try fixture.open() }
        do {
            _ = try fixture.open()
        } catch KeyStoreError.damaged(let path, _) {
            #expect(path == fixture.path)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == garbage)
    }

    @Test func alteredWrappedKeyIsDamage() throws {
        let fixture = try StoreFixture()
        try fixture.create().close()
        try tamper(fixture, "UPDATE keyWrap SET salt = zeroblob(32)")
        #expect(
            throws: KeyStoreError.damaged(path: fixture.path, reason: "the wrapped data key was altered")
        ) { try fixture.open() }
    }

    @Test func storeOfALaterVersionIsLeftAlone() throws {
        let fixture = try StoreFixture()
        try fixture.create().close()
        try tamper(fixture, "INSERT INTO grdb_migrations VALUES ('v99 future')")
        #expect(throws: KeyStoreError.tooNew(path: fixture.path)) { try fixture.open() }
    }

    @Test func movedRowIsDamage() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.create()
        let bob = DeviceAddress(try IdentityID("bob"))
        let carol = DeviceAddress(try IdentityID("carol"))
        let key = KeyPair().publicKey
        try await store.write { store in
            try store.sessions.store(SessionRecord(), with: bob, under: key)
            try store.sessions.store(SessionRecord(), with: carol, under: key)
        }
        store.close()
        try tamper(
            fixture, "UPDATE session SET sealed = (SELECT sealed FROM session ORDER BY address LIMIT 1)")
        let reopened = try fixture.open()
        var failures: [KeyStoreError] = []
        for address in [bob, carol] {
            do {
                _ = try await reopened.read { try $0.sessions.session(with: address, under: key) }
            } catch let error as KeyStoreError {
                failures.append(error)
            }
        }
        #expect(
            failures == [
                .damaged(path: fixture.path, reason: "a value in table session was altered or moved")
            ])
    }

    @Test func passphraseChangeRewritesNoRow() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.create()
        let ids = try await store.write { try $0.preKeys.make(3).map(\.id) }
        let before = try sealedPreKeys(fixture)
        try store.changePassphrase(from: StoreFixture.passphrase, to: "new one")
        #expect(throws: KeyStoreError.wrongPassphrase(path: fixture.path)) {
            try store.changePassphrase(from: StoreFixture.passphrase, to: "x")
        }
        store.close()
        #expect(try sealedPreKeys(fixture) == before)

        #expect(throws: KeyStoreError.wrongPassphrase(path: fixture.path)) { try fixture.open() }
        let reopened = try fixture.open("new one")
        #expect(try await reopened.read { store in try ids.map { try store.preKeys.preKey($0)?.id } } == ids)
    }

    @Test func commitsReachTheDisk() async throws {
        let fixture = try StoreFixture()
        let created = try fixture.create()
        func settings(_ store: KeyStore) async throws -> [String] {
            try await store.write { store in
                try ["synchronous", "journal_mode", "secure_delete", "foreign_keys"].map {
                    try store.scope.database.value("SELECT CAST(\($0) AS TEXT) FROM pragma_\($0)") ?? ""
                }
            }
        }
        #expect(try await settings(created) == ["2", "wal", "1", "1"])
        created.close()
        #expect(try await settings(fixture.open()) == ["2", "wal", "1", "1"])
    }

    @Test func onlyTheOwnerMayReadTheFiles() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.create()
        _ = try await store.write { try $0.preKeys.make(1) }
        for name in try fixture.fileBytes().keys {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: fixture.scratch.file(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test func throwingBodyWritesNothing() async throws {
        let store = try StoreFixture().create()
        let bob = DeviceAddress(try IdentityID("bob"))
        let key = KeyPair().publicKey
        await #expect(throws: CancellationError.self) {
            try await store.write { store in
                try store.sessions.store(SessionRecord(), with: bob, under: key)
                throw CancellationError()
            }
        }
        #expect(try await store.read { try $0.sessions.session(with: bob, under: key) } == nil)
    }

    @Test func failedAttemptIsUndoneAndTheTransactionGoesOn() async throws {
        let store = try StoreFixture().create()
        let bob = DeviceAddress(try IdentityID("bob"))
        let key = KeyPair().publicKey
        try await store.write { store in
            let failed: Result<Void, any Error> = try store.attempt { store in
                try store.sessions.store(SessionRecord(), with: bob, under: key)
                throw SignalError.invalidSessionStructure
            }
            #expect(throws: SignalError.invalidSessionStructure) { try failed.get() }
            try store.incidents.append("undecryptable", peer: "bob", messageID: UUID())
        }
        #expect(try await store.read { try $0.sessions.session(with: bob, under: key) } == nil)
        #expect(try await store.read { try $0.incidents.newest(limit: 10) }.map(\.cause) == ["undecryptable"])
    }

    @Test func filesRevealNeitherPeersNorContents() async throws {
        let fixture = try StoreFixture(owner: "alice-of-wonderland")
        let store = try fixture.create()
        let peer = DeviceAddress(try IdentityID("bob-the-secret-peer"))
        let peerStore = try StoreFixture(owner: "bob-the-secret-peer").create()
        let bundle = try await peerStore.bundle()
        let id = UUID()
        try await store.write { store in
            _ = try store.note(bundle.identityKey, of: peer.identity)
            try store.begin(with: bundle, of: peer)
            let secret = Data("attack at dawn".utf8)
            try store.history.append(secret, messageID: id, .sent, peer: peer.identity)
            try store.inbox.append(secret, messageID: id, from: peer, under: bundle.identityKey)
            try store.outbox.append(
                .carrying("attack at dawn", id: id, to: peer), of: secret, topic: "telemetry.report",
                expiresAt: store.now)
            try store.incidents.append("attack at dawn", peer: peer.description, messageID: id)
            try store.settings.setRelayToken("token-to-keep", at: testRelay)
            _ = try store.seenMessages.noteReceived(id, from: peer)
        }
        let tokens = [
            "bob-the-secret-peer", "alice-of-wonderland", "attack at dawn", "token-to-keep",
            "telemetry.report",
            id.uuidString, id.uuidString.lowercased(), StoreFixture.passphrase.exposed,
        ]
        let keys = [
            store.account.identity.privateKey.rawRepresentation, store.account.identity.publicKey.wire,
        ]
        let secrets =
            tokens.map { Data($0.utf8) } + keys.map { Data($0) }
            + [Data(id.wire), Data(bundle.identityKey.wire)]
        for (name, bytes) in try fixture.fileBytes() where !name.hasSuffix(".lock") {
            for secret in secrets {
                #expect(bytes.range(of: secret) == nil, "\(name)")
            }
        }
    }

    private func tamper(_ fixture: StoreFixture, _ sql: String) throws {
        try Connection(fixture.path).execute(sql)
    }

    private func sealedPreKeys(_ fixture: StoreFixture) throws -> [Data] {
        var options = Connection.Options()
        options.isReadOnly = true
        return try Connection(fixture.path, options).values("SELECT sealed FROM preKey ORDER BY id")
    }
}

struct OwnerLockTests {
    @Test func secondOpenerIsToldWhoOwnsTheStore() throws {
        let fixture = try StoreFixture()
        let owner = try fixture.create()
        let expected = "process \(ProcessInfo.processInfo.processIdentifier) "
        for opening in [{ try fixture.open() }, { try fixture.create() }] {
            do {
                _ = try opening()
                Issue.record("two owners")
            } catch KeyStoreError.inUse(let path, let by) {
                #expect(path == fixture.path)
                #expect(by.hasPrefix(expected))
            }
        }
        owner.close()
        try fixture.open().close()
    }

    @Test func lockDiesWithItsProcess() throws {
        let fixture = try StoreFixture()
        try fixture.create().close()

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--no-fork", fixture.path + ".lock", "sh", "-c", "echo held; exec sleep 600"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
        #expect(throws: KeyStoreError.self) { try fixture.open() }

        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try fixture.open().close()
    }

    /// What a process that is just being started holds of its parent, until its program begins.
    @Test func closingUnlocksWhateverChildHoldsACopyOfTheDescriptor() throws {
        let fixture = try StoreFixture()
        let store = try fixture.create()
        let lock = fixture.path + ".lock"
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            Int32($0)
        }
        let held = descriptors.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == lock
        }
        let copy = dup(try #require(held.first))
        defer { close(copy) }
        #expect(throws: KeyStoreError.self) { try fixture.open() }
        store.close()
        try fixture.open().close()
    }
}

/// A disk that fills up, as far as SQLite is concerned, and has room again.
struct FullDiskTests {
    @Test func fullDiskIsSaidAndOvercome() async throws {
        let fixture = try StoreFixture()
        var store = try fixture.create()
        let friend = DeviceAddress(try IdentityID("friend"))
        let content = try TypedMessage.chat(String(repeating: "long ", count: 4000)).content
        @Sendable func receive(in store: KeyStore) async throws {
            try await store.write {
                try $0.history.append(content, messageID: UUID(), .received, peer: friend.identity)
            }
        }
        try await receive(in: store)
        func limitPages(to count: Int?) throws {
            try store.writer.performAndWait { database in
                let now: Int = try database.value("PRAGMA page_count") ?? 0
                try database.execute("PRAGMA max_page_count = \(count ?? now)")
            }
        }
        try limitPages(to: nil)
        let (full, noRoom) = (store, KeyStoreError.noRoom(path: fixture.path))
        await #expect(throws: noRoom) {
            for _ in 1...20 { try await receive(in: full) }
        }
        let count = try await store.read { try $0.history.size().count }
        #expect(count >= 1)
        // What was written stays, what was not leaves no trace, and room is made by deleting.
        #expect(try await store.write { try $0.history.prune() } == count)
        try await receive(in: store)
        try limitPages(to: 1_000_000)
        try await receive(in: store)
        store.close()
        store = try fixture.open()
        #expect(try await store.read { try $0.history.size().count } == 2)
    }

    /// On a full disk nothing could be made anew: what is needed to open the file stays.
    @Test func closedStoreKeepsWhatIsNeededToOpenItOnAFullDisk() throws {
        let fixture = try StoreFixture()
        try fixture.create().close()
        for suffix in ["", "-wal", "-shm", ".lock", ".mark"] {
            #expect(FileManager.default.fileExists(atPath: fixture.path + suffix))
        }
    }
}
