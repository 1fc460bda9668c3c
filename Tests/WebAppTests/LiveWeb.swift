import AsyncHTTPClient
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Testing

@testable import WebApp

/// A web on a real port, and a client that reads streams as they come.
struct LiveWeb {
    let port: Int
    let stop: @Sendable () async -> Void

    var base: String { "http://127.0.0.1:\(port)" }

    struct Reply {
        var status: Int
        var body: String
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> Reply {
        try await send("GET", path, headers: headers)
    }

    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String? = nil
    ) async throws -> Reply {
        let response = try await open(method, path, headers: headers, body: body)
        return Reply(
            status: Int(response.status.code),
            body: String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }

    private func open(
        _ method: String, _ path: String, headers: [(String, String)], body: String? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method)
        request.headers.add(contentsOf: headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    }

    func events(after id: String? = nil) async throws -> EventReader {
        let response = try await open("GET", "/api/events", headers: id.map { [("Last-Event-ID", $0)] } ?? [])
        #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
        return EventReader(body: response.body.makeAsyncIterator())
    }
}

/// Takes a stream of server-sent events apart.
struct EventReader {
    struct Event {
        var id: String?
        var name = ""
        var data = ""
    }

    var body: HTTPClientResponse.Body.AsyncIterator
    private var buffer = ""

    init(body: HTTPClientResponse.Body.AsyncIterator) { self.body = body }

    /// The next event; nil at the end of the stream.
    mutating func next() async throws -> Event? {
        while true {
            if let end = buffer.range(of: "\n\n") {
                let block = buffer[..<end.lowerBound]
                buffer = String(buffer[end.upperBound...])
                return Self.event(block)
            }
            guard let chunk = try await body.next(isolation: #isolation) else { return nil }
            buffer += String(buffer: chunk)
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
        let web = app { port in bound.yield(port) }
        let group = ServiceGroup(
            configuration: .init(
                services: [web], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await ports.first { _ in true })
            do {
                try await body(LiveWeb(port: port) { await group.triggerGracefulShutdown() })
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
