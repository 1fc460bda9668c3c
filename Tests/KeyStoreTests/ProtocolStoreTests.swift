import Foundation
import MaintenanceAPI
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
        let first = try await alice.encrypt("one", to: bob)

        let newBobFixture = try StoreFixture(owner: "bob")
        let newBob = try newBobFixture.create()
        try await alice.begin(with: bob, bundle: newBob.bundle())
        try await newBob.begin(with: alice, bundle: alice.bundle())
        for text in ["it is me", "really"] {
            #expect(try await alice.decrypt(newBob.encrypt(text, to: alice), from: newBob) == text)
        }
        // The sessions stand apart: the conversation under the approved key goes on.
        #expect(try await bob.decrypt(first, from: alice) == "one")
        #expect(try await alice.decrypt(bob.encrypt("two", to: alice), from: bob) == "two")
        #expect(try await bob.decrypt(alice.encrypt("three", to: bob), from: alice) == "three")

        let id = bob.account.owner.identity
        let keys = [bob, newBob].map(\.account.identity.publicKey)
        let approvals = try await alice.write { store in
            try (keys + [KeyPair().publicKey]).map { try store.approve($0, of: id, by: .comparison) }
        }
        #expect(approvals == [true, true, false])
        let answer = try await alice.encrypt("welcome back", to: bob)
        #expect(try await newBob.decrypt(answer, from: alice) == "welcome back")
        #expect(try await alice.decrypt(bob.encrypt("and I?", to: alice), from: bob) == "and I?")
        #expect(try await alice.read { try $0.peers.peer(id)?.standing(of: keys[0]) } == .unapproved)
    }

    @Test func approvalLeavesSessionsUnderTheOldKeyUnused() async throws {
        try await alice.begin(with: bob, bundle: bob.bundle())
        let newKey = KeyPair().publicKey
        let id = bob.account.owner.identity
        let observation = try await alice.write { try $0.note(newKey, of: id) }
        #expect(observation == .unapproved(isNews: true))
        let isApproved = try await alice.write { try $0.approve(newKey, of: id, by: .comparison) }
        #expect(isApproved)
        await #expect(throws: SignalError.sessionNotFound(bobsAddress)) {
            try await alice.encrypt("lost?", to: bob)
        }
    }

    @Test func rejectedKeyIsNotDecryptedAndHasNoSessions() async throws {
        try await alice.begin(with: bob, bundle: bob.bundle())
        let forger = try StoreFixture(owner: "bob").create()
        try await forger.begin(with: alice, bundle: alice.bundle())
        let forged = [
            try await forger.encrypt("one", to: alice), try await forger.encrypt("two", to: alice),
        ]
        #expect(try await alice.decrypt(forged[0], from: bob) == "one")
        let (id, key) = (bob.account.owner.identity, forger.account.identity.publicKey)
        let isRejected = try await alice.write { try $0.reject(key, of: id) }
        #expect(isRejected)
        await #expect(throws: KeyRefused.rejected) { try await alice.decrypt(forged[1], from: bob) }
        let address = bob.account.owner
        #expect(try await alice.read { try $0.sessions.session(with: address, under: key) } == nil)
        // Not even a bundle begins one again.
        let bundle = try await forger.bundle()
        await #expect(throws: SignalError.untrustedIdentity(bobsAddress)) {
            try await alice.begin(with: bob, bundle: bundle)
        }
        // That of the approved key too.
        let real = bob.account.identity.publicKey
        _ = try await alice.write { try $0.reject(real, of: id) }
        await #expect(throws: SignalError.untrustedIdentity(bobsAddress)) {
            try await alice.encrypt("who?", to: bob)
        }
    }

    @Test func ownIdentityHasTheOwnKeyAlone() async throws {
        let forger = try StoreFixture(owner: "mallory").create()
        try await forger.begin(with: alice, bundle: alice.bundle())
        let forged = try await forger.encrypt("it is you", to: alice)
        let address = DeviceAddress(try IdentityID("alice"), try DeviceID(2))
        await #expect(throws: KeyRefused.rejected) { try await alice.decrypt(forged, from: address) }
    }

    @Test func identitiesAreListedByNameWithTheirDevices() async throws {
        try await alice.begin(with: bob, bundle: bob.bundle())
        let key = KeyPair().publicKey
        let aaron = try IdentityID("aaron")
        _ = try await alice.write { try $0.note(key, of: aaron) }
        let known = try await alice.read { try $0.peers.all() }
        #expect(known.map(\.id.description) == ["aaron", "bob"])
        #expect(known.map(\.devices) == [[], [.first]])
        #expect(known.map(\.approvedKey) == [key, bob.account.identity.publicKey])

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
        try await begin(with: peer.account.owner, bundle: bundle)
    }

    fileprivate func encrypt(_ text: String, to peer: KeyStore) async throws -> CiphertextMessage {
        try await encrypt(text, to: peer.account.owner)
    }

    fileprivate func decrypt(_ message: CiphertextMessage, from peer: KeyStore) async throws -> String {
        try await decrypt(message, from: peer.account.owner)
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
