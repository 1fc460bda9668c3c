import Cryptography
import Foundation
import HTTP
import HTTPEdge
import Networking
import RelayAPI
import Synchronization
import TestSupport
import Testing

@testable import WebApp

struct LoginTests {
    private let token = "correct horse battery staple"

    private func fixture() throws -> Fixture {
        var fixture = try Fixture()
        fixture.configuration.token = SecretText(token)
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
        try await fixture().live { web in
            let cookie = try await web.login(token)
            for wrong in ["", "\(token) ", "Correct horse battery staple"] {
                let response = try await web.post("/api/login", #"{"token":"\#(wrong)"}"#)
                #expect(response.problem == "wrong_token")
                #expect(response.fields["Set-Cookie"] == nil)
            }
            let name = cookie.prefix { $0 != "=" }
            let stranger = "\(name)=\(Logins().begin())"
            for forged in [
                stranger, String(cookie.dropLast()), cookie + "0", "\(name)=",
                "\(name)=.",
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

    /// Browsers send the cookies of a host to all of its ports: two installations must not end each other's logins.
    @Test func installationsOnOneHostHaveTheirOwnLogins() async throws {
        let token = token
        let names = try await withThrowingTaskGroup { group in
            for authority in [
                "box.localhost:3000", "box.localhost:3001", "box.localhost", "[::1]:3000", "[::1]",
            ] {
                let fixture = try fixture()
                group.addTask {
                    let name = Mutex("")
                    try await fixture.live { web in
                        let host: HTTPFields = [
                            "Host": authority, "Content-Type": "application/json",
                        ]
                        let login = try await web.post(
                            "/api/login", #"{"token":"\#(token)"}"#, fields: host)
                        let pair = try #require(login.fields["Set-Cookie"]?.split(separator: ";").first)
                        name.withLock { $0 = String(pair.prefix { $0 != "=" }) }
                        let known: HTTPFields = ["Host": authority, "Cookie": String(pair)]
                        #expect(try await web.get("/api/status/current", fields: known).status == 200)
                        let elsewhere: HTTPFields = ["Host": "localhost:4000", "Cookie": String(pair)]
                        #expect(try await web.get("/api/status/current", fields: elsewhere).status == 401)
                    }
                    return name.withLock(\.self)
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names == ["sysmaint-login-3000", "sysmaint-login-3001", "sysmaint-login"])
    }

    @Test func loginsEndAfterAWeek() throws {
        let clock = ManualDate(Date(timeIntervalSince1970: 1_800_000_000))
        let logins = Logins(now: clock.now)
        let login = Logins.ID(cookie: logins.begin())
        clock.advance(by: Logins.lifetime - 1)
        #expect(logins.isOpen(login))
        clock.advance(by: 1)
        #expect(!logins.isOpen(login))
    }

    @Test func theOldestLoginMakesRoom() throws {
        let clock = ManualDate(Date(timeIntervalSince1970: 1_800_000_000))
        let logins = Logins(now: clock.now)
        let cookies = (0...Logins.maxCount).map { _ in
            clock.advance(by: 1)
            return Logins.ID(cookie: logins.begin())
        }
        #expect(!logins.isOpen(cookies[0]))
        #expect(cookies.dropFirst().allSatisfy(logins.isOpen))
    }

    /// Somebody has copied the cookie, and holds a stream that it opened.
    @Test func logoutEndsTheLoginAndItsStreams() async throws {
        let token = token
        try await fixture().live { web in
            let (mine, other) = (try await web.login(token), try await web.login(token))
            var stream = try await web.events(fields: ["Cookie": mine])
            _ = try await stream.next(named: "hello")
            #expect(try await web.post("/api/logout", "{}", cookie: mine).status == 204)
            while try await stream.next() != nil {}
            for path in ["/api/status/current", "/api/events", "/api/e2ee/pull?user=bob"] {
                #expect(try await web.get(path, fields: ["Cookie": mine]).status == 401)
            }
            #expect(try await web.post("/api/chat", #"{"prompt":"hi"}"#, cookie: mine).status == 401)
            #expect(try await web.get("/api/status/current", fields: ["Cookie": other]).status == 200)
        }
    }

    @Test func aNewLoginEndsTheOneItReplaces() async throws {
        let token = token
        try await fixture().live { web in
            let first = try await web.login(token)
            let second = try await web.login(token, cookie: first)
            #expect(try await web.get("/api/status/current", fields: ["Cookie": first]).status == 401)
            #expect(try await web.get("/api/status/current", fields: ["Cookie": second]).status == 200)
        }
    }

    @Test func aRestartEndsEveryLogin() async throws {
        let token = token
        let cookie = Mutex("")
        try await fixture().live { web in
            let begun = try await web.login(token)
            cookie.withLock { $0 = begun }
        }
        try await fixture().live { web in
            let response = try await web.get(
                "/api/status/current", fields: ["Cookie": cookie.withLock(\.self)])
            #expect(response.status == 401)
        }
    }

    /// Both ways count together, and nobody is locked out by whoever guesses, not even at the same address.
    @Test func guessesAreThrottledAndTheTokenPasses() async throws {
        let token = token
        try await fixture().live { web in
            let bearer: HTTPFields = ["Authorization": "Bearer \(token)"]
            var statuses: [Int] = []
            let begin = ContinuousClock.now
            for number in 0..<20 {
                let path = ["/api/status/current", "/api/events", "/", "/api/e2ee/pull?user=bob"][number % 4]
                let response =
                    number.isMultiple(of: 2)
                    ? try await web.get(path, fields: ["Authorization": "Bearer guess \(number)"])
                    : try await web.post("/api/login", #"{"token":"guess \#(number)"}"#)
                statuses.append(response.status)
                if response.status == 429 { #expect(response.fields["Retry-After"] != nil) }
                // A right token gives no new guesses.
                #expect(try await web.get("/api/status/current", fields: bearer).status == 200)
            }
            // On a slow machine the bucket fills a little meanwhile.
            let filled = TokenCheck.wrongRate.perSecond * (begin.duration(to: .now) / .seconds(1))
            #expect(statuses.prefix(10).allSatisfy { $0 == 401 })
            #expect(statuses.count { $0 == 401 } <= 10 + Int(filled.rounded(.up)))
            #expect(statuses.allSatisfy { [401, 429].contains($0) })
            #expect(statuses.contains(429) || filled > 9)
            let cookie = try await web.login(token)
            #expect(try await web.get("/", fields: ["Cookie": cookie]).status == 200)
            var stream = try await web.events(fields: bearer)
            #expect(try await stream.next(named: "hello") != nil)
        }
    }

    @Test func eachNetworkIsThrottledByItself() async throws {
        let clock = ManualClock()
        let start = ContinuousClock.now
        let check = TokenCheck(
            SecretText(token), now: { start.advanced(by: clock.now.offset) },
            pause: { try await clock.sleep(for: $0) })
        func status(_ token: String, _ network: UInt8) async throws -> Int? {
            do {
                try await check.check(SecretText(token), network: [network], address: "")
                return nil
            } catch let problem as Problem {
                return problem.status
            }
        }
        for _ in 0..<Int(TokenCheck.wrongRate.burst) { #expect(try await status("guess", 1) == 401) }
        #expect(try await status("guess", 2) == 401)
        #expect(try await status(token, 2) == nil)
        // Ten guesses at once and the token: one is answered in a turn.
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for place in 1...11 {
                let token = place == 11 ? token : "guess"
                group.addTask { try await status(token, 1) }
                await check.waitUntil(place, waitFor: [1])
            }
            for _ in 1...11 { await clock.nextTurn() }
            var answers: [Int?] = []
            for try await answer in group { answers.append(answer) }
            #expect(answers.filter { $0 == 429 }.count == 10)
            #expect(answers.filter { $0 == nil }.count == 1)
        }
        clock.advance(by: .seconds(5))
        #expect(try await status("guess", 1) == 401)
    }

    /// A check that has rejected as many guesses of a network as it does at once.
    private func throttled(on clock: ManualClock) async -> TokenCheck {
        let check = TokenCheck(SecretText(token), pause: { try await clock.sleep(for: $0) })
        for _ in 0..<Int(TokenCheck.wrongRate.burst) {
            await #expect(throws: Problem.self) { try await check.check("guess", network: [1], address: "") }
        }
        return check
    }

    /// Whoever leaves makes room, so that connections that are opened and cut do not lengthen the line.
    @Test func whoLeavesMakesRoom() async throws {
        let clock = ManualClock()
        let check = await throttled(on: clock)
        let guesses = (1...50).map { _ in Task { try await check.check("guess", network: [1], address: "") } }
        await check.waitUntil(50, waitFor: [1])
        for guess in guesses {
            guess.cancel()
            await #expect(throws: ConnectionClosed.self) { try await guess.value }
        }
        let right = Task { [token] in try await check.check(SecretText(token), network: [1], address: "") }
        await check.waitUntil(1, waitFor: [1])
        await clock.nextTurn()
        try await right.value
    }

    /// A thousand connections of the owner's address have guessed and wait.
    @Test func floodOfGuessesThatWaitKeepsTheTokenWaitingForTwoTurns() async throws {
        let clock = ManualClock()
        let check = await throttled(on: clock)
        for before in [0, 1] {
            let guesses = (1...1000).map { _ in
                Task { try await check.check("guess", network: [1], address: "") }
            }
            await check.waitUntil(1000, waitFor: [1])
            for _ in 0..<before { await clock.nextTurn() }
            await check.waitUntil(1000 - before, waitFor: [1])
            let right = Task { [token] in
                try await check.check(SecretText(token), network: [1], address: "")
            }
            await check.waitUntil(1001 - before, waitFor: [1])
            for _ in 1...2 { await clock.nextTurn() }
            try await right.value
            // It was not let through beside the others: one was heard in each turn.
            await check.waitUntil(999 - before, waitFor: [1])
            for guess in guesses { guess.cancel() }
            for guess in guesses { _ = await guess.result }
        }
    }

    /// Nor does a flood of new ones keep anybody out for good.
    @Test func whoWaitsIsHeardWhoeverComesAfter() async throws {
        let clock = ManualClock()
        let check = await throttled(on: clock)
        let right = Task { [token] in try await check.check(SecretText(token), network: [1], address: "") }
        await check.waitUntil(1, waitFor: [1])
        var guesses: [Task<Void, any Error>] = []
        for turn in 1...2 {
            for _ in 1...10 {
                guesses.append(Task { try await check.check("guess", network: [1], address: "") })
            }
            await check.waitUntil(10 * turn + 2 - turn, waitFor: [1])
            await clock.nextTurn()
        }
        try await right.value
        for guess in guesses { guess.cancel() }
        for guess in guesses { _ = await guess.result }
    }
}

extension LiveWeb {
    /// Logs in and returns the cookie as a browser sends it.
    fileprivate func login(_ token: String, cookie: String? = nil) async throws -> String {
        let response = try await post("/api/login", #"{"token":"\#(token)"}"#, cookie: cookie)
        #expect(response.status == 204)
        return try #require(response.fields["Set-Cookie"]?.split(separator: ";").first.map(String.init))
    }

    fileprivate func post(_ path: String, _ body: String, cookie: String?) async throws -> ClientResponse {
        var fields: HTTPFields = ["Content-Type": "application/json"]
        fields["Cookie"] = cookie
        return try await post(path, body, fields: fields)
    }
}

extension TokenCheck {
    fileprivate func waitUntil(_ count: Int, waitFor network: [UInt8]) async {
        while turns.waitingCount(for: network) != count { await Task.yield() }
    }
}

extension ManualClock {
    fileprivate func nextTurn() async {
        await waitForSleepers(1)
        advance(by: TokenCheck.turn)
    }
}

private final class ManualDate: Sendable {
    private let date: Mutex<Date>

    init(_ date: Date) { self.date = Mutex(date) }

    var now: @Sendable () -> Date { { self.date.withLock(\.self) } }

    func advance(by seconds: TimeInterval) { date.withLock { $0 += seconds } }
}
