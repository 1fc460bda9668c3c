import HTTP
import Foundation
import RelayAPI
import Testing
import TestSupport

@testable import RelayServer

struct SendConditionsTests {
    @Test func messageBehindARefusedOneIsRefusedToo() async throws {
        var limits = QueueLimits()
        limits.maxMessageCount = 2
        try await TestRelay.run(in: ScratchDirectory(), limits: limits) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let envelopes = try (0..<4).map { try alice.envelope(to: bob, "\($0)") }
            func send(_ index: Int) async throws -> ServerFrame {
                try await TestSocket.open(relay, as: alice) { socket in
                    try await socket.expect(.queueEmpty)
                    let after = index > 0 ? envelopes[index - 1].messageId : nil
                    try await socket.send(.send(envelopes[index], SendConditions(after: after)))
                    return try await socket.nextServerFrame()
                }
            }
            #expect(try await send(0) == .sent(envelopes[0].copy))
            #expect(try await send(1) == .sent(envelopes[1].copy))
            #expect(try await send(2).problem?.code == .queueFull)
            try await relay.store.acknowledgeNow([1], for: bob.address)
            // There is room again, but not for what comes behind the refused one.
            #expect(try await send(3).problem?.code == .predecessorMissing)
            #expect(try await send(2) == .sent(envelopes[2].copy))
            // The predecessor need not wait any more, only have been accepted once.
            try await relay.store.acknowledgeNow([2, 3], for: bob.address)
            #expect(try await send(3) == .sent(envelopes[3].copy))
        }
    }

    @Test func senderIsToldWhichDevicesItIsWrongAbout() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let phone = try await TestDevice("bob", device: 1).registered(at: relay)
            _ = try await TestDevice("bob", device: 3, identity: phone.identity).registered(at: relay)
            func refusal(_ conditions: SendConditions) async throws -> Problem? {
                let envelope = try alice.envelope(to: phone, "hello")
                let answer = try await relay.request(
                    .post, "/v1/messages", token: alice.token,
                    json: ConditionalEnvelope(envelope: envelope, conditions: conditions))
                return answer.status == 200 ? nil : try answer.json(Problem.self)
            }
            let devices = try [1, 2, 3].map { try DeviceID($0) }
            let mismatch = try await refusal(SendConditions(devices: [devices[0], devices[1]]))
            #expect(mismatch?.status == 409)
            #expect(mismatch?.code == .deviceMismatch)
            #expect(mismatch?.devices == DeviceProblem(missing: [devices[2]], extra: [devices[1]]))
            let stale = try await refusal(SendConditions(registrationId: 8))
            #expect(stale?.status == 410)
            #expect(stale?.code == .staleDevices)
            #expect(stale?.devices == DeviceProblem(stale: [devices[0]]))
            let right = SendConditions(registrationId: 7, devices: [devices[0], devices[2]])
            #expect(try await refusal(right) == nil)
            #expect(try await relay.store.totals().queuedMessages == 1)
        }
    }

    @Test func ownDeviceIsNotMissed() async throws {
        let address = try ["alice.1", "alice.2"].map { try DeviceAddress($0) }
        let ids = [address[0].device: UInt32(1), address[1].device: 2]
        func problem(_ devices: [DeviceID]) -> Problem? {
            SendConditions(devices: devices).deviceProblem(
                from: address[0], to: address[1], registrationIDs: ids)
        }
        #expect(problem([address[1].device]) == nil)
        #expect(problem(address.map(\.device))?.devices?.extra == [address[0].device])
    }

    @Test func frameIsReadAsItWasWritten() throws {
        let alice = try TestDevice("alice")
        let envelope = try alice.envelope(to: alice, "x")
        for conditions in [
            SendConditions.none, SendConditions(after: UUID(), registrationId: 1, devices: [.first]),
        ] {
            let frame = ClientFrame.send(envelope, conditions)
            #expect(try JSONDecoder().decode(ClientFrame.self, from: JSONEncoder().encode(frame)) == frame)
        }
        let plain = try JSONEncoder().encode(ClientFrame.send(envelope))
        #expect(!String(decoding: plain, as: UTF8.self).contains("after"))
    }
}

extension ServerFrame {
    fileprivate var problem: Problem? {
        if case .refused(_, let problem) = self { problem } else { nil }
    }
}
