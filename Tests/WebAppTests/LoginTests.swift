import Foundation
import HTTP
import HTTPEdge
import Networking
import RelayAPI
import TestSupport
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
        try await Fixture().live { web in
            for path in ["/", "/api/status/current"] {
                let response = try await web.get(path)
                #expect(response.status == 200)
            }
        }
    }

    @Test func strangersSeeTheLoginAlone() async throws {
        try await fixture().live { web in
            for path in ["/", "/chat", "/demo", "/nothing"] {
                let response = try await web.get(path)
                #expect(response.status == 303)
                #expect(response.fields["Location"] == "/login?next=\(path)")
            }
            for path in ["/api/status/current", "/api/events", "/api/e2ee/pull?user=bob", "/api/nothing"] {
                let response = try await web.get(path)
                #expect(response.status == 401)
                #expect(response.problem == "login_required")
                #expect(response.fields["WWW-Authenticate"] == "Bearer")
            }
            #expect(try await web.post("/api/chat", #"{"prompt":"hi"}"#).status == 401)
            #expect(try await web.get("/login").status == 200)
            #expect(try await web.get("/assets/shared/base.css").status == 200)
        }
    }

    /// A link to a range of the charts leads there after the login.
    @Test func loginKeepsWhereTheReaderWanted() async throws {
        try await fixture().live { web in
            let response = try await web.get("/?from=1000&to=2000")
            #expect(response.fields["Location"] == "/login?next=/%3Ffrom%3D1000%26to%3D2000")
            let odd = try await web.get("/chat?a=%26b%23&c=+d")
            #expect(odd.fields["Location"] == "/login?next=/chat%3Fa%3D%2526b%2523%26c%3D%2Bd")
        }
    }

    @Test func theTokenOpensAsLoginAndAsBearer() async throws {
        let token = token
        try await fixture().live { web in
            let login = try await web.post("/api/login", #"{"token":"\#(token)"}"#)
            #expect(login.status == 204)
            let cookie = try #require(login.fields["Set-Cookie"])
            #expect(cookie.contains("HttpOnly; SameSite=Strict"))
            #expect(!cookie.contains(token))
            let pair = try #require(cookie.split(separator: ";").first.map(String.init))
            #expect(try await web.get("/", fields: ["Cookie": "theme=dark; \(pair)"]).status == 200)
            let bearer: HTTPFields = ["Authorization": "Bearer \(token)"]
            #expect(try await web.get("/api/status/current", fields: bearer).status == 200)

            let logout = try await web.post("/api/logout", "{}")
            #expect(logout.fields["Set-Cookie"]?.contains("Max-Age=0") == true)
        }
    }

    @Test func wrongAndForgedCredentialsAreRefused() async throws {
        let token = token
        let gate = Gate(token: token)
        let cookie = try #require(
            gate.loginCookie(isSecure: false)?.split(separator: ";").first.map(String.init))
        let stranger = try #require(
            Gate(token: "other").loginCookie(isSecure: false)?.split(separator: ";").first)
        try await fixture().live { web in
            for wrong in ["", "\(token) ", "Correct horse battery staple"] {
                let response = try await web.post("/api/login", #"{"token":"\#(wrong)"}"#)
                #expect(response.problem == "wrong_token")
                #expect(response.fields["Set-Cookie"] == nil)
            }
            let later = cookie.replacing("=1", with: "=9", maxReplacements: 1)
            for forged in [
                String(stranger), later, String(cookie.dropLast()), "\(Gate.cookieName)=",
                "\(Gate.cookieName)=.",
            ] {
                #expect(
                    try await web.get("/api/status/current", fields: ["Cookie": forged]).status
                        == 401)
            }
            for header in ["Bearer", "Bearer wrong", "Basic \(token)"] {
                let response = try await web.get("/api/status/current", fields: ["Authorization": header])
                #expect(response.status == 401)
            }
        }
    }

    @Test func loginsEndAfterAWeek() throws {
        let gate = Gate(token: token)
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let cookie = try #require(gate.loginCookie(isSecure: true, now: start))
        #expect(cookie.hasSuffix("; Secure"))
        func isAdmitted(_ seconds: TimeInterval) -> Bool {
            let cookies = [String(cookie.prefix { $0 != ";" })]
            return gate.admits("/", bearer: nil, cookies: cookies, now: start.addingTimeInterval(seconds))
        }
        #expect(isAdmitted(Gate.loginLifetime - 1))
        #expect(!isAdmitted(Gate.loginLifetime))
    }

    @Test func guessingIsSlow() async throws {
        let (clock, start) = (ManualClock(), ContinuousClock.now)
        let attempts = LoginAttempts(now: { start.advanced(by: clock.now.offset) })
        for _ in 0..<Int(LoginAttempts.rate.burst) { try attempts.admit() }
        #expect(throws: Problem.self) { try attempts.admit() }
        clock.advance(by: .seconds(4))
        #expect(throws: Problem.self) { try attempts.admit() }
        clock.advance(by: .seconds(2))
        try attempts.admit()
        #expect(throws: Problem.self) { try attempts.admit() }
        attempts.succeeded()
        try attempts.admit()
    }
}
