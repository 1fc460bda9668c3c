import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import KeyStore

/// A store that is put back to an earlier state does not use its keys a second time.
struct SetBackTests {
    private let fixture: StoreFixture
    private let peer: KeyStore
    private let bob: DeviceAddress

    init() async throws {
        fixture = try StoreFixture()
        let other = try StoreFixture(owner: "bob")
        peer = try other.create()
        bob = other.owner
    }

    private func begin(_ store: KeyStore) async throws {
        let bundle = try await peer.bundle()
        try await store.begin(with: bob, bundle: bundle)
    }

    private func encrypt(by store: KeyStore) async throws -> CiphertextMessage {
        try await store.encrypt("hello", to: bob)
    }

    /// Puts bytes into the same file, as `cat copy > store` does.
    private func putBack(_ bytes: Data) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: fixture.path))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// The chain and number that a message's key comes from.
    private func key(of message: CiphertextMessage) throws -> String {
        switch message {
        case .whisper(let message): "\(message.ratchetKey.wire) \(message.counter)"
        case .preKey(let message): "\(message.message.ratchetKey.wire) \(message.message.counter)"
        default: throw Unexpected("neither kind")
        }
    }

    private func stored() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: fixture.path)) }

    @Test func storePutBackInPlaceDoesNotSendUnderOldKeys() async throws {
        var store = try fixture.create()
        try await begin(store)
        store.close()
        let copy = try stored()
        store = try fixture.open()
        let registrationID = store.account.registrationID
        let first = try await encrypt(by: store)
        store.close()
        try putBack(copy)
        store = try fixture.open()
        let address = try ProtocolAddress(bob)
        await #expect(throws: SignalError.sessionNotFound(address)) {
            try await encrypt(by: store)
        }
        #expect(store.account.registrationID != registrationID)
        let cause = try await store.read { try $0.incidents.newest(limit: 1).first?.cause }
        #expect(cause?.contains("put back") == true)
        try await begin(store)
        let second = try await encrypt(by: store)
        #expect(try key(of: first) != key(of: second))
        // That is settled: it goes on as it is.
        store.close()
        store = try fixture.open()
        #expect(try await key(of: encrypt(by: store)) != key(of: second))
    }

    @Test func copyOfARunningStoreIsNoticedAfterAKill() async throws {
        let store = try fixture.create()
        try await begin(store)
        store.eraseLog()
        let copy = try stored()
        let first = try await encrypt(by: store)
        // Killed, as far as the files are concerned: what it says at its end is not said.
        let mark = try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".mark"))
        store.close()
        try mark.write(to: URL(fileURLWithPath: fixture.path + ".mark"))
        try putBack(copy)
        let again = try fixture.open()
        try await begin(again)
        #expect(try await key(of: encrypt(by: again)) != key(of: first))
        #expect(again.account.registrationID != store.account.registrationID)
    }

    @Test func idsOfPreKeysAreNotGivenOutTwice() async throws {
        var store = try fixture.create()
        store.close()
        let copy = try stored()
        store = try fixture.open()
        let given = try await store.write { try $0.preKeys.make(5).map(\.id) }
        store.close()
        try putBack(copy)
        store = try fixture.open()
        let next = try await store.write { try $0.preKeys.make(1)[0].id }
        #expect(next > (given.max() ?? 0))
    }

    @Test func storeThatOnlyGoesOnIsLeftAlone() async throws {
        var store = try fixture.create()
        try await begin(store)
        let registrationID = store.account.registrationID
        for _ in 1...3 {
            _ = try await encrypt(by: store)
            store.close()
            store = try fixture.open()
            #expect(store.account.registrationID == registrationID)
        }
        store.close()
        // Without its mark nothing is known against it.
        try FileManager.default.removeItem(atPath: fixture.path + ".mark")
        store = try fixture.open()
        #expect(store.account.registrationID == registrationID)
        store.close()
        // The mark of another store at the same path says nothing about this one.
        try FileManager.default.removeItem(atPath: fixture.path)
        let other = try fixture.create()
        let otherID = other.account.registrationID
        other.close()
        #expect(try fixture.open().account.registrationID == otherID)
    }

    @Test func damagedMarkKeepsNoStoreClosed() async throws {
        let store = try fixture.create()
        try await begin(store)
        store.close()
        for bytes in [
            Data(), Data([1, 2, 3]), Data(repeating: 0xFF, count: 24), Data(repeating: 7, count: 100),
        ] {
            try bytes.write(to: URL(fileURLWithPath: fixture.path + ".mark"))
            try fixture.open().close()
        }
    }

    @Test(arguments: [0o644, 0o666, 0o400, 0o777]) func restoredStoreIsForItsOwnerAlone(mode: Int)
        async throws
    {
        let store = try fixture.create()
        try await begin(store)
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: backup)
        let folder = try ScratchDirectory()
        let path = folder.file("restored.db")
        let restored = try KeyStore.restore(from: backup, to: path, passphrase: StoreFixture.passphrase)
        try await restored.write { _ = try $0.preKeys.make(1) }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
        }
    }

    @Test func storeThatOthersMayReadIsTakenFromThem() throws {
        try fixture.create().close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: fixture.path)
        try fixture.open().close()
        let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }
}
