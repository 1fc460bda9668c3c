import Foundation
import MaintenanceAPI
import RelayAPI
import Synchronization
import TestSupport
import Testing

@testable import Messenger

/// What goes over the relay's socket: protocol buffers where the relay offers them, JSON where it does not.
@Suite(.timeLimit(.minutes(15)))
struct SocketEncodingTests {
    /// What the client offers and the relay chooses.
    private static let subprotocol = "Sec-WebSocket-Protocol: \(SocketEncoding.protobufSubprotocol)\r\n"

    /// Alice and Bob talk to each other over sockets through the proxy.
    private func talk(through proxy: MeddlingProxy) async throws {
        try await RealRelay().serve { relay in
            try await proxy.serve(relay) { relay in
                let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
                let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
                try await alice.messenger.send(.chat("waits"), to: bob.id)
                try await running([alice.messenger, bob.messenger]) {
                    #expect(await bob.next(1) == ["waits"])
                    for number in 0..<10 {
                        try await alice.messenger.send(.chat("forth \(number)"), to: bob.id)
                        try await bob.messenger.send(.chat("back \(number)"), to: alice.id)
                    }
                    #expect(await bob.next(10) == (0..<10).map { "forth \($0)" })
                    #expect(await alice.next(10) == (0..<10).map { "back \($0)" })
                    for party in [alice, bob] {
                        try await until(party.messenger.outboxChanged) {
                            try await party.outboxCount() == 0
                        }
                    }
                }
                #expect(try await bob.causes() == [])
                #expect(try await alice.causes() == [])
            }
        }
    }

    @Test func protocolBuffersGoBothWaysWhereTheRelayOffersThem() async throws {
        let said = Mutex(Data())
        try await talk(
            through: MeddlingProxy(toClient: { bytes in
                said.withLock { $0 += bytes }
                return bytes
            }))
        said.withLock { said in
            #expect(said.holds(Self.subprotocol))
            // A binary frame with nothing but `queue_empty`, and no frame of JSON.
            #expect(said.range(of: Data([0x82, 0x02, 0x10, 0x01])) != nil)
            #expect(!said.holds(#""type":"envelope""#))
        }
    }

    @Test func jsonGoesBothWaysWhereTheRelayOffersNothingElse() async throws {
        let said = Mutex(Data())
        try await talk(
            through: MeddlingProxy(
                // As a relay hears it that knows of no subprotocol.
                toRelay: { $0.replacing(Self.subprotocol, with: []) },
                toClient: { bytes in
                    said.withLock { $0 += bytes }
                    return bytes
                }))
        said.withLock { said in
            #expect(!said.holds(Self.subprotocol))
            #expect(said.holds(#""type":"envelope""#))
            #expect(said.holds(#""type":"sent""#))
        }
    }

    /// Each is a whole frame of a WebSocket, put before the relay's own.
    static let broken: [[UInt8]] = [
        // Nothing at all; a field that is cut short; an envelope without a sender; an answer without a device.
        [0x82, 0], [0x82, 2, 0x0A, 0x7F], [0x82, 2, 0x0A, 0], [0x82, 18, 0x1A, 16] + (0..<16),
        // A kind that this version does not know; JSON where it was not agreed on.
        [0x82, 2, 0x78, 1], [0x81, 22] + Array(#"{"type":"queue_empty"}"#.utf8),
    ]

    @Test(arguments: broken) func framesThatAreNotUnderstoodDisturbNothing(_ frame: [UInt8]) async throws {
        let putInCount = Mutex(0)
        try await talk(
            through: MeddlingProxy(toClient: { bytes in
                guard bytes.holds("HTTP/1.1 101") else { return bytes }
                putInCount.withLock { $0 += 1 }
                return bytes.replacing("\r\n\r\n", with: Array("\r\n\r\n".utf8) + frame)
            }))
        #expect(putInCount.withLock(\.self) == 2)
    }

    @Test func subprotocolThatWasNotOfferedEndsTheHandshake() async throws {
        try await RealRelay().serve { relay in
            let proxy = MeddlingProxy(toClient: {
                $0.replacing(SocketEncoding.protobufSubprotocol, with: "another".utf8)
            })
            try await proxy.serve(relay) { relay in
                let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
                let error = MessengerError.unexpectedAnswer(
                    reason: "the server chose the subprotocol 'another', which was not offered")
                await #expect(throws: error) { try await alice.messenger.receiveUntilEmpty() }
            }
        }
    }
}
