import Foundation
import RelayAPI
import SignalProtocol
import Testing

@testable import KeyStore

struct PinnedIdentityTests {
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    let first = KeyPair().publicKey
    let second = KeyPair().publicKey
    let third = KeyPair().publicKey
    let bob: IdentityID

    init() throws { bob = try IdentityID("bob") }

    @Test func firstKeyIsTrusted() {
        let identity = PinnedIdentity(id: bob, key: first, at: now)
        #expect(identity.isTrusted(first, direction: .sending))
        #expect(!identity.isTrusted(second, direction: .sending))
        #expect(identity.isTrusted(second, direction: .receiving))
        #expect(!identity.awaitsApproval)
    }

    @Test func changedKeyBlocksSendingUnderEitherKeyUntilApproved() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        #expect(identity.observe(second, at: now) == .replaced)
        #expect(identity.observe(second, at: now) == .newOrUnchanged)
        #expect(identity.awaitsApproval)
        #expect(!identity.isTrusted(first, direction: .sending))
        #expect(!identity.isTrusted(second, direction: .sending))
        #expect(identity.isTrusted(second, direction: .receiving))

        #expect(identity.approve(second) == true)
        #expect(identity.isTrusted(second, direction: .sending))
        #expect(!identity.isTrusted(first, direction: .sending))
    }

    @Test func approvalIsForTheKeyThatWasLookedAt() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        _ = identity.observe(second, at: now)
        _ = identity.observe(third, at: now)
        #expect(identity.approve(second) == false)
        #expect(identity.awaitsApproval)
        #expect(identity.approve(third) == true)
    }

    @Test func lateMessageUnderAnEarlierKeyIsNoChange() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        _ = identity.observe(second, at: now)
        #expect(identity.observe(first, at: now) == .newOrUnchanged)
        #expect(identity.currentKey == second)
        #expect(identity.approve(second) == true)
        #expect(identity.observe(first, at: now) == .newOrUnchanged)
        #expect(identity.isTrusted(second, direction: .sending))
    }

    @Test func returnToAnEarlierKeyInTheDirectoryIsAChange() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        _ = identity.observe(second, at: now)
        #expect(identity.approve(second) == true)
        #expect(identity.observeListed(first, at: now) == .replaced)
        #expect(identity.awaitsApproval)
        #expect(identity.currentKey == first)
    }

    @Test func storedFormComesBack() throws {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        identity.addDevice(try DeviceID(7))
        identity.addDevice(try DeviceID(2))
        identity.addDevice(try DeviceID(7))
        identity.addDevice(try DeviceID(3))
        identity.removeDevice(try DeviceID(3))
        _ = identity.observe(second, at: now)
        _ = identity.approve(second)
        _ = identity.observe(third, at: now)
        #expect(identity.devices.map(\.rawValue) == [2, 7])
        let stored = try PropertyListEncoder().encode(identity)
        #expect(try PropertyListDecoder().decode(PinnedIdentity.self, from: stored) == identity)
    }
}
