import Foundation
import HTTP
import Logging
import Networking
import RelayAPI
import Services
import TestSupport

@testable import RelayServer

/// A real relay on a port of its own over a real database file.
struct TestRelay: Sendable {
    let port: Int
    let client: Client
    let store: SQLiteRelayStore
    /// Begins a graceful shutdown.
    let stop: @Sendable () -> Void
    let log: LogRecorder

    /// Runs a relay while `body` runs.
    static func run<Value: Sendable>(
        in folder: ScratchDirectory, limits: QueueLimits = QueueLimits(),
        configure: (inout RelayConfiguration) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = { Date().milliseconds },
        _ body: @escaping @Sendable (TestRelay) async throws -> Value
    ) async throws -> Value {
        try await run(
            at: folder.file("relay.db"), limits: limits, configure: configure, now: now, body)
    }

    static func run<Value: Sendable>(
        at path: String, limits: QueueLimits = QueueLimits(),
        configure: (inout RelayConfiguration) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = { Date().milliseconds },
        _ body: @escaping @Sendable (TestRelay) async throws -> Value
    ) async throws -> Value {
        var configuration = RelayConfiguration()
        configuration.port = 0
        configuration.figuresLifetime = .zero
        configure(&configuration)
        let store = try SQLiteRelayStore(path: path, limits: limits)
        let log = LogRecorder(from: .debug)
        return try await ServiceGroup.running { announce in
            let relay = try buildRelay(
                configuration, store: store, logger: log.logger, now: now, onRunning: announce)
            return ServiceGroup([("relay", relay)], signals: [], logger: log.logger)
        } _: { port, group in
            try await body(
                TestRelay(
                    port: port, client: try Client.local(port: port), store: store,
                    stop: { group.stop() }, log: log))
        }
    }

    func request(
        _ method: HTTPMethod, _ path: String, token: String? = nil, body: [UInt8]? = nil,
        isStreamed: Bool = false
    ) async throws -> Answer {
        var fields: HTTPFields = [:]
        if let token { fields["Authorization"] = "Bearer \(token)" }
        if isStreamed { return try await stream(method, path, fields, body ?? []) }
        let response = try await client.send(
            method, path, fields: fields, body: body ?? [], within: .seconds(60), maxBody: 1 << 20)
        return Answer(status: response.status, fields: response.fields, body: Data(response.body))
    }

    /// Sends the body in chunks, without saying how long it is.
    private func stream(
        _ method: HTTPMethod, _ path: String, _ fields: HTTPFields, _ body: [UInt8]
    ) async throws -> Answer {
        let connection = try RawConnection(port: port)
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        try await connection.send(
            """
            \(method.rawValue) \(path) HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\(lines)\
            Transfer-Encoding: chunked\r\n\r\n
            """)
        // The relay need not read to the end of what is too large.
        for start in stride(from: 0, to: body.count, by: 16_384) {
            let part = body[start..<min(start + 16_384, body.count)]
            try? await connection.send(
                Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8))
        }
        try? await connection.send("0\r\n\r\n")
        return try Answer(text: await connection.answerUntilClosed())
    }

    func request(
        _ method: HTTPMethod, _ path: String, token: String? = nil, json: some Encodable
    ) async throws -> Answer {
        try await request(method, path, token: token, body: Array(JSONEncoder().encode(json)))
    }
}

extension Client {
    static func local(port: Int) throws -> Client {
        guard let endpoint = Endpoint(url: "http://127.0.0.1:\(port)") else {
            throw TestFailure("no endpoint")
        }
        return Client(endpoint)
    }
}

struct Answer: Sendable {
    let status: Int
    let fields: HTTPFields
    let body: Data

    var mediaType: String? { fields["Content-Type"] }
    var retryAfter: String? { fields["Retry-After"] }

    init(status: Int, fields: HTTPFields, body: Data) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }

    /// Reads what came on a connection of its own.
    init(text: String) throws {
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        let lines = parts.first?.split(separator: "\r\n") ?? []
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw TestFailure("the relay answered \(text)")
        }
        var fields: HTTPFields = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            fields.add(String(pair[0]), pair[1].trimmingCharacters(in: .whitespaces))
        }
        self.init(status: status, fields: fields, body: Data((parts.dropFirst().first ?? "").utf8))
    }

    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: body)
    }

    /// The code of a problem, which must be of the problem media type.
    var code: Problem.Code? {
        guard mediaType == Problem.mediaType else { return nil }
        return try? json(Problem.self).code
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
