import Cryptography
import Database
import Foundation
import RelayAPI
import SignalProtocol
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
            try KeyStore.owner(ofBackup: backup, passphrase: StoreFixture.passphrase)
                == store.account.owner)
        #expect(throws: KeyStoreError.wrongPassphrase(path: backup)) {
            try KeyStore.owner(ofBackup: backup, passphrase: "wrong")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: backup)) == before)
        let files = try FileManager.default.contentsOfDirectory(atPath: fixture.scratch.url.path)
        #expect(files.filter { $0.hasPrefix("backup.db") } == ["backup.db"])

        let text = fixture.scratch.file("text")
        try Data("no backup, but longer than the header of a database, with some lines more".utf8)
            .write(to: URL(fileURLWithPath: text))
        #expect { try KeyStore.owner(ofBackup: text, passphrase: "x") } throws: { error in
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
