import HTTP
import TestSupport
import Testing

@testable import HTTPClient

/// Against the HTTP server of Python's library.
@Suite(.timeLimit(.minutes(5))) struct ExchangeTests {
    private let server: Server
    private let client = HTTPClient { _ in }

    init() async throws { server = try await Server() }

    @Test func responseHasStatusFieldsAndBody() async throws {
        let response = try await client.send(.init(server.url + "/hello"))
        #expect(response.status == 200)
        #expect(response.fields["x-field"] == "a value")
        #expect(response.fields["X-Empty"] == "")
        #expect(try await response.body.collect(upTo: 5) == Array("hello".utf8))
        #expect(try await client.send(.init(server.url + "/missing")).status == 404)
    }

    @Test func interimResponseIsNotTheAnswer() async throws {
        let response = try await client.send(.init(server.url + "/interim"))
        #expect(response.status == 200)
        #expect(response.fields["X-Field"] == nil)
        #expect(try await response.body.collect(upTo: 100) == Array("final".utf8))
    }

    @Test(arguments: [0, 5, 2_000_000])
    func requestIsSentAsItIs(bodySize: Int) async throws {
        let body = [UInt8](repeating: UInt8(ascii: "b"), count: bodySize)
        let fields: HTTPFields = ["Authorization": "Bearer key", "X-Empty": ""]
        let response = try await client.send(
            .init(server.url + "/echo?x=1", method: .put, fields: fields, body: body))
        let head = """
            PUT /echo?x=1
            accept: */*
            authorization: Bearer key
            content-length: \(bodySize)
            host: 127.0.0.1:\(server.port)
            x-empty: 

            """
        #expect(try await response.body.collect(upTo: 3_000_000) == Array(head.utf8) + body)
    }

    @Test func headHasNoBody() async throws {
        let response = try await client.send(.init(server.url + "/hello", method: .head))
        #expect(response.fields["Content-Length"] == "5")
        #expect(try await response.body.collect(upTo: 0).isEmpty)
    }

    @Test(arguments: ["a\r\nX-Other: b", "a\nb", "a\0b", "a\u{7F}"])
    func fieldThatIsNotOneLineIsNotSent(value: String) async {
        let request = HTTPClient.Request(server.url + "/echo", fields: ["X-Field": value])
        #expect(await client.failure(request) == .invalidField("X-Field"))
    }

    @Test func connectionsAreKept() async throws {
        for _ in 0..<3 { #expect(try await client.text(server.url + "/connection") == "1") }
        // One that the server has closed is not a failure.
        #expect(try await client.text(server.url + "/goodbye") == "bye")
        #expect(try await client.text(server.url + "/connection") == "2")
    }

    @Test func piecesArriveAsTheyAreSent() async throws {
        var pieces = try await client.send(.init(server.url + "/pieces")).body.makeAsyncIterator()
        for number in 0..<3 {
            #expect(try await pieces.next() == Array("piece \(number)".utf8))
            // Only now is the next one sent.
            _ = try await client.text(server.url + "/next")
        }
        #expect(try await pieces.next() == nil)
    }

    @Test func slowReaderHoldsTheServerBack() async throws {
        let size = 100_000_000
        var request = HTTPClient.Request(server.url + "/large?\(size)")
        request.limits.nextPiece = .milliseconds(500)
        let response = try await client.send(request)
        // The server is blocked for a second, longer than it may be silent: it is the reader who takes the time.
        let sentCount = try #require(Int(try await client.text(server.url + "/blocked")))
        #expect(sentCount < size / 2)
        var count = 0
        for try await piece in response.body { count += piece.count }
        #expect(count == size)
    }

    @Test func manyShareAThread() async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await client.text(server.url + "/hello") } }
            for try await text in group { #expect(text == "hello") }
        }
    }

    @Test func bodyMayHaveAsManyBytesAsItsLimit() async throws {
        let url = server.url + "/hello"
        #expect(try await client.send(.init(url)).body.collect(upTo: 5).count == 5)
        let body = try await client.send(.init(url)).body
        await #expect(throws: HTTPClient.Failure.tooLarge(4)) { _ = try await body.collect(upTo: 4) }
    }

    @Test func headHasALimit() async throws {
        let most = EasyHandle.maxHeadByteCount
        #expect(try await client.text(server.url + "/head?\(most - 1000)") == "fine")
        #expect(await client.failure(server.url + "/head?\(most)")?.name == "invalidAnswer")
    }

    @Test(arguments: [
        ("/held", HTTPClient.Failure.Stage.firstByte), ("/silent", .nextPiece), ("/endless", .end),
    ])
    func stagesHaveTimeLimits(_ path: String, stage: HTTPClient.Failure.Stage) async throws {
        var request = HTTPClient.Request(server.url + path)
        let limit = Duration.milliseconds(200)
        switch stage {
        case .connection, .firstByte: request.limits.firstByte = limit
        case .nextPiece: request.limits.nextPiece = limit
        case .end: request.limits.total = limit
        }
        let begin = ContinuousClock.now
        #expect(await client.failure(request) == .timedOut(stage))
        #expect(begin.duration(to: .now) >= limit)
    }

    @Test func timeOutClosesTheConnection() async throws {
        var request = HTTPClient.Request(server.url + "/silent")
        request.limits.nextPiece = .milliseconds(50)
        #expect(await client.failure(request) == .timedOut(.nextPiece))
        _ = try await client.text(server.url + "/closed")
    }

    @Test func connectionHasATimeLimit() async throws {
        // The system takes the connection, and nobody answers: not even TLS begins.
        let listener = try ListeningSocket()
        var request = HTTPClient.Request("https://127.0.0.1:\(listener.port)/")
        request.limits.connection = .milliseconds(200)
        #expect(await client.failure(request) == .timedOut(.connection))
    }

    @Test func cancellationClosesTheConnection() async throws {
        let head = Task { try await client.send(.init(server.url + "/held")).status }
        head.cancel()
        await #expect(throws: HTTPClient.Failure.cancelled) { try await head.value }

        let (begins, begin) = AsyncStream.makeStream(of: Void.self)
        let body = Task {
            for try await _ in try await client.send(.init(server.url + "/silent")).body { begin.yield() }
        }
        for await _ in begins { break }
        body.cancel()
        await #expect(throws: HTTPClient.Failure.cancelled) { try await body.value }
        _ = try await client.text(server.url + "/closed")
    }

    @Test func bodyThatIsLetGoClosesTheConnection() async throws {
        #expect(try await client.send(.init(server.url + "/silent")).status == 200)
        _ = try await client.text(server.url + "/closed")
    }

    @Test func requestOutlivesItsClient() async throws {
        let response = try await HTTPClient { _ in }.send(.init(server.url + "/hello"))
        #expect(try await response.body.collect(upTo: 5) == Array("hello".utf8))
    }
}
