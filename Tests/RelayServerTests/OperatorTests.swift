import HTTP
import Database
import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import RelayServer

/// What an operator does through a store of its own beside the running relay.
struct OperatorTests {
    private static func run(
        _ body: @escaping @Sendable (TestRelay, SQLiteRelayStore) async throws -> Void
    ) async throws {
        let folder = try ScratchDirectory()
        try await TestRelay.run(
            in: folder, configure: { $0.revocationInterval = .milliseconds(20) }, now: { 5 }
        ) { relay in
            try await body(relay, try SQLiteRelayStore(existing: folder.file("relay.db")))
        }
    }

    @Test func accountsAndDevicesAreListed() async throws {
        try await Self.run { relay, store in
            let alice = try await TestDevice("alice").registered(at: relay)
            let second = try await TestDevice("alice", device: 2, identity: alice.identity).registered(
                at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/prekeys", token: bob.token, json: bob.preKeys(oneTime: 1...3, kyber: 1...2))
            for text in ["one", "two"] {
                _ = try await relay.request(
                    .post, "/v1/messages", token: bob.token, json: bob.envelope(to: second, text))
            }
            let accounts = try await store.accounts()
            let bytes = try await store.totals().queuedBytes
            #expect(
                accounts == [
                    AccountOverview(
                        id: alice.address.identity, registeredAt: 5, devices: 2, queuedMessages: 2,
                        queuedBytes: bytes, isRevoked: false),
                    AccountOverview(
                        id: bob.address.identity, registeredAt: 5, devices: 1, queuedMessages: 0,
                        queuedBytes: 0,
                        isRevoked: false),
                ])
            #expect(try await store.deviceOverviews(of: nil).map(\.queuedMessages) == [0, 2, 0])
            #expect(
                try await store.deviceOverviews(of: bob.address.identity) == [
                    DeviceOverview(
                        id: bob.address.identity, device: .first, registrationId: 7, registeredAt: 5,
                        oneTimePreKeys: 3, oneTimeKyberPreKeys: 2, queuedMessages: 0, queuedBytes: 0)
                ])
        }
    }

    @Test func aRevokedDeviceLosesItsOpenSocketAndStaysOut() async throws {
        try await Self.run { relay, store in
            let alice = try await TestDevice("alice").registered(at: relay)
            let lost = try await TestDevice("alice", device: 2, identity: alice.identity).registered(
                at: relay)
            let subject = RevocationSubject(lost.address.identity, device: lost.address.device)
            try await TestSocket.open(relay, as: lost) { socket in
                try await socket.expect(.queueEmpty)
                #expect(try await store.revoke(subject, at: 6))
                #expect(await socket.closeCode() == Int(CloseCode.unauthorized))
            }
            let refused = try await relay.request(
                .post, "/v1/register", json: lost.registrationRequest(nonce: try await relay.nonce()))
            #expect(refused.status == 403)
            #expect(refused.code == .revoked)
            // The other device of the account goes on.
            #expect(try await relay.request(.get, "/v1/devices", token: alice.token).status == 200)

            #expect(try await store.readmit(subject, at: 7))
            #expect(try await store.readmit(subject, at: 7) == false)
            _ = try await lost.registered(at: relay)
            guard case .intact = try await store.verifyAuditLog() else {
                throw TestFailure("the audit log is not intact")
            }
        }
    }

    @Test func aRevokedAccountKeepsItsNameAndNoDevice() async throws {
        try await Self.run { relay, store in
            let alice = try await TestDevice("alice").registered(at: relay)
            _ = try await TestDevice("alice", device: 2, identity: alice.identity).registered(at: relay)
            let subject = RevocationSubject(alice.address.identity)
            #expect(try await store.revoke(subject, at: 6))
            #expect(try await store.revoke(subject, at: 7))
            #expect(try await store.revoke(RevocationSubject(IdentityID("nobody")), at: 6) == false)
            let accounts = try await store.accounts()
            #expect(accounts.map(\.devices) == [0])
            #expect(accounts.map(\.isRevoked) == [true])
            for device in 1...3 {
                let again = try TestDevice("alice", device: device, identity: alice.identity)
                let answer = try await relay.request(
                    .post, "/v1/register", json: again.registrationRequest(nonce: try await relay.nonce()))
                #expect(answer.code == .revoked)
            }
            let thief = try await relay.request(
                .post, "/v1/register",
                json: TestDevice("alice").registrationRequest(nonce: try await relay.nonce()))
            #expect(thief.code == .identityTaken)
            let events = try await store.readers.read { database in
                try database.values("SELECT event FROM audit", as: String.self)
            }
            #expect(events.suffix(3) == ["device removed", "device removed", "revoked"])
        }
    }

    @Test func aDeviceThatCameBackKeepsItsSocket() async throws {
        let folder = try ScratchDirectory()
        let store = try SQLiteRelayStore(path: folder.file("relay.db"))
        let alice = try TestDevice("alice")
        let known = RegisteredDevice(
            address: alice.address, registrationID: 7, identityKey: alice.identity.publicKey.wire,
            registeredAt: 1)
        try await store.register(known, tokenHash: [1], at: 1)
        let start = try await store.removedDevices(since: .max)
        #expect(start.devices.isEmpty)
        _ = try await store.remove(alice.address, at: 2)
        #expect(try await store.removedDevices(since: start.newest).devices == [alice.address])
        try await store.register(known, tokenHash: [2], at: 3)
        #expect(try await store.removedDevices(since: start.newest).devices.isEmpty)
    }

    @Test func databaseOfAnotherVersionIsLeftAlone() async throws {
        let folder = try ScratchDirectory()
        let path = folder.file("relay.db")
        #expect(throws: StoreError.self) { try SQLiteRelayStore(existing: path) }
        #expect(!FileManager.default.fileExists(atPath: path))
        do {
            let store = try SQLiteRelayStore(path: path)
            try store.writer.writeAndWait {
                try $0.execute(
                    "DELETE FROM grdb_migrations WHERE identifier LIKE 'v3%'; DROP TABLE revocations")
            }
        }
        #expect(throws: StoreError.self) { try SQLiteRelayStore(existing: path) }
    }
}
