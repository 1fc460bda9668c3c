import Foundation
import RelayAPI
import TestSupport
import Testing
import VectorSupport

@testable import RelayServer

struct SocketTests {
    /// Alice and Bob on a relay, with so many messages from her waiting for him.
    private static func run(
        waiting count: Int = 0, limits: QueueLimits = QueueLimits(),
        configure: (inout RelayConfiguration) -> Void = { $0.rates = .unlimited },
        _ body: @escaping @Sendable (TestRelay, _ alice: TestDevice, _ bob: TestDevice) async throws -> Void
    ) async throws {
        try await TestRelay.run(in: ScratchDirectory(), limits: limits, configure: configure) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            for number in 0..<count {
                _ = try await relay.store.accept(
                    alice.envelope(to: bob, "\(number)"), at: Date().milliseconds)
            }
            try await body(relay, alice, bob)
        }
    }

    @Test(arguments: SocketEncoding.all)
    func messagesAreAnsweredInOrderWithoutWaiting(_ encoding: SocketEncoding) async throws {
        try await Self.run { relay, alice, bob in
            let envelopes = try (0..<600).map { try alice.envelope(to: bob, "\($0)") }
            try await TestSocket.open(relay, as: bob, encoding) { bobs in
                try await bobs.expect(.queueEmpty)
                try await TestSocket.open(relay, as: alice, encoding) { alices in
                    try await alices.expect(.queueEmpty)
                    for envelope in envelopes { try await alices.send(.send(envelope)) }
                    for envelope in envelopes { try await alices.expect(.sent(envelope.copy)) }
                }
                for envelope in envelopes {
                    #expect(try await bobs.nextEnvelope() == envelope)
                    try await bobs.send(.ack([envelope.messageId]))
                }
            }
            try await waitUntil { try await relay.store.totals().queuedMessages == 0 }
        }
    }

    @Test(arguments: SocketEncoding.all)
    func aRangeIsAcknowledgedAtOnce(_ encoding: SocketEncoding) async throws {
        try await Self.run(waiting: 10) { relay, _, bob in
            let ids = try await TestSocket.open(relay, as: bob, encoding) { socket in
                let ids = try await (0..<10).asyncMap { _ in try await socket.nextEnvelope().messageId }
                try await socket.expect(.queueEmpty)
                try await socket.send(.ackRange(first: ids[2], last: ids[6]))
                return ids
            }
            try await waitUntil { try await relay.store.totals().queuedMessages == 5 }
            try await TestSocket.open(relay, as: bob, encoding) { socket in
                let left = try await (0..<5).asyncMap { _ in try await socket.nextEnvelope().messageId }
                #expect(left == Array(ids[0...1] + ids[7...9]))
                try await socket.expect(.queueEmpty)
                // The wrong way round, or with an end that is not in flight: nothing happens.
                for (first, last) in [(left[3], left[1]), (ids[3], left[4]), (left[0], UUID())] {
                    try await socket.send(.ackRange(first: first, last: last))
                    #expect(try await socket.nextRefusal().code == .invalidRequest)
                }
                #expect(try await relay.store.totals().queuedMessages == 5)
                try await socket.send(.ackRange(first: left[4], last: left[4]))
                try await waitUntil { try await relay.store.totals().queuedMessages == 4 }
            }
        }
    }

    @Test func acknowledgingUnknownIdsChangesNothing() async throws {
        try await Self.run(waiting: 2) { relay, _, bob in
            try await TestSocket.open(relay, as: bob) { socket in
                let first = try await socket.nextEnvelope()
                try await socket.send(.ack([UUID(), UUID()]))
                try await socket.send(.ack([first.messageId, first.messageId]))
                try await socket.expect(text: "1")
                try await socket.expect(.queueEmpty)
                try await waitUntil { try await relay.store.totals().queuedMessages == 1 }
            }
        }
    }

    @Test func onlySoManyIdsPerFrame() throws {
        let ids = (0...ClientFrame.maxAckCount).map { _ in UUID() }
        let fits = ClientFrame.ack(Array(ids.dropLast()))
        #expect(try JSONDecoder().decode(ClientFrame.self, from: JSONEncoder().encode(fits)) == fits)
        #expect(try ClientFrame(protobuf: fits.protobuf[...]) == fits)
        let tooMany = ClientFrame.ack(ids)
        #expect(throws: InvalidValue.self) {
            try JSONDecoder().decode(ClientFrame.self, from: JSONEncoder().encode(tooMany))
        }
        #expect(throws: InvalidValue.self) { try ClientFrame(protobuf: tooMany.protobuf[...]) }
    }

    @Test func refusalsOnTheSocketNameTheirMessage() async throws {
        try await Self.run { relay, alice, bob in
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.expect(.queueEmpty)
                let forged = try bob.envelope(to: alice, "forged")
                try await socket.send(.send(forged))
                let lost = try alice.envelope(to: TestDevice("nobody"), "lost")
                try await socket.send(.send(lost))
                #expect(try await socket.nextRefusal(of: forged).code == .senderMismatch)
                #expect(try await socket.nextRefusal(of: lost).code == .unknownRecipient)
                try await socket.send(.send(try alice.envelope(to: bob, "fine")))
                guard case .sent = try await socket.nextServerFrame() else { throw TestFailure("not sent") }
            }
        }
    }

    @Test func garbageIsRefusedAndTheSocketGoesOn() async throws {
        try await Self.run { relay, alice, bob in
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.expect(.queueEmpty)
                let texts = [
                    "", "{", "null", #"{"type":"dance"}"#, #"{"type":"ack"}"#, #"{"type":"ack","ids":[]}"#,
                    #"{"type":"ack","ids":["x"]}"#, #"{"type":"send","envelope":{}}"#,
                    #"{"type":"dance","type":"ack","ids":["\#(UUID())"]}"#,
                ]
                for text in texts {
                    try await socket.send(text: Array(text.utf8))
                    #expect(try await socket.nextRefusal().status == 400, "\(text)")
                }
                var random = SeededRandom(seed: 11)
                for _ in 0..<300 {
                    let bytes = random.bytes(Int.random(in: 0...80, using: &random))
                    try await socket.send(binary: bytes)
                    #expect(try await socket.nextRefusal().status == 400, "\(bytes)")
                }
                let envelope = try alice.envelope(to: bob, "still here")
                try await socket.send(.send(envelope))
                try await socket.expect(.sent(envelope.copy))
            }
        }
    }

    @Test func aMessageMayComeInParts() async throws {
        try await Self.run { relay, alice, bob in
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.expect(.queueEmpty)
                let envelope = try alice.envelope(to: bob, "in three parts")
                let bytes = try JSONEncoder().encode(ClientFrame.send(envelope))
                let parts = [bytes.prefix(10), bytes.dropFirst(10).prefix(1), bytes.dropFirst(11)]
                for (index, part) in parts.enumerated() {
                    try await socket.send(
                        TestFrame(index == 0 ? Opcode.text : Opcode.continuation, part, fin: index == 2))
                    // After the last part the answer may come first.
                    guard index < 2 else { break }
                    try await socket.send(TestFrame(Opcode.ping, "?".utf8))
                    #expect(await socket.next()?.opcode == Opcode.pong)
                }
                try await socket.expect(.sent(envelope.copy))
            }
        }
    }

    private typealias Opcode = TestFrame.Opcode

    static let violations: [(name: String, frames: [TestFrame], code: Int)] = [
        ("unmasked", [TestFrame(Opcode.text, "{}".utf8, isMasked: false)], 1002),
        ("reserved bit", [TestFrame(Opcode.text, "{}".utf8, rsv: true)], 1002),
        ("reserved opcode", [TestFrame(0x3, "{}".utf8)], 1002),
        ("part of a ping", [TestFrame(Opcode.ping, [], fin: false)], 1002),
        ("long ping", [TestFrame(Opcode.ping, many(126))], 1002),
        ("part without a beginning", [TestFrame(Opcode.continuation, "{}".utf8)], 1002),
        (
            "beginning without an end",
            [TestFrame(Opcode.text, "{".utf8, fin: false), TestFrame(Opcode.text, "{}".utf8)], 1002
        ),
        ("giant frame", [TestFrame(Opcode.text, many(256 * 1024 + 1))], 1009),
        (
            "giant in parts",
            [TestFrame(Opcode.text, many(200_000), fin: false)]
                + [TestFrame(Opcode.continuation, many(100_000))], 1009
        ),
        (
            "endless parts",
            [TestFrame(Opcode.text, [], fin: false)]
                + (0...1024).map { _ in TestFrame(Opcode.continuation, [], fin: false) },
            1009
        ),
    ]

    private static func many(_ count: Int) -> [UInt8] { Array(repeating: UInt8(ascii: "x"), count: count) }

    @Test(arguments: violations.indices)
    func whoBreaksTheProtocolIsToldAndClosed(_ index: Int) async throws {
        let violation = Self.violations[index]
        try await Self.run { relay, alice, _ in
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.expect(.queueEmpty)
                for frame in violation.frames { try? await socket.send(frame) }
                let code = await socket.closeCode()
                // Closing while the rest of a giant is still on its way can overtake the close frame.
                #expect(
                    code == violation.code || (code == nil && violation.code == 1009), "\(violation.name)")
            }
        }
    }

    @Test func aFrameMayHave256KiB() async throws {
        try await Self.run { relay, alice, bob in
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.expect(.queueEmpty)
                let envelope = try alice.envelope(to: bob, "padded")
                let bytes = try JSONEncoder().encode(ClientFrame.send(envelope))
                let padding = Data(repeating: UInt8(ascii: " "), count: 256 * 1024 - bytes.count)
                try await socket.send(text: bytes + padding)
                try await socket.expect(.sent(envelope.copy))
            }
        }
    }

    @Test func onlyTheOwnerOpensASocket() async throws {
        try await Self.run { relay, alice, bob in
            for (path, token) in [
                ("/ws?client_id=alice", "wrong"), ("/ws?client_id=alice", ""),
                ("/ws?client_id=bob", alice.token),
                ("/ws?client_id=alice.2", alice.token), ("/ws?client_id=", alice.token), ("/ws", alice.token),
            ] {
                guard case .refused = try await TestSocket.connect(relay, path: path, token: token) else {
                    throw TestFailure("\(path) was opened")
                }
            }
            #expect(try await relay.diagnostics().connections == 0)
            try await TestSocket.open(relay, as: bob) { try await $0.expect(.queueEmpty) }
        }
    }

    @Test func aSilentSocketIsPingedAndThenClosed() async throws {
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.heartbeatInterval = .seconds(1)
        }
        try await Self.run(configure: configure) { relay, alice, _ in
            try await TestSocket.open(relay, as: alice) { socket in
                // Nothing answers the ping: the stream ends without a close frame.
                var heard: [UInt8] = []
                while let frame = await socket.nextOfAnyKind() { heard.append(frame.opcode) }
                #expect(heard.contains(Opcode.ping))
                #expect(!heard.contains(Opcode.close))
            }
            try await waitUntil { try await relay.diagnostics().connections == 0 }
        }
    }

    @Test func whatWasNotAcknowledgedComesAgain() async throws {
        try await Self.run(waiting: 5) { relay, _, bob in
            for _ in 1...3 {
                try await TestSocket.open(relay, as: bob) { socket in
                    for number in 0..<5 { try await socket.expect(text: "\(number)") }
                    try await socket.expect(.queueEmpty)
                }
            }
        }
    }

    @Test func aMessageThatEverySocketBreaksOverLetsTheOthersPass() async throws {
        var limits = QueueLimits()
        limits.maxFailureCount = 2
        try await Self.run(waiting: 3, limits: limits) { relay, _, bob in
            for _ in 1...2 {
                try await TestSocket.open(relay, as: bob) { try await $0.expect(text: "0") }
            }
            try await waitUntil { try await relay.diagnostics().setAsideMessages == 1 }
            try await TestSocket.open(relay, as: bob) { socket in
                for text in ["1", "2", "0"] {
                    let envelope = try await socket.nextEnvelope()
                    #expect(envelope.text == text)
                    try await socket.send(.ack([envelope.messageId]))
                }
                try await socket.expect(.queueEmpty)
            }
            try await waitUntil { try await relay.store.totals().queuedMessages == 0 }
        }
    }

    @Test func takeoversAreNoFailuresOfAMessage() async throws {
        var limits = QueueLimits()
        limits.maxFailureCount = 1
        try await Self.run(waiting: 1, limits: limits) { relay, _, bob in
            try await TestSocket.open(relay, as: bob) { older in
                try await older.expect(text: "0")
                try await TestSocket.open(relay, as: bob) { newer in
                    let envelope = try await newer.nextEnvelope()
                    #expect(await older.closeCode() == Int(CloseCode.takenOver))
                    try await newer.send(.ack([envelope.messageId]))
                }
            }
            #expect(try await relay.store.totals().setAsideMessages == 0)
        }
    }

    @Test func fleetingMessagesWaitInABoundedBuffer() throws {
        let alice = try TestDevice("alice")
        let now = ContinuousClock.now
        let small = try alice.envelope(to: alice, "x", class: .online)
        let large = try alice.envelope(
            to: alice, String(repeating: "x", count: OnlineBuffer.maxByteCount / 8), class: .online)
        for (envelope, room) in [(small, OnlineBuffer.maxCount), (large, 8)] {
            var buffer = OnlineBuffer()
            let taken = (0...room).map { _ in buffer.add(envelope, at: now) }
            #expect(taken == Array(repeating: true, count: room) + [false])
            let waiting = buffer.take(at: now)
            #expect(waiting.count == room)
            let left = buffer.take(at: now)
            #expect(left.isEmpty)
        }
        var buffer = OnlineBuffer()
        _ = buffer.add(small, at: now)
        let late = buffer.take(at: now.advanced(by: OnlineBuffer.lifetime))
        #expect(late.isEmpty)
    }

    @Test func shutdownAnswersWhatWasTakenAndSaysSo() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let envelope = try alice.envelope(to: alice, "last")
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.expect(.queueEmpty)
                try await socket.send(.send(envelope))
                try await socket.expect(.sent(envelope.copy))
                #expect(try await socket.nextEnvelope() == envelope)
                relay.stop()
                #expect(await socket.closeCode() == 1001)
            }
        }
    }
}
