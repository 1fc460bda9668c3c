import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Networking

@Suite(.serialized) struct HTTPServerTests {
    private let get = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
    private let lastGet = "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    // MARK: What is answered

    @Test func aClientGetsAnswersOfEveryKind() async throws {
        let server = try await TestServer()
        let client = server.client
        let hello = try await client.send(.get, "/hello", within: .seconds(5))
        #expect(hello.status == 200)
        #expect(hello.body == Array("hello".utf8))
        #expect(hello.fields["Content-Length"] == "5")
        #expect(try #require(hello.fields["Date"]).hasSuffix(" GMT"))
        let body = [UInt8](repeating: 7, count: 500_000)
        #expect(try await client.send(.post, "/echo", body: body, within: .seconds(5)).body == body)
        #expect(try await client.send(.get, "/count", within: .seconds(5)).body == Array("0\n1\n2\n".utf8))
        #expect(try await client.send(.get, "/nothing", within: .seconds(5)).status == 404)
        #expect(try await client.send(.get, "/none", within: .seconds(5)).status == 204)
        // Nothing but the connection that is kept.
        #expect(server.server.connectionCount == 1)
        await server.stop()
    }

    @Test func aHandlerSeesTheRequest() async throws {
        let server = try await TestServer()
        let answer = try await server.client.send(.put, "/about?q=a%20b", within: .seconds(5))
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == "PUT /about a b 127.0.0.1 false 127.0.0.1:\(server.port)")
        let other = try await server.client.send(.put, "/about", within: .seconds(5))
        #expect(answer.fields["X-Id"] != other.fields["X-Id"])
        await server.stop()
    }

    @Test func aWholeURLNamesTheHost() async throws {
        let server = try await TestServer()
        let answer = try await server.answer(
            to: "GET http://named:1/about HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(answer.hasSuffix("GET /about - 127.0.0.1 false named:1"))
        await server.stop()
    }

    @Test func HEADIsAnsweredWithoutABody() async throws {
        let server = try await TestServer()
        for path in ["/hello", "/count", "/big"] {
            let answer = try await server.answer(to: "HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n" + lastGet)
            let parts = answer.components("\r\n\r\n")
            #expect(parts.count == 3, "\(path)")
            #expect(parts[1].hasPrefix("HTTP/1.1 200 OK"), "\(path)")
            #expect(parts[2] == "hello")
        }
        let head = try await server.answer(to: "HEAD /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(head.contains("Content-Length: 1048576\r\n"))
        let streamed = try await server.answer(
            to: "HEAD /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(!streamed.contains("Content-Length"))
        await server.stop()
    }

    @Test func pipelinesAreAnsweredInOrder() async throws {
        let server = try await TestServer()
        let post = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
        let chunked =
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ndef\r\n0\r\n\r\n"
        let answer = try await server.answer(to: get + post + chunked + lastGet + get)
        #expect(answer.bodies == ["hello", "abc", "def", "hello"])
        await server.stop()
    }

    /// Answers that are ready at once must not call each other, nor pile up for a client that does not read.
    @Test func aLongPipelineIsAnsweredWhole() async throws {
        let server = try await TestServer()
        let answer = try await server.answer(to: String(repeating: get, count: 20_000) + lastGet)
        #expect(answer.bodies.count == 20_001)
        await server.stop()
    }

    @Test func streamsAreChunkedForHTTP11AndEndTheConnectionForHTTP10() async throws {
        let server = try await TestServer()
        let new = try await server.answer(to: "GET /count HTTP/1.1\r\nHost: x\r\n\r\n" + lastGet)
        #expect(new.contains("Transfer-Encoding: chunked\r\n"))
        #expect(new.contains("\r\n\r\n2\r\n0\n\r\n2\r\n1\n\r\n2\r\n2\n\r\n0\r\n\r\nHTTP/1.1 200"))
        let old = try await server.answer(to: "GET /count HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(!old.contains("Transfer-Encoding"))
        #expect(old.contains("Connection: close\r\n"))
        #expect(old.hasSuffix("\r\n\r\n0\n1\n2\n"))
        await server.stop()
    }

    @Test func aStreamThatFailsDoesNotLookWhole() async throws {
        let server = try await TestServer()
        let answer = try await server.answer(to: "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(!answer.hasSuffix("0\r\n\r\n"))
        await #expect(throws: ConnectionError.brokenOff(server.endpoint)) {
            try await server.client.send(.get, "/broken", within: .seconds(5))
        }
        await server.stop()
    }

    @Test func HTTP10IsKeptOnlyWhereItAsks() async throws {
        let server = try await TestServer()
        #expect(try await server.answer(to: "GET /hello HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\nhello"))
        let kept = try await server.answer(
            to: "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n")
        #expect(kept.contains("Connection: keep-alive\r\n"))
        #expect(kept.bodies == ["hello", "hello"])
        await server.stop()
    }

    @Test func aHandlerCanEndTheConnection() async throws {
        let server = try await TestServer()
        let answer = try await server.answer(to: "GET /close HTTP/1.1\r\nHost: x\r\n\r\n" + get)
        #expect(answer.components("HTTP/1.1").count == 2)
        #expect(answer.contains("Connection: close\r\n"))
        await server.stop()
    }

    /// RFC 9112, section 9.6.
    @Test func whoHasClosedItsHalfGetsTheWholeAnswer() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        await client.halfClose()
        #expect(await client.readToEnd().bodies.first?.utf8.count == 1 << 20)
        await server.stop()
    }

    // MARK: Bodies of requests

    @Test func continueIsSaidWhenTheBodyIsWanted() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        let head = "Host: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        client.send("POST /echo HTTP/1.1\r\n" + head)
        #expect(await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("abc" + lastGet)
        #expect(await client.readToEnd().bodies == ["abc", "hello"])
        // Nobody wants this one: no word, and no further request that the body could be taken for.
        let refused = try await server.answer(to: "POST /refuse HTTP/1.1\r\n" + head)
        #expect(refused.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
        #expect(refused.contains("Connection: close\r\n"))
        // Who sends it all the same has not waited for a word.
        let eager = try await server.answer(to: "POST /echo HTTP/1.1\r\n" + head + "abc" + lastGet)
        #expect(eager.bodies == ["abc", "hello"])
        await server.stop()
    }

    @Test func anUnreadBodyThatIsThereIsPassedOver() async throws {
        let server = try await TestServer()
        let answer = try await server.answer(
            to: "POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + lastGet)
        #expect(answer.bodies == ["", "hello"])
        let open = try await server.answer(
            to: "POST /refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabc")
        #expect(open.contains("Connection: close\r\n"))
        await server.stop()
    }

    /// The answer must arrive although the client goes on sending what nobody reads.
    @Test func aBodyTooLargeForItsHandlerIsAnswered() async throws {
        let server = try await TestServer()
        for size in [10, 11, 1 << 20] {
            let answer = try await server.client.send(
                .post, "/small", body: [UInt8](repeating: 97, count: size), within: .seconds(5))
            #expect(answer.status == (size > 10 ? 413 : 200))
        }
        await server.stop()
    }

    @Test func bodiesCanBeEchoedWhileTheyCome() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        client.send("POST /duplex HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        _ = await client.read(until: "\r\n\r\n")
        for word in ["one", "three"] {
            client.send("\(word.utf8.count)\r\n\(word)\r\n")
            #expect(await client.read(until: "\(word)\r\n") == "\(word.utf8.count)\r\n\(word)\r\n")
        }
        client.send("0\r\n\r\n" + lastGet)
        #expect(await client.readToEnd().hasPrefix("0\r\n\r\nHTTP/1.1 200 OK\r\n"))
        await server.stop()
    }

    // MARK: Hostile requests

    @Test(arguments: HostileRequest.all)
    func hostileRequestsAreAnsweredWithTheirStatus(_ request: HostileRequest) async throws {
        let server = try await TestServer()
        for bytewise in [false, true] {
            // A byte to a packet for as long as that is of interest.
            let client = try await RawClient.connect(server.port)
            let count = bytewise ? min(request.bytes.count, 300) : 0
            await client.sendBytewise(Array(request.bytes.prefix(count)))
            client.send(Array(request.bytes.dropFirst(count)) + Array(get.utf8))
            let answer = await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "), "\(request.name)")
            #expect(answer.contains("Connection: close\r\n"), "\(request.name)")
            // Nothing of what was smuggled along is answered.
            #expect(answer.components("HTTP/1.1 ").count == 2, "\(request.name)")
        }
        await server.stop()
    }

    @Test func upgradesToOtherProtocolsAreServedAsWhatTheyAlsoAre() async throws {
        let server = try await TestServer()
        let answer = try await server.answer(
            to: "GET /hello HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n" + lastGet)
        #expect(answer.bodies == ["hello", "hello"])
        await server.stop()
    }

    // MARK: Time

    @Test(arguments: [
        "GET /hello HTTP/1.1\r\nHos", "G", "\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
    ])
    func slowRequestsAreCut(_ text: String) async throws {
        let server = try await TestServer { $0.limits.request = .milliseconds(100) }
        #expect(try await server.answer(to: text).hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        await server.stop()
    }

    /// However steadily it trickles: a deadline, not a pause.
    @Test func tricklingRequestsAreCut() async throws {
        let server = try await TestServer {
            $0.limits.request = .milliseconds(300)
            $0.limits.http.fields = 1 << 30
            $0.limits.http.fieldCount = 1 << 30
        }
        let client = try await RawClient.connect(server.port)
        client.send("GET /hello HTTP/1.1\r\n")
        let sender = Task {
            while !Task.isCancelled {
                client.send("A: b\r\n")
                // The pace of the trickle.
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        #expect(await client.readToEnd().hasPrefix("HTTP/1.1 408 "))
        sender.cancel()
        await server.stop()
    }

    @Test func silentConnectionsAreClosedWithoutAWord() async throws {
        let server = try await TestServer { $0.limits.idle = .seconds(1) }
        #expect(try await server.answer(to: "") == "")
        // Between requests too.
        #expect(try await server.answer(to: get).bodies == ["hello"])
        await server.stop()
    }

    @Test func whoReadsNothingIsCut() async throws {
        let server = try await TestServer { $0.limits.write = .milliseconds(200) }
        let client = try await RawClient.connect(server.port)
        await client.pause()
        client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(await server.signals.next() == "ConnectionClosed")
        await server.stop()
    }

    // MARK: Back pressure

    @Test func aStreamWaitsForItsReader() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        await client.pause()
        client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        var (last, since) = (0, ContinuousClock.now)
        while since.duration(to: .now) < .milliseconds(300) {
            let written = server.signals.written.load(ordering: .relaxed)
            if written != last { (last, since) = (written, .now) }
            await aMoment()
        }
        // What two sockets hold on loopback, and little more.
        #expect(last > 0 && last < 16 << 20)
        #expect(try await server.unsentByteCount() <= 128 << 10)
        await client.resume()
        while server.signals.written.load(ordering: .relaxed) < last + 8 << 20 { await aMoment() }
        await client.close()
        #expect(await server.signals.next() == "ConnectionClosed")
        await server.stop()
    }

    @Test func aBodyThatNobodyReadsWaitsInTheNetwork() async throws {
        let server = try await TestServer { $0.limits.http.body = 1 << 30 }
        let client = try await RawClient.connect(server.port)
        client.send("POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: \(1 << 30)\r\n\r\n")
        #expect(await server.signals.next() == "waiting")
        let sent = await client.flood([UInt8](repeating: 97, count: 64 << 10), upTo: 1 << 30)
        #expect(sent < 16 << 20)
        #expect(try await server.unreadByteCount() <= 128 << 10)
        await client.close()
        await server.stop()
    }

    @Test func aLargeBodyIsReadInPieces() async throws {
        let server = try await TestServer { $0.limits.http.body = 1 << 30 }
        let body = [UInt8](repeating: 97, count: 20_000_000)
        let answer = try await server.client.send(.post, "/pieces", body: body, within: .seconds(20))
        #expect(answer.body == Array("20000000".utf8))
        await server.stop()
    }

    // MARK: Leaving

    @Test func aHandlerIsCancelledWhenItsClientLeaves() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = await client.read(until: "event\n\r\n")
        await client.close()
        #expect(await server.signals.next() == "cancelled")
        await server.stop()
    }

    @Test func aBodyThatBreaksOffEndsItsHandler() async throws {
        let server = try await TestServer()
        let client = try await RawClient.connect(server.port)
        client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na")
        await client.halfClose()
        #expect(await client.readToEnd() == "")
        #expect(await server.signals.next() == "ConnectionClosed")
        await server.stop()
    }
}

extension TestServer {
    /// What the server holds in memory for its one client to read.
    func unsentByteCount() async throws -> Int { try await stream { $0.outputCount } }
    func unreadByteCount() async throws -> Int { try await stream { $0.inputCount } }

    private func stream(_ read: @escaping @Sendable (ByteStream) -> Int) async throws -> Int {
        await withCheckedContinuation { continuation in
            loop.execute { [server] in
                continuation.resume(returning: server.rooms[0].streams.values.map(read).reduce(0, +))
            }
        }
    }
}

extension String {
    func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    /// The bodies of responses that say their length.
    var bodies: [String] {
        var bodies: [String] = []
        var rest = Array(utf8)[...]
        var reader = ResponseReader(to: .get)
        while let step = try? reader.read(rest.span.bytes) {
            rest = rest.dropFirst(step.consumed)
            switch step.event {
            case .head: bodies.append("")
            case .body(let piece): bodies[bodies.count - 1] += String(decoding: piece, as: UTF8.self)
            case .end: reader = ResponseReader(to: .get)
            case nil: return bodies
            }
        }
        return bodies
    }
}
