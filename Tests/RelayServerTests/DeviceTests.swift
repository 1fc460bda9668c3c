import HTTP
import Foundation
import RelayAPI
import Testing
import TestSupport

@testable import RelayServer

struct DeviceTests {
    @Test func anOwnerSeesItsDevices() async throws {
        try await TestRelay.run(in: ScratchDirectory(), now: { 5 }) { relay in
            let first = try await TestDevice("alice").registered(at: relay)
            let second = try await TestDevice("alice", device: 2, identity: first.identity).registered(
                at: relay)
            _ = try await TestDevice("bob").registered(at: relay)
            let list = try await relay.request(.get, "/v1/devices", token: second.token).json(DeviceList.self)
            #expect(
                list
                    == DeviceList(
                        id: first.address.identity,
                        devices: [
                            .init(device: .first, registrationId: 7, registeredAt: 5, isCurrent: false),
                            .init(
                                device: try DeviceID(2), registrationId: 7, registeredAt: 5, isCurrent: true),
                        ]))
        }
    }

    @Test func aRemovedDeviceLosesTokenSocketPreKeysAndQueue() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let first = try await TestDevice("alice").registered(at: relay)
            let lost = try await TestDevice("alice", device: 2, identity: first.identity).registered(
                at: relay)
            _ = try await relay.request(
                .post, "/v1/prekeys", token: lost.token, json: lost.preKeys(oneTime: 1...3, kyber: 1...3))
            try await TestSocket.open(relay, as: lost) { socket in
                try await socket.expect(.queueEmpty)
                _ = try await relay.request(
                    .post, "/v1/messages", token: first.token, json: first.envelope(to: lost, "never read"))
                #expect(try await relay.request(.delete, "/v1/devices/2", token: first.token).status == 204)
                #expect(await socket.closeCode() == Int(CloseCode.unauthorized))
            }
            #expect(try await relay.request(.get, "/v1/devices", token: lost.token).code == .unauthorized)
            let totals = try await relay.store.totals()
            #expect(totals.devices == 1)
            #expect(totals.oneTimePreKeys == 0)
            #expect(totals.queuedMessages == 0)
            let answer = try await relay.request(
                .post, "/v1/messages", token: first.token, json: first.envelope(to: lost, "too late"))
            #expect(answer.code == .unknownRecipient)
            // It may come back, with an empty queue.
            let back = try await lost.registered(at: relay)
            try await TestSocket.open(relay, as: back) { try await $0.expect(.queueEmpty) }
        }
    }

    @Test(arguments: [
        ("7", 404, Problem.Code.notFound), ("0", 400, .invalidRequest), ("x", 400, .invalidRequest),
    ])
    func onlyOwnDevicesThatExistAreRemoved(_ example: (path: String, status: Int, code: Problem.Code))
        async throws
    {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            _ = try await TestDevice("bob", device: 7).registered(at: relay)
            let answer = try await relay.request(.delete, "/v1/devices/\(example.path)", token: alice.token)
            #expect(answer.status == example.status)
            #expect(answer.code == example.code)
            #expect(try await relay.store.totals().devices == 2)
        }
    }
}
