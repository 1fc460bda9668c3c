import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import WebApp

struct BorderTests {
    @Test(arguments: ["/", "/chat", "/demo", "/login", "/api/status/current", "/api/nothing"])
    func everyAnswerIsProtected(_ path: String) async throws {
        try await Fixture().test { client in
            let headers = try await client.get(path).headers
            let policy = try #require(headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'"))
            #expect(policy.contains("script-src 'self'"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[.referrerPolicy] == "no-referrer")
        }
    }

    @Test(arguments: [
        "/nothing", "/api/nothing", "/assets/", "/assets/../Package.swift", "/%2e%2e/etc/passwd",
    ])
    func unknownPathsAreProblems(_ path: String) async throws {
        try await Fixture().test { client in
            let response = try await client.get(path)
            #expect(response.status == .notFound)
            #expect(response.problem == "not_found")
        }
    }

    @Test func wrongMethodsAreProblemsThatNameTheRightOnes() async throws {
        try await Fixture().test { client in
            let read = try await client.get("/api/chat")
            #expect(read.status == .methodNotAllowed)
            #expect(read.headers[.allow] == "POST")
            #expect(read.problem == "method_not_allowed")
            let write = try await client.post("/api/status/current", "{}")
            #expect(write.headers[.allow] == "GET, HEAD")
            let head = try await client.execute(uri: "/", method: .head) { $0 }
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test func foreignHostsReachNothing() async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            for host in ["evil.example", "localhost.evil.example:\(web.port)"] {
                let response = try await web.get("/api/status/current", headers: [("Host", host)])
                #expect(response.status == 403)
                #expect(response.body.contains("host_not_allowed"))
            }
            // A stream would be open by now, and a message sent.
            let stream = try await web.get("/api/events", headers: [("Host", "evil.example")])
            #expect(stream.status == 403)
            for path in [
                "/api/chat", "/api/chat/cancel", "/api/e2ee/send", "/api/status/usage/reset", "/api/login",
            ] {
                let response = try await web.send(
                    "POST", path,
                    headers: [("Host", "evil.example"), ("Content-Type", "application/json")],
                    body: #"{"prompt":"hi","from":"alice","to":"bob","text":"hi","token":"x"}"#)
                #expect(response.status == 403)
                #expect(response.body.contains("host_not_allowed"))
            }
            let ours = try await web.get("/", headers: [("Host", "status.example.org")])
            #expect(ours.status == 200)
        }
        #expect(try await fixture.alice.history(after: 0, limit: 10).isEmpty)
        #expect(fixture.status.resets.isEmpty)
    }

    @Test(arguments: [
        ("/api/chat", #"{"prompt":"hi"}"#), ("/api/e2ee/send", #"{"from":"alice","to":"bob","text":"hi"}"#),
        ("/api/status/usage/reset", "{}"),
        ("/api/chat/cancel", #"{"requestId":"6F1C2A2E-1D4B-4A55-9A3E-0F8F6F0A1B2C"}"#),
        ("/api/login", #"{"token":"correct horse battery"}"#), ("/api/logout", "{}"),
    ])
    func otherSitesChangeNothing(_ path: String, _ body: String) async throws {
        var fixture = try Fixture()
        fixture.configuration.token = "correct horse battery"
        try await fixture.live { web in
            for header in [
                ("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site"),
            ] {
                let response = try await web.send(
                    "POST", path,
                    headers: [
                        ("Content-Type", "application/json"),
                        ("Authorization", "Bearer correct horse battery"),
                        header,
                    ], body: body)
                #expect(response.status == 403)
                #expect(response.body.contains("cross_origin"))
            }
        }
        #expect(try await fixture.alice.history(after: 0, limit: 10).isEmpty)
        #expect(fixture.status.resets.isEmpty)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", nil])
    func bodiesMustSayThatTheyAreJSON(_ mediaType: String?) async throws {
        try await Fixture().test { client in
            let headers: HTTPFields = mediaType.map { [.contentType: $0] } ?? [:]
            for path in ["/api/chat", "/api/e2ee/send"] {
                let response = try await client.post(path, #"{"prompt":"hi"}"#, headers: headers)
                #expect(response.status == .unsupportedMediaType)
                #expect(response.problem == "unsupported_media_type")
            }
        }
    }

    @Test func bodiesAreBounded() async throws {
        let fits = #"{"prompt":7,"x":""# + String(repeating: "a", count: maxJSONBodyByteCount - 19) + #""}"#
        #expect(fits.utf8.count == maxJSONBodyByteCount)
        try await Fixture().test { client in
            #expect(try await client.post("/api/chat", fits).problem == "invalid_request")
            let tooLarge = try await client.post("/api/chat", fits + " ")
            #expect(tooLarge.status == .contentTooLarge)
            #expect(tooLarge.problem == "body_too_large")
        }
    }
}
