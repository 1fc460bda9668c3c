import HTTP
import Synchronization

@testable import Networking

/// A server with a loop of its own and something of everything.
final class TestServer: Sendable {
    let loop = EventLoop()
    let server: HTTPServer
    let port: Int
    let signals: Signals

    /// What handlers tell tests.
    final class Signals: Sendable {
        let written = Atomic(0)
        let events: AsyncStream<String>
        private let event: AsyncStream<String>.Continuation

        init() { (events, event) = AsyncStream.makeStream() }

        func tell(_ text: String) { event.yield(text) }
        /// The next thing told.
        func next() async -> String? {
            var iterator = events.makeAsyncIterator()
            return await iterator.next()
        }
    }

    init(
        limits: WebSocketLimits = WebSocketLimits(), _ change: (inout ServerConfiguration) -> Void = { _ in }
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        change(&configuration)
        loop.start()
        let signals = Signals()
        self.signals = signals
        server = HTTPServer(loops: [loop], configuration: configuration) { request in
            await Self.respond(request, signals, limits)
        }
        port = try await server.start()
    }

    var endpoint: Endpoint { Endpoint(host: "127.0.0.1", port: port, isSecure: false) }
    var client: Client { Client(endpoint, loop: loop) }

    func stop(grace: Duration = .seconds(5)) async { await server.shutdown(grace: grace) }

    /// What a raw client gets for these bytes until the server ends.
    func answer(to text: String) async throws -> String {
        let client = try await RawClient.connect(port)
        client.send(text)
        return await client.readToEnd()
    }

    private static func respond(
        _ request: ServerRequest, _ signals: Signals, _ limits: WebSocketLimits
    ) async -> ServerResponse {
        switch request.path {
        case "/hello":
            return ServerResponse(fields: ["Content-Type": "text/plain"], body: .bytes(Array("hello".utf8)))
        case "/echo":
            do { return ServerResponse(body: .bytes(try await request.body.collect(upTo: 1 << 20))) } catch {
                signals.tell("\(type(of: error))")
                return ServerResponse(status: 400)
            }
        case "/small":
            do { return ServerResponse(body: .bytes(try await request.body.collect(upTo: 10))) } catch {
                return ServerResponse(status: 413)
            }
        case "/refuse": return ServerResponse(status: 401)
        case "/big": return ServerResponse(body: .bytes([UInt8](repeating: 98, count: 1 << 20)))
        case "/count":
            return ServerResponse(
                body: .stream { writer in
                    for number in 0..<3 { try await writer.write(Array("\(number)\n".utf8)) }
                })
        case "/broken":
            return ServerResponse(
                body: .stream { writer in
                    try await writer.write([97])
                    throw ConnectionClosed()
                })
        case "/endless":
            return ServerResponse(
                body: .stream { writer in
                    let piece = [UInt8](repeating: 97, count: 16 << 10)
                    do {
                        while true {
                            try await writer.write(piece)
                            signals.written.add(piece.count, ordering: .relaxed)
                        }
                    } catch {
                        signals.tell("\(type(of: error))")
                        throw error
                    }
                })
        case "/events":
            return ServerResponse(
                body: .stream { writer in
                    try await writer.write(Array("event\n".utf8))
                    // Until it is cancelled; longer than any test waits.
                    try? await Task.sleep(for: .seconds(60))
                    signals.tell(Task.isCancelled ? "cancelled" : "slept")
                })
        case "/wait":
            signals.tell("waiting")
            // As above.
            try? await Task.sleep(for: .seconds(60))
            signals.tell("waited")
            return ServerResponse()
        case "/pieces":
            var sizes: [Int] = []
            do { for try await piece in request.body { sizes.append(piece.count) } } catch {}
            return ServerResponse(body: .bytes(Array("\(sizes.reduce(0, +))".utf8)))
        case "/duplex":
            return ServerResponse(
                body: .stream { writer in
                    for try await piece in request.body { try await writer.write(piece) }
                })
        case "/about":
            let lines = [
                request.method.rawValue, request.path, request.query["q"] ?? "-", request.remoteAddress,
                "\(request.isSecure)", request.fields["Host"] ?? "-",
            ]
            return ServerResponse(
                status: 200, fields: ["X-Id": request.id],
                body: .bytes(Array(lines.joined(separator: " ").utf8)))
        case "/close": return ServerResponse(fields: ["Connection": "close"])
        case "/none": return ServerResponse(status: 204)
        case "/ws", "/": return ServerResponse(body: .webSocket(limits: limits, handler: Echo(signals)))
        case "/chat":
            return ServerResponse(
                fields: ["X-Extra": "yes"],
                body: .webSocket(protocol: "chat", limits: limits, handler: Echo(signals)))
        case "/quiet":
            return ServerResponse(body: .webSocket(limits: limits, handler: Quiet(signals)))
        default: return ServerResponse(status: 404)
        }
    }
}

/// Sends back what comes, and tells how sockets end.
final class Echo: WebSocketHandler {
    private let signals: TestServer.Signals

    init(_ signals: TestServer.Signals) { self.signals = signals }

    func received(_ messages: [WebSocketMessage], on socket: WebSocket) {
        for message in messages { socket.send(message.bytes, as: message.kind) }
    }

    func ended(_ socket: WebSocket, _ end: WebSocketEnd) { signals.tell("\(end)") }
}

/// Reads nothing.
final class Quiet: WebSocketHandler {
    private let signals: TestServer.Signals

    init(_ signals: TestServer.Signals) { self.signals = signals }

    func opened(_ socket: WebSocket) { socket.pauseReading() }
    func received(_ messages: [WebSocketMessage], on socket: WebSocket) { signals.tell("received") }
    func ended(_ socket: WebSocket, _ end: WebSocketEnd) { signals.tell("\(end)") }
}
