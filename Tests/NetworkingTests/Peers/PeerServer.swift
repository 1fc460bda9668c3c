import Foundation
import HTTP
import Networking
import TestSupport
import Testing

/// What the peers from elsewhere talk to: a server with one path for each thing that a client may do.
final class PeerServer: Sendable {
    let port: Int
    private let server: HTTPServer
    private let loop = EventLoop()

    var base: String { "http://127.0.0.1:\(port)" }

    /// - Parameter tls: Non-nil serves HTTPS.
    /// - Throws: `ListenError`.
    init(tls: TLSContext? = nil) async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.limits.http.body = 64 << 20
        if let tls { configuration.tls = { tls } }
        loop.start()
        server = HTTPServer(
            loops: [loop], configuration: configuration, failure: { ServerResponse(status: $0.status) },
            respond: PeerServer.respond)
        port = try await server.start()
    }

    func stop() async {
        await server.shutdown(grace: .seconds(5))
        loop.stop()
    }

    private static func respond(to request: ServerRequest) async -> ServerResponse {
        do {
            switch request.path {
            case "/hello": return ServerResponse(body: .bytes(Array("hello".utf8)))
            case "/none": return ServerResponse(status: 204)
            case "/echo": return ServerResponse(body: .bytes(try await request.body.collect(upTo: 64 << 20)))
            case "/stream":
                return ServerResponse(
                    body: .stream { writer in
                        for number in 0..<1000 { try await writer.write(Array("\(number)\n".utf8)) }
                    })
            case "/socket", "/":
                var limits = WebSocketLimits()
                limits.message = 32 << 20
                limits.fragments = .max
                return ServerResponse(body: .webSocket(limits: limits, handler: PatientEcho()))
            default: return ServerResponse(status: 404, body: .bytes(Array("not found".utf8)))
            }
        } catch {
            return ServerResponse(status: 500)
        }
    }
}

/// Sends back what comes, and reads no more while the peer does not read.
final class PatientEcho: WebSocketHandler {
    func received(_ messages: [WebSocketMessage], on socket: WebSocket) {
        for message in messages { socket.send(message.bytes, as: message.kind) }
        if !socket.isWritable { socket.pauseReading() }
    }

    func becameWritable(_ socket: WebSocket) { socket.resumeReading() }
}

/// A program from elsewhere that may be missing on this machine.
enum Peer {
    static let python = ProcessInfo.processInfo.environment["SYSMAINT_PYTHON"]
    static let kosoku = python.map {
        URL(filePath: $0).deletingLastPathComponent().appending(path: "kosoku").path
    }

    static func path(of program: String) -> String? {
        ["/usr/bin/", "/usr/sbin/", "/usr/local/bin/"].map { $0 + program }
            .first(where: FileManager.default.isExecutableFile)
    }

    static func script(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Scripts", withExtension: nil)).appending(path: name).path
    }

    /// Runs a program to its end.
    @discardableResult
    static func run(_ program: String?, _ arguments: [String]) async throws -> ChildProcess.Output {
        let folder = try ScratchDirectory()
        let output = try await ChildProcess(
            try #require(program), arguments, in: folder, environment: ["HOME": folder.url.path]
        )
        .end(within: .seconds(300))
        #expect(output.status == 0, "\(output.text)\n\(output.log)")
        return output
    }
}
