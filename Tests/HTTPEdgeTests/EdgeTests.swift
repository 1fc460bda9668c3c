import Cryptography
import Foundation
import HTTP
import Logging
import Networking
import RelayAPI
import Synchronization
import TestSupport
import Testing

@testable import HTTPEdge

/// The border in front of a real server on a port of its own.
struct EdgeTests {
    private struct Item: Codable, Equatable {
        let name: String
        let count: Int
    }

    private struct Unexpected: Error {}
    private struct Known: Error {}

    private static func router() -> Router {
        var router = Router()
        router.get("/items/:name") { request in Item(name: request.parameter("name"), count: 1) }
        router.post("/items") { request in try await request.json(Item.self) }
        router.delete("/items/:name") { _ in .noContent }
        router.get("/fails") { _ -> Item in throw Unexpected() }
        router.get("/waits") { _ -> Item in throw Problem.rateLimited(.seconds(1.5)) }
        router.get("/known") { _ -> Item in throw Known() }
        router.get("/invalid") { _ -> Item in throw InvalidValue("name", "must not be empty") }
        router.get("/token") { request in request.bearerToken?.exposed ?? "none" }
        return router
    }

    /// Lends a client of a server, and gives what was logged.
    @discardableResult
    private static func run(_ body: (Client) async throws -> Void) async throws -> [String] {
        let log = LogRecorder(from: .debug)
        let edge = Edge(
            router: router(), server: "shop", maxBodyByteCount: 100, notFoundDetail: "See the list.",
            fields: ["X-Content-Type-Options": "nosniff"],
            check: { request in
                if request.path == "/closed" {
                    throw Problem(status: 401, code: .unauthorized, title: "closed")
                }
                return request.path == "/instead" ? ServerResponse(status: 204) : nil
            },
            explain: { error in
                error is Known ? Problem(status: 503, code: .unavailable, title: "known", retryAfter: 7) : nil
            }, logger: log.logger)
        var configuration = ServerConfiguration()
        configuration.port = 0
        let loop = EventLoop()
        loop.start()
        let server = HTTPServer(
            loops: [loop], configuration: configuration, failure: edge.failure, respond: edge.respond)
        let port = try await server.start()
        try await body(Client(try #require(Endpoint(url: "http://127.0.0.1:\(port)"))))
        await server.shutdown(grace: .seconds(5))
        loop.stop()
        return log.lines
    }

    private static func problem(_ response: ClientResponse) throws -> Problem {
        #expect(response.fields["Content-Type"] == "application/problem+json")
        return try JSONDecoder().decode(Problem.self, from: Data(response.body))
    }

    @Test func valuesAreAnsweredAsJSON() async throws {
        try await Self.run { client in
            let response = try await client.send(.get, "/items/pen", within: .seconds(60))
            #expect(response.status == 200)
            #expect(response.fields["Content-Type"] == "application/json")
            #expect(response.fields["Cache-Control"] == "no-store")
            #expect(response.fields["X-Content-Type-Options"] == "nosniff")
            #expect(String(decoding: response.body, as: UTF8.self) == #"{"count":1,"name":"pen"}"#)
            let head = try await client.send(.head, "/items/pen", within: .seconds(60))
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(try await client.send(.delete, "/items/pen", within: .seconds(60)).status == 204)
            #expect(try await client.send(.get, "/instead", within: .seconds(60)).status == 204)
        }
    }

    @Test(arguments: [
        ("/nowhere", 404, "not_found", nil), ("/items", 405, "method_not_allowed", nil),
        ("/fails", 500, "internal_error", nil), ("/waits", 429, "rate_limited", "2"),
        ("/known", 503, "unavailable", "7"), ("/invalid", 400, "invalid_request", nil),
        ("/closed", 401, "unauthorized", nil),
    ])
    func errorsAreProblems(_ path: String, _ status: Int, _ code: String, _ wait: String?) async throws {
        try await Self.run { client in
            let response = try await client.send(.get, path, within: .seconds(60))
            let problem = try Self.problem(response)
            #expect(response.status == status)
            #expect(problem.status == status)
            #expect(problem.code.rawValue == code)
            #expect(response.fields["Retry-After"] == wait)
            #expect((response.fields["WWW-Authenticate"] == "Bearer") == (status == 401))
            #expect((response.fields["Allow"] == "POST") == (status == 405))
        }
    }

    @Test func bodiesAreBoundedAndTheirErrorsNamed() async throws {
        try await Self.run { client in
            func post(_ text: String) async throws -> ClientResponse {
                try await client.send(.post, "/items", body: Array(text.utf8), within: .seconds(60))
            }
            let item = #"{"name":"pen","count":2}"#
            #expect(try await post(item + String(repeating: " ", count: 100 - item.utf8.count)).status == 200)
            let over = try await post(item + String(repeating: " ", count: 101 - item.utf8.count))
            #expect(try Self.problem(over) == .bodyTooLarge(100))
            for (text, says) in [
                ("", "the body is not valid JSON"), ("{", "the body is not valid JSON"),
                (#"{"name":"pen"}"#, "count: is missing"),
                (#"{"name":1,"count":2}"#, "name: is of the wrong type"),
            ] {
                let response = try await post(text)
                #expect(response.status == 400)
                #expect(try Self.problem(response).description.contains(says), "\(text)")
            }
        }
    }

    /// What another reader would understand differently is not accepted at all.
    @Test func jsonHasOneMeaning() async throws {
        try await Self.run { client in
            func problem(_ bytes: [UInt8]) async throws -> Problem {
                try Self.problem(try await client.send(.post, "/items", body: bytes, within: .seconds(60)))
            }
            let repeated = "the body is not valid JSON: a key stands twice in one object"
            for text in [
                #"{"name":"pen","count":2,"count":3}"#, #"{"name":"pen","count":2,"c\u006funt":3}"#,
                #"{"name":"pen","name" : "pen","count":2}"#, #"{"name":"pen","count":2,"x":{"a":1,"a":1}}"#,
                #"{"name":"pen","count":2,"x":[{},{"\"":1,"\"":1}]}"#,
            ] {
                let problem = try await problem(Array(text.utf8))
                #expect(problem.code == .invalidJSON)
                #expect(problem.description == repeated, "\(text)")
            }
            let item = #"{"name":"pen","count":2}"#
            for encoding in [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian] {
                let problem = try await problem(Array(try #require(item.data(using: encoding))))
                #expect(problem.code == .invalidJSON)
                #expect(problem.detail == "it is not UTF-8")
            }
            for text in [
                item, #"{"name":"count","count":2}"#, #"{"name":"\"count\":","count":2}"#,
                #"{"name":"a\\","count":2,"x":[{"a":1},{"a":1}]}"#,
                #"{"name":"p","count":2,"x":{"name":{}}}"#,
            ] {
                let answer = try await client.send(
                    .post, "/items", body: Array(text.utf8), within: .seconds(60))
                #expect(answer.status == 200, "\(text)")
            }
        }
    }

    @Test func eachRequestLeavesOneLineUnderItsID() async throws {
        let ids = Mutex<[String]>([])
        let lines = try await Self.run { client in
            for path in ["/items/pen", "/nowhere", "/fails"] {
                let response = try await client.send(.get, path, within: .seconds(60))
                let id = try #require(response.fields["X-Request-Id"])
                ids.withLock { $0.append(id) }
            }
        }
        let counts = ids.withLock(\.self).map { id in lines.count { $0.contains(id) } }
        // Failures of the server say more than the line of every request.
        #expect(counts == [1, 1, 2])
        #expect(lines.contains { $0.hasPrefix("error") && $0.contains("Unexpected") })
    }

    @Test(arguments: [
        (nil, nil), ("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Bearer ", nil), ("Bearer", nil),
        ("Basic abc", nil),
        ("Bearer " + String(repeating: "x", count: 4090), nil),
    ])
    func bearerTokensAreRead(_ field: String?, _ token: String?) {
        #expect(BearerToken.text(in: field)?.exposed == token)
    }

    @Test func portsThatCannotBeHadAreExplained() async throws {
        func words(_ cause: ListenError) -> String {
            ListeningError(cause, server: "relay", host: "::1", port: 80, setting: "RELAY_PORT").description
        }
        #expect(
            words(.portTaken)
                == "relay: ::1:80 is in use by another program; stop it or choose another port with RELAY_PORT"
        )
        #expect(
            words(.portNotPermitted)
                == "relay: this user may not listen on ::1:80; choose a port above 1023 with RELAY_PORT")
        #expect(words(.addressNotAvailable).contains("::1 does not belong to this machine"))
    }
}
