import Cryptography
import Database
import Dispatch
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Synchronization
import Testing
import TestSupport

@testable import KeyStore

/// A copy of a store goes on as another life of the device.
struct BackupTests {
    let fixture: StoreFixture
    let store: KeyStore
    let peer: KeyStore
    let bob: DeviceAddress
    let bobsAddress: ProtocolAddress

    init() async throws {
        fixture = try StoreFixture()
        store = try fixture.create()
        let other = try StoreFixture(owner: "bob")
        peer = try other.create()
        bob = other.owner
        bobsAddress = try ProtocolAddress(bob)
        let bundle = try await peer.bundle()
        try await store.begin(with: bob, bundle: bundle)
    }

    private func encrypt(_ text: String, by store: KeyStore, to remote: DeviceAddress) async throws
        -> CiphertextMessage
    {
        try await store.encrypt(text, to: remote)
    }

    private func decrypt(_ message: CiphertextMessage, by store: KeyStore, from remote: DeviceAddress)
        async throws -> String
    {
        try await store.decrypt(message, from: remote)
    }

    private func restored() throws -> KeyStore {
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        return try KeyStore.restore(
            from: backup, to: fixture.scratch.file("restored.db"), passphrase: StoreFixture.passphrase,
            now: { [clock = fixture.clock] in clock.now })
    }

    @Test func restoredStoreIsAnotherLifeOfTheSameIdentity() async throws {
        try await store.write { try $0.settings.setRelayToken("token", at: testRelay) }
        let ids = try await store.write { try $0.preKeys.make(3).map(\.id) }
        let restored = try restored()
        #expect(restored.account.owner == store.account.owner)
        #expect(restored.account.identity == store.account.identity)
        #expect(restored.account.registrationID != store.account.registrationID)
        #expect((1...16_383).contains(restored.account.registrationID))
        #expect(try await restored.read { try $0.settings.relayToken(at: testRelay) } == nil)
        #expect(try await restored.read { try $0.preKeys.preKey(ids[0]) } != nil)
        let next = try await restored.write { try $0.preKeys.make(1)[0].id }
        #expect(next == ids[2] + 1 + UInt32(PreKeyCounters.leapCount))
    }

    @Test func restoredStoreReadsInOldSessionsAndNeverWritesInThem() async throws {
        let alice = store.account.owner
        _ = try await decrypt(encrypt("hello", by: store, to: bob), by: peer, from: alice)
        _ = try await decrypt(encrypt("hello back", by: peer, to: alice), by: store, from: bob)
        let restored = try restored()
        // The original goes on; what the copy would have said is said under the same keys.
        _ = try await encrypt("from the original", by: store, to: bob)
        await #expect(throws: SignalError.sessionNotFound(bobsAddress)) {
            try await encrypt("from the copy", by: restored, to: bob)
        }
        for number in 1...3 {
            let message = try await encrypt("message \(number)", by: peer, to: alice)
            #expect(try await decrypt(message, by: restored, from: bob) == "message \(number)")
            await #expect(throws: SignalError.sessionNotFound(bobsAddress)) {
                try await encrypt("from the copy", by: restored, to: bob)
            }
        }
        let bundle = try await peer.bundle()
        try await restored.begin(with: bob, bundle: bundle)
        let message = try await encrypt("in a new session", by: restored, to: bob)
        #expect(message.kind == .preKey)
        #expect(try await decrypt(message, by: peer, from: alice) == "in a new session")
        let answer = try await encrypt("answer", by: peer, to: alice)
        #expect(try await decrypt(answer, by: restored, from: bob) == "answer")
        #expect(try await encrypt("goes on", by: restored, to: bob).kind == .whisper)
    }

    @Test func backupThatIsOpenedInPlaceRenewsItselfOnce() async throws {
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        let first = try KeyStore.open(at: backup, passphrase: StoreFixture.passphrase)
        let registrationID = first.account.registrationID
        #expect(registrationID != store.account.registrationID)
        first.close()
        let second = try KeyStore.open(at: backup, passphrase: StoreFixture.passphrase)
        #expect(second.account.registrationID == registrationID)
    }

    @Test(arguments: [
        "CREATE TRIGGER planted AFTER UPDATE ON setting BEGIN DELETE FROM keyWrap; END",
        "CREATE TRIGGER planted AFTER INSERT ON messageUsage BEGIN DELETE FROM identity; END",
        "CREATE VIEW planted AS SELECT * FROM setting",
        // Under the name of one of ours.
        "DROP TRIGGER historyAdded; CREATE TRIGGER historyAdded AFTER INSERT ON history BEGIN DELETE FROM history; END",
    ])
    func statementsThatSomebodyPutIntoAFileDoNotRun(statement: String) throws {
        let backup = fixture.scratch.file("backup.db")
        let path = fixture.scratch.file("restored.db")
        try store.backUp(to: backup)
        try Connection(backup).execute(statement)
        #expect {
            try KeyStore.restore(from: backup, to: path, passphrase: StoreFixture.passphrase)
        } throws: { error in
            guard case .damaged(_, let reason)? = error as? KeyStoreError else { return false }
            return reason.contains("did not put there")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        // It is left as it was, too.
        let settings: [String] = try Connection(backup).values("SELECT name FROM setting ORDER BY name")
        #expect(settings.contains("isBackup"))
        let keys: Int64? = try Connection(backup).value("SELECT COUNT(*) FROM keyWrap")
        #expect(keys == 1)
    }

    /// What lies in the folder but for the original.
    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.scratch.url.path)
            .filter { !$0.hasPrefix("identity.signal.db") }.sorted()
    }

    private func expectRejection(of backup: String) throws {
        let path = fixture.scratch.file("restored.db")
        let before = try files()
        func isAltered(_ error: any Error) -> Bool {
            guard case .damaged(_, let reason)? = error as? KeyStoreError else { return false }
            return reason.contains("does not hold what was backed up")
        }
        #expect {
            try KeyStore.examine(backup: backup, passphrase: StoreFixture.passphrase)
        } throws: { isAltered($0) }
        #expect {
            try KeyStore.restore(from: backup, to: path, passphrase: StoreFixture.passphrase)
        } throws: { isAltered($0) }
        #expect(try files() == before)
        #expect {
            try KeyStore.open(at: backup, passphrase: StoreFixture.passphrase)
        } throws: { isAltered($0) }
    }

    @Test(arguments: [
        "DELETE FROM history",
        "DELETE FROM identity",
        "DELETE FROM session",
        "DELETE FROM setting WHERE name = 'isBackup'",
        "UPDATE session SET begunAt = begunAt + 1",
        "UPDATE sqlite_sequence SET seq = seq + 1",
        "UPDATE step SET value = 0",
        "INSERT INTO seenMessage (name, at) VALUES (x'00', 1)",
        "CREATE TABLE planted (id INTEGER PRIMARY KEY)",
        "DROP INDEX seenMessageByTime",
    ])
    func rowsThatAreMissingOrAddedAreNoticed(change: String) async throws {
        let name = bob.identity
        try await store.write {
            try $0.history.append(TypedMessage.chat("one").content, messageID: UUID(), .sent, peer: name)
        }
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        #expect(try KeyStore.examine(backup: backup, passphrase: StoreFixture.passphrase).isKnownToBeWhole)
        let connection = try Connection(backup)
        try connection.execute(change)
        try connection.setJournalMode("delete")
        connection.close()
        try expectRejection(of: backup)
    }

    @Test(arguments: ["identity", "session", "setting", "preKey"])
    func rowsOfAnOlderBackupAreNoticed(table: String) async throws {
        try await store.write { _ = try $0.preKeys.make(2) }
        let older = fixture.scratch.file("older.db")
        try store.backUp(to: older)
        try await store.write { store in
            _ = try store.note(IdentityKeyPair().publicKey, of: bob.identity)
            _ = try store.preKeys.make(1)
        }
        _ = try await encrypt("goes on", by: store, to: bob)
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        let connection = try Connection(backup)
        try connection.run("ATTACH ? AS older", older)
        try connection.execute("DELETE FROM main.\(table)")
        try connection.execute("INSERT INTO main.\(table) SELECT * FROM older.\(table)")
        try connection.execute("DETACH older")
        try connection.setJournalMode("delete")
        connection.close()
        try expectRejection(of: backup)
    }

    /// As earlier versions made them, or with the account's row of the store put in.
    @Test func backupWithoutASealIsRestoredAndSaysSo() async throws {
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        store.close()
        let connection = try Connection(backup)
        try connection.run("ATTACH ? AS store", fixture.path)
        try connection.execute(
            "REPLACE INTO main.setting SELECT * FROM store.setting WHERE name = 'account'")
        connection.close()
        let summary = try KeyStore.examine(backup: backup, passphrase: StoreFixture.passphrase)
        #expect(!summary.isKnownToBeWhole)
        let path = fixture.scratch.file("restored.db")
        let restored = try KeyStore.restore(from: backup, to: path, passphrase: StoreFixture.passphrase)
        #expect(restored.account.owner == summary.owner)
    }

    @Test func backupOfARestoredStoreIsSealedAnew() async throws {
        let restored = try restored()
        let bundle = try await peer.bundle()
        try await restored.begin(with: bob, bundle: bundle)
        let second = fixture.scratch.file("second.db")
        try restored.backUp(to: second)
        #expect(try KeyStore.examine(backup: second, passphrase: StoreFixture.passphrase).isKnownToBeWhole)
        let path = fixture.scratch.file("again.db")
        #expect(throws: Never.self) {
            try KeyStore.restore(from: second, to: path, passphrase: StoreFixture.passphrase).close()
            // A store has no seal: what it holds changes.
            try KeyStore.open(at: path, passphrase: StoreFixture.passphrase).close()
        }
    }

    @Test func failedRestoreLeavesNothingBehind() throws {
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        let path = fixture.scratch.file("restored.db")
        #expect(throws: KeyStoreError.wrongPassphrase(path: path)) {
            try KeyStore.restore(from: backup, to: path, passphrase: "wrong")
        }
        #expect(try files() == ["backup.db"])
    }

    /// Whoever waited for a lock that was removed has not got it.
    @Test func lockThatWasRemovedIsNotHeldByWhoWaitedForIt() async throws {
        let path = fixture.scratch.file("new.db")
        let first = Mutex<OwnerLock?>(try OwnerLock(for: path))
        let isWaiting = DispatchSemaphore(value: 0)
        async let second = Task.detached {
            isWaiting.signal()
            return try OwnerLock(for: path, patience: .seconds(60))
        }.value
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isWaiting.wait()
                continuation.resume()
            }
        }
        try FileManager.default.removeItem(atPath: path + ".lock")
        first.withLock { $0 = nil }
        let held = try await second
        _ = withExtendedLifetime(held) {
            #expect(throws: KeyStoreError.self) { try OwnerLock(for: path) }
        }
    }

    @Test func fileThatWasCopiedByOtherMeansRenewsItselfToo() async throws {
        let original = store.account.registrationID
        store.close()
        let copy = fixture.scratch.file("copy.db")
        try FileManager.default.copyItem(atPath: fixture.path, toPath: copy)
        #expect(
            try KeyStore.open(at: copy, passphrase: StoreFixture.passphrase).account.registrationID
                != original)
        let moved = fixture.scratch.file("moved.db")
        try FileManager.default.moveItem(atPath: fixture.path, toPath: moved)
        #expect(
            try KeyStore.open(at: moved, passphrase: StoreFixture.passphrase).account.registrationID
                == original)
    }

    @Test func storeThatIsClosedMeanwhileGivesAnErrorOrAWholeBackup() async throws {
        store.close()
        for round in 0..<5 {
            let store = try KeyStore.open(at: fixture.path, passphrase: StoreFixture.passphrase)
            let backup = fixture.scratch.file("backup-\(round).db")
            async let closed: Void = store.close()
            let isDone: Bool
            do {
                try store.backUp(to: backup)
                isDone = true
            } catch is KeyStoreError {
                isDone = false
            }
            await closed
            let late = KeyStoreError.storage(path: fixture.path, reason: "it has been closed")
            #expect(throws: late) { try store.backUp(to: backup + ".late") }
            #expect(throws: late) {
                try store.changePassphrase(from: StoreFixture.passphrase, to: "another")
            }
            await #expect(throws: late) { try await store.read { $0.account } }
            await #expect(throws: late) { try await store.write { try $0.flush() } }
            #expect(FileManager.default.fileExists(atPath: backup) == isDone)
            #expect(!FileManager.default.fileExists(atPath: backup + ".late"))
        }
    }

    @Test func backupSaysWhoseItIsAndIsOnlyRead() throws {
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        let before = try Data(contentsOf: URL(fileURLWithPath: backup))
        #expect(
            try KeyStore.examine(backup: backup, passphrase: StoreFixture.passphrase).owner
                == store.account.owner)
        #expect(throws: KeyStoreError.wrongPassphrase(path: backup)) {
            try KeyStore.examine(backup: backup, passphrase: "wrong")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: backup)) == before)
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.scratch.url.path)
        #expect(files.filter { $0.hasPrefix("backup.db") } == ["backup.db"])

        let text = fixture.scratch.file("text")
        try Data("no backup, but longer than the header of a database, with some lines more".utf8)
            .write(to: URL(fileURLWithPath: text))
        #expect { try KeyStore.examine(backup: text, passphrase: "x") } throws: { error in
            if case KeyStoreError.damaged(text, _) = error { true } else { false }
        }
    }

    @Test func backupThatCannotBeWrittenLeavesNothingBehind() throws {
        let backup = fixture.scratch.file("backup.db")
        // Where the copy's log has to be, something else is in the way.
        try FileManager.default.createDirectory(
            atPath: backup + "-wal", withIntermediateDirectories: false)
        #expect { try store.backUp(to: backup) } throws: { error in
            if case KeyStoreError.storage(backup, _) = error { true } else { false }
        }
        #expect(!FileManager.default.fileExists(atPath: backup))
    }

    @Test func restoringThatWasInterruptedBeginsAnew() throws {
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        let path = fixture.scratch.file("restored.db")
        try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".restoring"))
        let restored = try KeyStore.restore(from: backup, to: path, passphrase: StoreFixture.passphrase)
        #expect(restored.account.owner == store.account.owner)
        #expect(!FileManager.default.fileExists(atPath: path + ".restoring"))
    }

    @Test func nothingIsOverwritten() throws {
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        #expect(throws: KeyStoreError.alreadyExists(path: backup)) { try store.backUp(to: backup) }
        #expect(throws: KeyStoreError.alreadyExists(path: fixture.path)) {
            try KeyStore.restore(from: backup, to: fixture.path, passphrase: StoreFixture.passphrase)
        }
        let missing = fixture.scratch.file("missing.db")
        #expect(throws: KeyStoreError.notFound(path: missing)) {
            try KeyStore.restore(from: missing, to: fixture.scratch.file("new.db"), passphrase: "x")
        }
        let target = fixture.scratch.file("target.db")
        #expect(throws: KeyStoreError.wrongPassphrase(path: target)) {
            try KeyStore.restore(from: backup, to: target, passphrase: "wrong")
        }
        #expect(!FileManager.default.fileExists(atPath: target))
        let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
    }
}
