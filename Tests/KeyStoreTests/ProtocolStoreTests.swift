import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import KeyStore

struct ProtocolStoreTests {
    let alice: KeyStore
    let bob: KeyStore
    let aliceFixture: StoreFixture
    let bobFixture: StoreFixture
    let bobsAddress: ProtocolAddress

    init() throws {
        aliceFixture = try StoreFixture(owner: "alice")
        bobFixture = try StoreFixture(owner: "bob")
        alice = try aliceFixture.create()
        bob = try bobFixture.create()
        bobsAddress = try ProtocolAddress(bobFixture.owner)
    }

    @Test func conversationSurvivesReopening() async throws {
        try await alice.begin(with: bob, bundle: bob.bundle())
        let first = try await alice.encrypt("one", to: bob)
        #expect(try await bob.decrypt(first, from: alice) == "one")
        alice.close()
        bob.close()

        let alice = try aliceFixture.open()
        let bob = try bobFixture.open()
        let second = try await bob.encrypt("two", to: alice)
        #expect(second.kind == .whisper)
        #expect(try await alice.decrypt(second, from: bob) == "two")
    }

    @Test func usedOneTimePreKeysAreGone() async throws {
        let bundle = try await bob.bundle()
        try await alice.begin(with: bob, bundle: bundle)
        let message = try await alice.encrypt("one", to: bob)
        let present = try await bob.preKeysPresent(in: bundle)
        #expect(present == [true, true])
        _ = try await bob.decrypt(message, from: alice)
        #expect(try await bob.preKeysPresent(in: bundle) == [false, false])
    }

    @Test func replayToALastResortKeyUnderAnotherNameIsRefused() async throws {
        let bundle = try await bob.bundle(isLastResort: true)
        try await alice.begin(with: bob, bundle: bundle)
        let message = try await alice.encrypt("one", to: bob)
        _ = try await bob.decrypt(message, from: alice)
        let mallory = DeviceAddress(try IdentityID("mallory"))
        await #expect(throws: SignalError.invalidMessage(.preKey)) {
            try await bob.decrypt(message, from: mallory)
        }
        #expect(try await bob.read { try $0.sessions.session(with: mallory) } == nil)
        #expect(try await bob.read { try $0.preKeys.kyberPreKey(bundle.kyberPreKey.id) } != nil)
    }

    @Test func changedIdentityIsReceivedButNotSentTo() async throws {
        try await alice.begin(with: bob, bundle: bob.bundle())
        _ = try await alice.encrypt("one", to: bob)

        let newBobFixture = try StoreFixture(owner: "bob")
        let newBob = try newBobFixture.create()
        let newBundle = try await newBob.bundle()
        await #expect(throws: SignalError.untrustedIdentity(bobsAddress)) {
            try await alice.begin(with: bob, bundle: newBundle)
        }

        try await newBob.begin(with: alice, bundle: alice.bundle())
        let hello = try await newBob.encrypt("it is me", to: alice)
        #expect(try await alice.decrypt(hello, from: newBob) == "it is me")
        await #expect(throws: SignalError.untrustedIdentity(bobsAddress)) {
            try await alice.encrypt("who?", to: bob)
        }

        let keys = [bob.account.identity.publicKey, newBob.account.identity.publicKey]
        let id = bob.account.owner.identity
        let approvals = try await alice.write { store in
            try keys.map { try store.peers.approve($0, of: id) }
        }
        #expect(approvals == [false, true])
        let answer = try await alice.encrypt("welcome back", to: bob)
        #expect(try await newBob.decrypt(answer, from: alice) == "welcome back")
    }

    @Test func approvalPutsSessionsUnderTheOldKeyAside() async throws {
        try await alice.begin(with: bob, bundle: bob.bundle())
        let newKey = KeyPair().publicKey
        let id = bob.account.owner.identity
        let change = try await alice.write { try $0.peers.noteListed(newKey, of: id) }
        #expect(change == .replaced)
        let isApproved = try await alice.write { try $0.peers.approve(newKey, of: id) }
        #expect(isApproved)
        await #expect(throws: SignalError.sessionNotFound(bobsAddress)) {
            try await alice.encrypt("lost?", to: bob)
        }
    }

    @Test func identitiesAreListedByNameWithTheirDevices() async throws {
        try await alice.begin(with: bob, bundle: bob.bundle())
        let key = KeyPair().publicKey
        let aaron = try IdentityID("aaron")
        _ = try await alice.write { try $0.peers.noteListed(key, of: aaron) }
        let known = try await alice.read { try $0.peers.all() }
        #expect(known.map(\.id.description) == ["aaron", "bob"])
        #expect(known.map(\.devices) == [[], [.first]])
        #expect(known.map(\.currentKey) == [key, bob.account.identity.publicKey])

        let address = bob.account.owner
        try await alice.write { try $0.sessions.forget(address) }
        #expect(try await alice.read { try $0.sessions.session(with: address) } == nil)
        #expect(try await alice.read { try $0.peers.peer(address.identity)?.devices } == [])
    }

    @Test func preKeyIDsAreNeverUsedAgain() async throws {
        let first = try await bob.write { store in
            let records = try store.preKeys.make(3)
            for record in records { try store.preKeys.removePreKey(record.id) }
            return records.map(\.id)
        }
        bob.close()
        let bob = try bobFixture.open()
        let second = try await bob.write { try $0.preKeys.make(2).map(\.id) }
        #expect(first == [1, 2, 3])
        #expect(second == [4, 5])
        let kyber = try await bob.write { try $0.preKeys.makeKyber(2).map(\.id) }
        #expect(kyber == [1, 2])
        let lastResort = try await bob.write { try $0.preKeys.currentLastResortKyber(maxAge: .seconds(1)).id }
        #expect(lastResort == 3)
    }

    @Test func idsEndWithAnErrorNotWithAWrap() throws {
        var counters = PreKeyCounters()
        _ = try counters.takePreKeys(Int(UInt32.max) - 2)
        #expect(try counters.takePreKeys(1) == UInt32.max - 1..<UInt32.max)
        #expect(throws: KeyStoreError.preKeyIDsExhausted) { try counters.takePreKeys(1) }
    }

    @Test func signedPreKeysAreReplacedWhenOldAndKeptForAGrace() async throws {
        let week = Duration.seconds(7 * 86_400)
        let grace = Duration.seconds(40 * 86_400)
        let clock = bobFixture.clock
        func current() async throws -> [UInt32] {
            try await bob.write {
                [
                    try $0.preKeys.currentSigned(maxAge: week).id,
                    try $0.preKeys.currentLastResortKyber(maxAge: week).id,
                ]
            }
        }
        func present(_ id: UInt32) async throws -> [Bool] {
            try await bob.write { store in
                try store.preKeys.removeReplaced(grace: grace)
                return [try store.preKeys.signedPreKey(id) != nil, try store.preKeys.kyberPreKey(id) != nil]
            }
        }
        #expect(try await current() == [1, 1])
        clock.advance(by: week)
        #expect(try await current() == [1, 1])
        clock.advance(by: .milliseconds(1))
        #expect(try await current() == [2, 2])
        clock.advance(by: grace)
        #expect(try await present(1) == [true, true])
        clock.advance(by: .milliseconds(1))
        #expect(try await present(1) == [false, false])
        #expect(try await present(2) == [true, true])
    }
}

extension KeyStore {
    fileprivate func begin(with peer: KeyStore, bundle: PreKeyBundle) async throws {
        let cipher = try SessionCipher(from: account.owner, to: peer.account.owner)
        try await write { try cipher.process(bundle, in: &$0, now: $0.now) }
    }

    fileprivate func encrypt(_ text: String, to peer: KeyStore) async throws -> CiphertextMessage {
        let cipher = try SessionCipher(from: account.owner, to: peer.account.owner)
        return try await write { try cipher.encrypt(Array(text.utf8), in: &$0, now: $0.now) }
    }

    fileprivate func decrypt(_ message: CiphertextMessage, from peer: KeyStore) async throws -> String {
        try await decrypt(message, from: peer.account.owner)
    }

    fileprivate func decrypt(_ message: CiphertextMessage, from peer: DeviceAddress) async throws -> String {
        let cipher = try SessionCipher(from: account.owner, to: peer)
        return try await write { String(decoding: try cipher.decrypt(message, in: &$0), as: UTF8.self) }
    }

    fileprivate func preKeysPresent(in bundle: PreKeyBundle) async throws -> [Bool] {
        let oneTimeID = try #require(bundle.oneTimePreKey?.id)
        return try await read {
            [
                try $0.preKeys.preKey(oneTimeID) != nil,
                try $0.preKeys.kyberPreKey(bundle.kyberPreKey.id) != nil,
            ]
        }
    }
}
