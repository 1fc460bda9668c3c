import Foundation
import HTTP
import Networking
import TestSupport
import Testing

@testable import WebApp

struct BorderTests {
    @Test(arguments: ["/", "/chat", "/demo", "/login", "/api/status/current", "/api/nothing"])
    func everyAnswerIsProtected(_ path: String) async throws {
        try await Fixture().live { web in
            let fields = try await web.get(path).fields
            let policy = try #require(fields["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'"))
            #expect(policy.contains("script-src 'self'"))
            #expect(policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(fields["X-Content-Type-Options"] == "nosniff")
            #expect(fields["Referrer-Policy"] == "no-referrer")
        }
    }

    @Test(arguments: [
        "/nothing", "/api/nothing", "/assets/", "/assets/../Package.swift", "/%2e%2e/etc/passwd",
    ])
    func unknownPathsAreProblems(_ path: String) async throws {
        try await Fixture().live { web in
            let response = try await web.get(path)
            #expect(response.status == 404)
            #expect(response.problem == "not_found")
        }
    }

    @Test func wrongMethodsAreProblemsThatNameTheRightOnes() async throws {
        try await Fixture().live { web in
            let read = try await web.get("/api/chat")
            #expect(read.status == 405)
            #expect(read.fields["Allow"] == "POST")
            #expect(read.problem == "method_not_allowed")
            let write = try await web.post("/api/status/current", "{}")
            #expect(write.fields["Allow"] == "GET, HEAD")
            let head = try await web.send(.head, "/")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
        }
    }

    @Test func foreignHostsReachNothing() async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            for host in ["evil.example", "localhost.evil.example:\(web.port)"] {
                let response = try await web.get("/api/status/current", fields: ["Host": host])
                #expect(response.status == 403)
                #expect(response.text.contains("host_not_allowed"))
            }
            // A stream would be open by now, and a message sent.
            let stream = try await web.get("/api/events", fields: ["Host": "evil.example"])
            #expect(stream.status == 403)
            for path in [
                "/api/chat", "/api/chat/cancel", "/api/e2ee/send", "/api/status/usage/reset", "/api/login",
            ] {
                let response = try await web.post(
                    path, #"{"prompt":"hi","from":"alice","to":"bob","text":"hi","token":"x"}"#,
                    fields: ["Host": "evil.example", "Content-Type": "application/json"])
                #expect(response.status == 403)
                #expect(response.text.contains("host_not_allowed"))
            }
            let ours = try await web.get("/", fields: ["Host": "status.example.org"])
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
                let response = try await web.post(
                    path, body,
                    fields: [
                        "Content-Type": "application/json",
                        "Authorization": "Bearer correct horse battery", header.0: header.1,
                    ])
                #expect(response.status == 403)
                #expect(response.text.contains("cross_origin"))
            }
        }
        #expect(try await fixture.alice.history(after: 0, limit: 10).isEmpty)
        #expect(fixture.status.resets.isEmpty)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", nil])
    func bodiesMustSayThatTheyAreJSON(_ mediaType: String?) async throws {
        try await Fixture().live { web in
            let fields: HTTPFields = mediaType.map { ["Content-Type": $0] } ?? [:]
            for path in ["/api/chat", "/api/e2ee/send"] {
                let response = try await web.post(path, #"{"prompt":"hi"}"#, fields: fields)
                #expect(response.status == 415)
                #expect(response.problem == "unsupported_media_type")
            }
        }
    }

    @Test func bodiesAreBounded() async throws {
        let fits = #"{"prompt":7,"x":""# + String(repeating: "a", count: maxJSONBodyByteCount - 19) + #""}"#
        #expect(fits.utf8.count == maxJSONBodyByteCount)
        try await Fixture().live { web in
            #expect(try await web.post("/api/chat", fits).problem == "invalid_request")
            let tooLarge = try await web.post("/api/chat", fits + " ")
            #expect(tooLarge.status == 413)
            #expect(tooLarge.problem == "body_too_large")
        }
    }
}
