import HTTP
import TestSupport
import Testing

@testable import Networking

extension TestServer {
    static let handshake =
        "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    /// An open socket whose frames the test makes.
    func rawSocket(_ path: String = "/ws") async throws -> RawClient {
        let client = try await RawClient.connect(port)
        client.send("GET \(path) HTTP/1.1\r\n" + Self.handshake)
        let head = await client.read(until: "\r\n\r\n")
        try #require(head.hasPrefix("HTTP/1.1 101 "))
        return client
    }

    /// All that the server sends once it got these frames, to the end of the connection.
    func frames(after frames: [UInt8]) async throws -> [UInt8] {
        let client = try await rawSocket()
        client.send(frames)
        return Array(await client.readToEnd(bytes: ()))
    }
}

extension RawClient {
    func readToEnd(bytes: Void) async -> [UInt8] { await read(count: .max) }
}

@Suite(.serialized) struct WebSocketTests {
    // MARK: Handshakes

    /// RFC 6455, section 1.3.
    @Test func aHandshakeIsAnsweredAsTheStandardSays() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        client.send("GET /chat HTTP/1.1\r\n" + TestServer.handshake)
        let head = await client.read(until: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        for line in [
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Protocol: chat", "X-Extra: yes",
        ] { #expect(head.contains("\r\n\(line)\r\n")) }
        await client.close()
        await server.stop()
    }

    @Test func framesMayComeAlongWithTheHandshake() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        client.send(Array(("GET /ws HTTP/1.1\r\n" + TestServer.handshake).utf8) + RawFrame.text("early"))
        #expect(await client.read(until: "early").hasSuffix("\r\n\r\n\u{81}\u{5}early") == false)
        await client.close()
        await server.stop()
    }

    @Test(arguments: [
        ("Upgrade: websocket", "Upgrade: h2c"), ("Connection: Upgrade", "Connection: close"),
        ("Version: 13", "Version: 8"), ("Key: dGhl", "Key: "), ("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n"),
    ])
    func unsoundHandshakesGet426(_ part: String, _ other: String) async throws {
        let server = try await TestServer()
        let request = ("GET /ws HTTP/1.1\r\n" + TestServer.handshake).replacing(part, with: other)
        let client = try await RawClient.connect(server.port)
        client.send(request + "GET /close HTTP/1.1\r\nHost: x\r\n\r\n")
        let answer = await client.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 426 Upgrade Required\r\n"))
        #expect(answer.contains("\r\nUpgrade: websocket\r\n"))
        #expect(answer.contains("\r\nSec-WebSocket-Version: 13\r\n"))
        await server.stop()
    }

    // MARK: Messages

    @Test func clientAndServerExchangeMessages() async throws {
        let server = try await TestServer()
        guard case .open(let socket) = try await server.client.openWebSocket("/ws", within: .seconds(5))
        else {
            Issue.record("refused")
            return
        }
        #expect(socket.protocol == nil)
        let sent =
            [0, 1, 125, 126, 4096, 65535, 65536, 262_144].map {
                WebSocketMessage(.binary, [UInt8](repeating: 7, count: $0))
            } + [WebSocketMessage(.text, Array("hällo".utf8))]
        let messages = socket.messages.makeAsyncIterator()
        var received: [WebSocketMessage] = []
        for message in sent { try await socket.send(message.bytes, as: message.kind) }
        while received.count < sent.count { received += try #require(await messages.next()) }
        #expect(received == sent)
        await server.stop()
        await #expect(throws: WebSocketClosed(end: .closed(code: 1001, reason: "shutting down"))) {
            _ = try await messages.next()
        }
        await #expect(throws: ConnectionClosed.self) { try await socket.send([1], as: .binary) }
    }

    @Test func aClientMayChooseOnlyWhatItOffered() async throws {
        let server = try await TestServer()
        guard
            case .open(let socket) = try await server.client.openWebSocket(
                "/chat", protocols: ["other", "chat"], within: .seconds(5))
        else {
            Issue.record("refused")
            return
        }
        #expect(socket.protocol == "chat")
        await #expect(throws: ConnectionError.self) {
            _ = try await server.client.openWebSocket("/chat", within: .seconds(5))
        }
        guard
            case .refused(let response) = try await server.client.openWebSocket("/hello", within: .seconds(5))
        else {
            Issue.record("opened")
            return
        }
        #expect(response.status == 200)
        await server.stop()
    }

    @Test func closingIsToldToBothSides() async throws {
        let server = try await TestServer()
        guard case .open(let socket) = try await server.client.openWebSocket("/ws", within: .seconds(5))
        else {
            Issue.record("refused")
            return
        }
        socket.close(code: 4321, reason: "enough")
        #expect(await server.signals.next() == "\(WebSocketEnd.closed(code: 4321, reason: "enough"))")
        #expect(try await socket.messages.next() == nil)
        await server.stop()
    }

    @Test func aSocketThatIsLetGoCloses() async throws {
        let server = try await TestServer()
        do { _ = try await server.client.openWebSocket("/ws", within: .seconds(5)) }
        #expect(await server.signals.next() == "\(WebSocketEnd.closed(code: 1000, reason: ""))")
        await server.stop()
    }

    @Test func messagesInPartsArePutTogether() async throws {
        let server = try await TestServer()
        let parts =
            RawFrame.client(0x01, Array("he".utf8)) + RawFrame.client(0x89, [9])
            + RawFrame.client(0x00) + RawFrame.client(0x80, Array("llo".utf8)) + RawFrame.close(1000)
        #expect(
            try await server.frames(after: parts)
                == RawFrame.server(0x8A, [9]) + RawFrame.server(0x81, Array("hello".utf8))
                + RawFrame.server(0x88, [3, 232]))
        await server.stop()
    }

    // MARK: Breaches of the protocol

    struct Breach: Sendable, CustomStringConvertible {
        var description: String { name }
        let name: String
        let frames: [UInt8]
        let code: UInt16

        init(_ code: UInt16, _ name: String, _ frames: [UInt8]) {
            (self.code, self.name, self.frames) = (code, name, frames)
        }
    }

    static let breaches =
        [
            Breach(1002, "not masked", RawFrame.server(0x81, [97])),
            Breach(1002, "not masked, empty", [0x81, 0]),
            Breach(1002, "first reserved bit", RawFrame.client(0xC1, [97])),
            Breach(1002, "second reserved bit", RawFrame.client(0xA1, [97])),
            Breach(1002, "third reserved bit", RawFrame.client(0x91, [97])),
            Breach(1002, "opcode 3", RawFrame.client(0x83, [97])),
            Breach(1002, "opcode 7", RawFrame.client(0x87, [97])),
            Breach(1002, "opcode 11", RawFrame.client(0x8B, [97])),
            Breach(1002, "opcode 15", RawFrame.client(0x8F)),
            Breach(1002, "a ping in parts", RawFrame.client(0x09, [97])),
            Breach(1002, "a ping of 126 bytes", RawFrame.client(0x89, [UInt8](repeating: 1, count: 126))),
            Breach(1002, "a close in parts", RawFrame.client(0x08, [3, 232])),
            Breach(
                1002, "a close of 126 bytes",
                RawFrame.client(0x88, [3, 232] + [UInt8](repeating: 97, count: 124))),
            Breach(1002, "half a close code", RawFrame.client(0x88, [3])),
            Breach(1002, "a continuation of nothing", RawFrame.client(0x80, [97])),
            Breach(
                1002, "a message within a message", RawFrame.client(0x01, [97]) + RawFrame.client(0x81, [97])),
            Breach(
                1002, "a length that is longer than it needs",
                [0x82, 0xFE, 0, 5] + RawFrame.mask + [1, 2, 3, 4, 5]),
            Breach(
                1002, "a length of 64 bits that is longer than it needs",
                [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5] + RawFrame.mask + [1, 2, 3, 4, 5]),
            Breach(
                1002, "a length with the highest bit",
                [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0] + RawFrame.mask + [1]),
            Breach(1007, "text that is not UTF-8", RawFrame.client(0x81, [0xFF])),
            Breach(1007, "text that ends in a character", RawFrame.client(0x81, [0xC3])),
            Breach(1007, "a surrogate", RawFrame.client(0x81, [0xED, 0xA0, 0x80])),
            Breach(1007, "an overlong character", RawFrame.client(0x81, [0xC0, 0xAF])),
            Breach(1007, "beyond Unicode", RawFrame.client(0x81, [0xF4, 0x90, 0x80, 0x80])),
            Breach(
                1007, "parts that are not UTF-8 together",
                RawFrame.client(0x01, [0xC3]) + RawFrame.client(0x80, [0x28])),
            Breach(1007, "a reason that is not UTF-8", RawFrame.client(0x88, [3, 232, 0xFF])),
            Breach(
                1009, "a message of one byte too many",
                RawFrame.client(0x82, [UInt8](repeating: 0, count: 1001))),
            Breach(
                1009, "a message that is announced to be huge",
                [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] + RawFrame.mask + [1]),
            Breach(
                1009, "parts that are too large together",
                RawFrame.client(0x02, [UInt8](repeating: 0, count: 600))
                    + RawFrame.client(0x80, [UInt8](repeating: 0, count: 401))),
            Breach(1009, "11 parts", RawFrame.client(0x02) + (0..<10).flatMap { _ in RawFrame.client(0x00) }),
            Breach(1008, "21 pings", (0..<21).flatMap { _ in RawFrame.client(0x89) }),
            Breach(1008, "21 pongs", (0..<21).flatMap { _ in RawFrame.client(0x8A) }),
        ]
        + ([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] as [UInt16]).map {
            Breach(1002, "close code \($0)", RawFrame.close($0))
        }

    @Test(arguments: breaches)
    func breachesCloseTheSocketWithTheirCode(_ breach: Breach) async throws {
        var limits = WebSocketLimits()
        (limits.message, limits.fragments, limits.controlBurst, limits.controlPerSecond) = (1000, 10, 20, 0)
        let server = try await TestServer(limits: limits)
        for bytewise in [false, true] {
            let client = try await server.rawSocket()
            if bytewise { await client.sendBytewise(breach.frames) } else { client.send(breach.frames) }
            // What comes after a breach is not looked at.
            client.send(RawFrame.text("after"))
            let answer = await client.readToEnd(bytes: ())
            let close = answer.suffix(from: answer.firstIndex(of: 0x88) ?? answer.endIndex)
            #expect(
                Array(close.dropFirst(2).prefix(2)) == RawFrame.closePayload(breach.code, ""),
                "\(breach.name)")
            #expect(close.count == Int(close.dropFirst().first ?? 0) + 2, "\(breach.name)")
            let end = await server.signals.next()
            #expect(end?.hasPrefix("failed") == true, "\(breach.name)")
        }
        await server.stop()
    }

    /// What is announced may never come.
    @Test(
        arguments: [
            [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x82, 0xFE, 0x03, 0xE9],
            [0x89, 0xFE, 0, 126],
        ] as [[UInt8]]) func headerThatAnnouncesTooMuchIsEnough(header: [UInt8]) async throws
    {
        var limits = WebSocketLimits()
        limits.message = 1000
        let server = try await TestServer(limits: limits)
        for (bytewise, before) in [(false, []), (true, []), (false, RawFrame.client(0x8A, [1, 2, 3]))] {
            let client = try await server.rawSocket()
            let bytes = before + header + RawFrame.mask
            if bytewise { await client.sendBytewise(bytes) } else { client.send(bytes) }
            let answer = await client.readToEnd(bytes: ())
            let close = answer.suffix(from: answer.firstIndex(of: 0x88) ?? answer.endIndex)
            #expect(
                Array(close.dropFirst(2).prefix(2))
                    == RawFrame.closePayload(header[0] == 0x89 ? 1002 : 1009, ""))
            #expect(await server.signals.next()?.hasPrefix("failed") == true)
        }
        await server.stop()
    }

    @Test func theOtherSideOfEachLimitIsFine() async throws {
        var limits = WebSocketLimits()
        (limits.message, limits.fragments, limits.controlBurst, limits.controlPerSecond) = (1000, 10, 20, 0)
        let server = try await TestServer(limits: limits)
        let zeros = [UInt8](repeating: 0, count: 1000)
        var frames = RawFrame.client(0x82, zeros)
        frames +=
            RawFrame.client(0x02, Array(zeros.prefix(600))) + RawFrame.client(0x80, Array(zeros.prefix(400)))
        frames +=
            RawFrame.client(0x02) + (0..<8).flatMap { _ in RawFrame.client(0x00) } + RawFrame.client(0x80)
        frames += (0..<20).flatMap {
            RawFrame.client($0 % 2 == 0 ? 0x89 : 0x8A, [UInt8](repeating: 1, count: 125))
        }
        frames += RawFrame.client(0x88, [3, 232] + [UInt8](repeating: 97, count: 123))
        var expected = RawFrame.server(0x82, zeros) + RawFrame.server(0x82, zeros) + RawFrame.server(0x82)
        // All that came in one read; the pongs go before, as messages are handed over together.
        expected =
            (0..<10).flatMap { _ in RawFrame.server(0x8A, [UInt8](repeating: 1, count: 125)) } + expected
        let got = try await server.frames(after: frames)
        #expect(got.count == expected.count + RawFrame.server(0x88, [3, 232]).count)
        #expect(got.suffix(4) == RawFrame.server(0x88, [3, 232])[...])
        #expect(
            await server.signals.next()
                == "\(WebSocketEnd.closed(code: 1000, reason: String(repeating: "a", count: 123)))")
        await server.stop()
    }

    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1011, 1012, 1014, 3000, 4999] as [UInt16])
    func closeCodesThatAreSentAreAnswered(_ code: UInt16) async throws {
        let server = try await TestServer()
        let answer = try await server.frames(after: RawFrame.close(code, "bye") + RawFrame.text("after"))
        #expect(answer == RawFrame.server(0x88, RawFrame.closePayload(code, "")))
        #expect(await server.signals.next() == "\(WebSocketEnd.closed(code: code, reason: "bye"))")
        await server.stop()
    }

    @Test func aCloseWithoutACodeIsAnsweredWithoutOne() async throws {
        let server = try await TestServer()
        #expect(try await server.frames(after: RawFrame.client(0x88)) == RawFrame.server(0x88))
        #expect(await server.signals.next() == "\(WebSocketEnd.closed(code: nil, reason: ""))")
        await server.stop()
    }

    // MARK: Peers that do not do their part

    @Test func whoIsSilentIsPingedAndThenDead() async throws {
        var limits = WebSocketLimits()
        limits.heartbeat = .milliseconds(200)
        let server = try await TestServer(limits: limits)
        let client = try await server.rawSocket()
        #expect(await client.read(count: 2) == RawFrame.server(0x89))
        client.send(RawFrame.client(0x8A))
        #expect(await client.read(count: 2) == RawFrame.server(0x89))
        #expect(await client.read(count: .max) == [])
        #expect(await server.signals.next() == "\(WebSocketEnd.failed(reason: "the peer is silent"))")
        await server.stop()
    }

    @Test func whoDoesNotAnswerACloseFrameIsCut() async throws {
        var limits = WebSocketLimits()
        limits.close = .milliseconds(100)
        let server = try await TestServer(limits: limits)
        let client = try await server.rawSocket()
        async let stopped: Void = server.stop(grace: .seconds(60))
        #expect(
            await client.read(count: .max)
                == RawFrame.server(0x88, RawFrame.closePayload(1001, "shutting down")))
        #expect(
            await server.signals.next()
                == "\(WebSocketEnd.failed(reason: "the peer did not answer the close frame"))")
        await stopped
    }

    @Test func whoBreaksOffIsGone() async throws {
        let server = try await TestServer()
        let client = try await server.rawSocket()
        await client.close()
        #expect(await server.signals.next() == "\(WebSocketEnd.failed(reason: "the connection broke off"))")
        await server.stop()
    }

    /// Pings and messages alike: what is not read by the peer must not pile up here.
    @Test func whoSendsWithoutReadingMakesNothingGrow() async throws {
        var limits = WebSocketLimits()
        limits.controlBurst = 1 << 30
        let server = try await TestServer(limits: limits)
        let payload = [UInt8](repeating: 1, count: 125)
        for piece in [RawFrame.client(0x89, payload), RawFrame.client(0x82, payload)] {
            let client = try await server.rawSocket()
            await client.pause()
            let pieces = (0..<500).flatMap { _ in piece }
            _ = await client.flood(pieces, upTo: 64 << 20)
            #expect(try await server.unsentByteCount() <= 256 << 10)
            #expect(try await server.unreadByteCount() <= 128 << 10)
            await client.close()
            _ = await server.signals.next()
        }
        await server.stop()
    }

    @Test func whoReadsNothingIsCut() async throws {
        let server = try await TestServer { $0.limits.write = .milliseconds(200) }
        let client = try await server.rawSocket()
        await client.pause()
        // Ends when the server does.
        _ = await client.flood(
            RawFrame.client(0x82, [UInt8](repeating: 1, count: 60_000)), upTo: 256 << 20,
            quietFor: .seconds(20))
        #expect(await server.signals.next() == "\(WebSocketEnd.failed(reason: "the peer does not read"))")
        await client.close()
        await server.stop()
    }

    @Test func messagesThatNobodyTakesWaitInTheNetwork() async throws {
        let server = try await TestServer()
        let client = try await server.rawSocket("/quiet")
        let sent = await client.flood(
            RawFrame.client(0x82, [UInt8](repeating: 1, count: 60_000)), upTo: 1 << 30)
        #expect(sent < 16 << 20)
        #expect(try await server.unreadByteCount() <= 128 << 10)
        await client.close()
        await server.stop()
    }

    /// A client's messages that nobody takes, and what it sends to a server that does not read, wait too.
    @Test func aClientWaitsForItsReaderAndItsServer() async throws {
        let server = try await TestServer()
        guard case .open(let socket) = try await server.client.openWebSocket("/quiet", within: .seconds(5))
        else {
            Issue.record("refused")
            return
        }
        let sender = Task {
            var count = 0
            while count < 10_000 {
                try await socket.send([UInt8](repeating: 1, count: 60_000), as: .binary)
                count += 1
            }
            return count
        }
        socket.close()
        await #expect(throws: ConnectionClosed.self) { try await sender.value }
        await server.stop()
    }

    /// A server that pings without end and reads no pong.
    @Test func aServerThatFloodsPingsIsLeft() async throws {
        let server = try RawServer { connection in
            guard let request = receive(from: connection),
                let key = String(decoding: request, as: UTF8.self).firstMatch(
                    of: #/Sec-WebSocket-Key: (.*)\r\n/#)?.1
            else { return }
            let answer = """
                HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                Sec-WebSocket-Accept: \(WebSocketHandshake.answer(to: String(key)))\r\n\r\n
                """
            guard sendAll(Array(answer.utf8), to: connection) else { return }
            let pings = (0..<500).flatMap { _ in RawFrame.server(0x89, [UInt8](repeating: 1, count: 125)) }
            while sendAll(pings, to: connection) {}
        }
        let client = Client(Endpoint(host: "127.0.0.1", port: server.port, isSecure: false))
        guard case .open(let socket) = try await client.openWebSocket("/ws", within: .seconds(5)) else {
            Issue.record("refused")
            return
        }
        let end = WebSocketEnd.failed(reason: "too many control frames")
        await #expect(throws: WebSocketClosed(end: end)) { for try await _ in socket.messages {} }
    }
}
