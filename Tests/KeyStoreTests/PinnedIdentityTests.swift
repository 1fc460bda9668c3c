import Foundation
import MaintenanceAPI
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
        #expect(identity.approvedKey == first)
        #expect(identity.standing(of: first) == .firstUse)
        #expect(identity.standing(of: second) == nil)
        #expect(!identity.awaitsApproval)
    }

    @Test func anotherKeyWaitsAndChangesNothingForTheApprovedOne() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        #expect(identity.observe(second, at: now) == .unapproved(isNews: true))
        #expect(identity.observe(second, at: now) == .unapproved(isNews: false))
        #expect(identity.observe(first, at: now) == .approved)
        #expect(identity.approvedKey == first)
        #expect(identity.unapproved.map(\.key) == [second])

        #expect(identity.approve(second, by: .comparison) == true)
        #expect(identity.approvedKey == second)
        #expect(identity.standing(of: first) == .retired)
    }

    @Test func approvalIsForTheKeyThatWasLookedAt() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        _ = identity.observe(second, at: now)
        _ = identity.observe(third, at: now)
        #expect(identity.approve(second, by: .comparison) == true)
        #expect(identity.approvedKey == second)
        #expect(identity.unapproved.map(\.key) == [third])
        #expect(identity.approve(KeyPair().publicKey, by: .comparison) == false)
        #expect(identity.approvedKey == second)
    }

    @Test func retiredKeyNeverComesBackSilently() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        _ = identity.observe(second, at: now)
        _ = identity.approve(second, by: .comparison)
        #expect(identity.observe(first, at: now) == .unapproved(isNews: true))
        #expect(identity.observe(first, at: now) == .unapproved(isNews: false))
        #expect(identity.approvedKey == second)
    }

    @Test func comparisonIsReplacedByComparisonAlone() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        _ = identity.observe(second, at: now)
        #expect(identity.approve(second, by: .invitation) == true)
        #expect(identity.approve(second, by: .comparison) == true)
        #expect(identity.approve(first, by: .invitation) == false)
        // What was approved stays as it was.
        #expect(identity.approve(second, by: .invitation) == true)
        #expect(identity.standing(of: second) == .comparison)
        #expect(identity.approve(first, by: .comparison) == true)
        #expect(identity.keys.count { $0.standing.isApproved } == 1)
    }

    @Test func rejectionEndsAKey() throws {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        #expect(identity.reject(second) == false)
        _ = identity.observe(second, at: now)
        identity.addDevice(try DeviceID(2), under: second)
        #expect(identity.reject(second) == true)
        #expect(identity.observe(second, at: now) == .rejected)
        #expect(!identity.awaitsApproval)
        #expect(identity.keys.last?.devices == [])
        // Also that of the approved one: no other takes its place by itself.
        #expect(identity.reject(first) == true)
        #expect(identity.approvedKey == nil)
        #expect(identity.observe(third, at: now) == .unapproved(isNews: true))
        // A person may have been wrong.
        #expect(identity.approve(second, by: .comparison) == true)
        #expect(identity.approvedKey == second)
    }

    @Test func soManyKeysWaitAndNoMore() {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        let forged = (0..<PinnedIdentity.maxUnapprovedCount).map { _ in KeyPair().publicKey }
        for key in forged { #expect(identity.observe(key, at: now) == .unapproved(isNews: true)) }
        #expect(identity.observe(second, at: now) == .tooMany)
        #expect(identity.observe(forged[0], at: now) == .unapproved(isNews: false))
        #expect(identity.observe(first, at: now) == .approved)
        _ = identity.reject(forged[0])
        #expect(identity.observe(second, at: now) == .unapproved(isNews: true))
        #expect(identity.keys.count == PinnedIdentity.maxUnapprovedCount + 2)
    }

    @Test func storedFormComesBack() throws {
        var identity = PinnedIdentity(id: bob, key: first, at: now)
        for device: UInt8 in [7, 2, 7, 3] { identity.addDevice(try DeviceID(device), under: first) }
        identity.removeDevice(try DeviceID(3), under: first)
        #expect(identity.devices.map(\.rawValue) == [2, 7])
        for key in [second, third] { _ = identity.observe(key, at: now) }
        _ = identity.approve(second, by: .invitation)
        _ = identity.reject(third)
        identity.addDevice(try DeviceID(5), under: second)
        #expect(identity.devices.map(\.rawValue) == [5])
        let stored = try PropertyListEncoder().encode(identity)
        #expect(try PropertyListDecoder().decode(PinnedIdentity.self, from: stored) == identity)
    }
}
