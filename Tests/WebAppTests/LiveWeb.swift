import Foundation
import HTTP
import Logging
import Networking
import RelayAPI
import Services
import TestSupport
import Testing

@testable import WebApp

/// A web on a real port, and a client that keeps its connections.
struct LiveWeb: Sendable {
    let port: Int
    let stop: @Sendable () -> Void
    private let client: Client

    /// Asks over TLS where there are `authorities`, a PEM file.
    init(port: Int, authorities: String? = nil, stop: @escaping @Sendable () -> Void = {}) throws {
        self.port = port
        self.stop = stop
        client = Client(
            Endpoint(
                host: authorities == nil ? "127.0.0.1" : "localhost", port: port,
                isSecure: authorities != nil),
            tls: try authorities.map { try TLSContext.client(authorities: $0) })
    }

    func get(_ path: String, fields: HTTPFields = [:]) async throws -> ClientResponse {
        try await send(.get, path, fields: fields)
    }

    func post(
        _ path: String, _ body: String?, fields: HTTPFields = ["Content-Type": "application/json"]
    ) async throws -> ClientResponse {
        try await send(.post, path, fields: fields, body: body)
    }

    func send(
        _ method: HTTPMethod, _ path: String, fields: HTTPFields = [:], body: String? = nil
    ) async throws -> ClientResponse {
        try await client.send(
            method, path, fields: fields, body: body.map { Array($0.utf8) } ?? [], within: .seconds(60),
            maxBody: 16 << 20)
    }

    func events(after id: String? = nil, fields: HTTPFields = [:]) async throws -> EventReader {
        var fields = fields
        fields["Last-Event-ID"] = id
        var reader = try await EventReader(port: port, fields: fields)
        let head = try #require(try await reader.head())
        #expect(head.status == 200)
        #expect(head.fields["Content-Type"] == "text/event-stream")
        return reader
    }
}

extension ClientResponse {
    var text: String { String(decoding: body, as: UTF8.self) }

    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body))
    }

    /// The stable code of a problem; nil for another answer.
    var problem: String? {
        guard fields["Content-Type"] == Problem.mediaType, let problem = try? json(Problem.self) else {
            return nil
        }
        return problem.status == status ? problem.code.rawValue : nil
    }
}

/// Takes a stream of server-sent events apart.
struct EventReader {
    struct Event {
        var id: String?
        var name = ""
        var data = ""
    }

    private let connection: RawConnection
    private var reader: ResponseReader
    private var input: [UInt8] = []
    private var text = ""

    init(port: Int, fields: HTTPFields) async throws {
        connection = try RawConnection(port: port)
        var limits = HTTPLimits()
        limits.body = .max
        reader = ResponseReader(to: .get, limits: limits)
        var head = HTTPRequestHead(method: .get, target: "/api/events", fields: fields)
        if head.fields["Host"] == nil { head.fields["Host"] = "localhost:\(port)" }
        try await connection.send(MessageWriter.bytes(of: head))
    }

    mutating func head() async throws -> HTTPResponseHead? {
        while let part = try await part() {
            if case .head(let head) = part { return head }
        }
        return nil
    }

    /// The next event; nil at the end of the stream.
    mutating func next() async throws -> Event? {
        while true {
            if let end = text.range(of: "\n\n") {
                let block = text[..<end.lowerBound]
                text = String(text[end.upperBound...])
                return Self.event(block)
            }
            guard case .body(let piece) = try await part() else { return nil }
            text += String(decoding: piece, as: UTF8.self)
        }
    }

    private mutating func part() async throws -> ResponseReader.Event? {
        while true {
            let bytes = input
            let (event, consumed) = try reader.read(bytes.span.bytes)
            input.removeFirst(consumed)
            if event != nil { return event }
            guard let more = await connection.receive() else { return nil }
            input += more
        }
    }

    /// The next event with this name.
    mutating func next(named name: String) async throws -> Event? {
        while let event = try await next() {
            if event.name == name { return event }
        }
        return nil
    }

    private static func event(_ block: Substring) -> Event {
        var event = Event()
        for line in block.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.last.map { String($0.drop { $0 == " " }) } ?? ""
            switch parts.first {
            case "id": event.id = value
            case "event": event.name = value
            case "data": event.data = value
            default: break
            }
        }
        return event
    }
}

extension Fixture {
    /// Serves while `body` runs, then stops in an orderly way.
    func live(_ body: @escaping @Sendable (LiveWeb) async throws -> Void) async throws {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let group = ServiceGroup([("web", app { bound.yield($0) })], signals: [], logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { bound.finish() }
                try await group.run()
            }
            defer { group.stop() }
            let port = try #require(await ports.first { _ in true })
            try await body(LiveWeb(port: port) { group.stop() })
            group.stop()
            try await tasks.waitForAll()
        }
    }
}
