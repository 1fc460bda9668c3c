import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import RelayAPI
import Testing

@testable import WebApp

struct LoginTests {
    private let token = "correct horse battery staple"

    private func fixture() throws -> Fixture {
        var fixture = try Fixture()
        fixture.configuration.token = token
        return fixture
    }

    @Test func withoutATokenEverybodyReads() async throws {
        try await Fixture().test { client in
            for path in ["/", "/api/status/current"] {
                let response = try await client.get(path)
                #expect(response.status == .ok)
            }
        }
    }

    @Test func strangersSeeTheLoginAlone() async throws {
        try await fixture().test { client in
            for path in ["/", "/chat", "/demo", "/nothing"] {
                let response = try await client.get(path)
                #expect(response.status == .seeOther)
                #expect(response.headers[.location] == "/login?next=\(path)")
            }
            for path in ["/api/status/current", "/api/events", "/api/e2ee/pull?user=bob", "/api/nothing"] {
                let response = try await client.get(path)
                #expect(response.status == .unauthorized)
                #expect(response.problem == "login_required")
                #expect(response.headers[.wwwAuthenticate] == "Bearer")
            }
            #expect(try await client.post("/api/chat", #"{"prompt":"hi"}"#).status == .unauthorized)
            #expect(try await client.get("/login").status == .ok)
            #expect(try await client.get("/assets/shared/base.css").status == .ok)
        }
    }

    /// A link to a range of the charts leads there after the login.
    @Test func loginKeepsWhereTheReaderWanted() async throws {
        try await fixture().test { client in
            let response = try await client.get("/?from=1000&to=2000")
            #expect(response.headers[.location] == "/login?next=/%3Ffrom%3D1000%26to%3D2000")
            let odd = try await client.get("/chat?a=%26b%23&c=+d")
            #expect(odd.headers[.location] == "/login?next=/chat%3Fa%3D%2526b%2523%26c%3D%2Bd")
        }
    }

    @Test func theTokenOpensAsLoginAndAsBearer() async throws {
        let token = token
        try await fixture().test { client in
            let login = try await client.post("/api/login", #"{"token":"\#(token)"}"#)
            #expect(login.status == .noContent)
            let cookie = try #require(login.headers[.setCookie])
            #expect(cookie.contains("HttpOnly; SameSite=Strict"))
            #expect(!cookie.contains(token))
            let pair = try #require(cookie.split(separator: ";").first.map(String.init))
            #expect(try await client.get("/", headers: [.cookie: "theme=dark; \(pair)"]).status == .ok)
            let bearer: HTTPFields = [.authorization: "Bearer \(token)"]
            #expect(try await client.get("/api/status/current", headers: bearer).status == .ok)

            let logout = try await client.post("/api/logout", "{}")
            #expect(logout.headers[.setCookie]?.contains("Max-Age=0") == true)
        }
    }

    @Test func wrongAndForgedCredentialsAreRefused() async throws {
        let token = token
        let gate = Gate(token: token)
        let cookie = try #require(
            gate.loginCookie(isSecure: false)?.split(separator: ";").first.map(String.init))
        let stranger = try #require(
            Gate(token: "other").loginCookie(isSecure: false)?.split(separator: ";").first)
        try await fixture().test { client in
            for wrong in ["", "\(token) ", "Correct horse battery staple"] {
                let response = try await client.post("/api/login", #"{"token":"\#(wrong)"}"#)
                #expect(response.problem == "wrong_token")
                #expect(response.headers[.setCookie] == nil)
            }
            let later = cookie.replacing("=1", with: "=9", maxReplacements: 1)
            for forged in [
                String(stranger), later, String(cookie.dropLast()), "\(Gate.cookieName)=",
                "\(Gate.cookieName)=.",
            ] {
                #expect(
                    try await client.get("/api/status/current", headers: [.cookie: forged]).status
                        == .unauthorized)
            }
            for header in ["Bearer", "Bearer wrong", "Basic \(token)"] {
                let response = try await client.get("/api/status/current", headers: [.authorization: header])
                #expect(response.status == .unauthorized)
            }
        }
    }

    @Test func loginsEndAfterAWeek() throws {
        let gate = Gate(token: token)
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let cookie = try #require(gate.loginCookie(isSecure: true, now: start))
        #expect(cookie.hasSuffix("; Secure"))
        let head = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/",
            headerFields: [.cookie: String(cookie.prefix { $0 != ";" })])
        let request = Request(head: head, body: .init(buffer: .init()))
        #expect(gate.admits(request, now: start.addingTimeInterval(Gate.loginLifetime - 1)))
        #expect(!gate.admits(request, now: start.addingTimeInterval(Gate.loginLifetime)))
    }

    @Test func guessingIsSlow() async throws {
        let attempts = LoginAttempts()
        let start = ContinuousClock.now
        for _ in 0..<Int(LoginAttempts.burst) { try await attempts.admit(at: start) }
        await #expect(throws: Problem.self) { try await attempts.admit(at: start) }
        await #expect(throws: Problem.self) { try await attempts.admit(at: start + .seconds(4)) }
        try await attempts.admit(at: start + .seconds(6))
    }
}
