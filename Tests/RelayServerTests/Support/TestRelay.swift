import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import RelayAPI
import ServiceLifecycle
import TestSupport

@testable import RelayServer

/// A real relay on a port of its own over a real database file.
struct TestRelay: Sendable {
    let port: Int
    let store: SQLiteRelayStore
    /// Begins a graceful shutdown.
    let stop: @Sendable () async -> Void
    let log: TestLog

    var url: String { "http://127.0.0.1:\(port)" }

    /// Runs a relay while `body` runs.
    static func run<Value: Sendable>(
        in folder: ScratchDirectory, limits: QueueLimits = QueueLimits(),
        configure: (inout RelayConfiguration) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) },
        _ body: @escaping @Sendable (TestRelay) async throws -> Value
    ) async throws -> Value {
        var configuration = RelayConfiguration()
        configuration.port = 0
        configure(&configuration)
        let store = try SQLiteRelayStore(path: folder.file("relay.db"), limits: limits)
        let log = TestLog()
        let logger = log.logger
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let relay = try buildRelay(configuration, store: store, logger: logger, now: now) { port.yield($0) }
        let group = ServiceGroup(services: [relay], logger: logger)
        return try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask {
                var bound = ports.makeAsyncIterator()
                guard let number = await bound.next() else { throw TestFailure("the relay did not start") }
                let value = try await body(
                    TestRelay(
                        port: number, store: store, stop: { await group.triggerGracefulShutdown() }, log: log)
                )
                await group.triggerGracefulShutdown()
                return value
            }
            var value: Value?
            while let next = try await tasks.next() { value = next ?? value }
            guard let value else { throw TestFailure("the relay stopped before the test did") }
            return value
        }
    }

    func request(
        _ method: HTTPMethod, _ path: String, token: String? = nil, body: [UInt8]? = nil,
        headers: [(String, String)] = [], streamed: Bool = false
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.body =
                streamed
                ? .stream(
                    AsyncStream { parts in
                        parts.yield(ByteBuffer(bytes: body))
                        parts.finish()
                    }, length: .unknown) : .bytes(ByteBuffer(bytes: body))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let data = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: Int(response.status.code), mediaType: response.headers.first(name: "content-type"),
            retryAfter: response.headers.first(name: "retry-after"), headers: response.headers,
            body: Data(data.readableBytesView))
    }

    func request(
        _ method: HTTPMethod, _ path: String, token: String? = nil, json: some Encodable
    ) async throws -> Answer {
        try await request(method, path, token: token, body: Array(JSONEncoder().encode(json)))
    }
}

struct Answer: Sendable {
    let status: Int
    let mediaType: String?
    let retryAfter: String?
    let headers: HTTPHeaders
    let body: Data

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
