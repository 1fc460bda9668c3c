import RelayAPI
import Testing

@testable import WebApp

struct HostRuleTests {
    private let rule = HostRule(names: ["Status.Example.org"])

    @Test(arguments: [
        "localhost", "localhost:3000", "LOCALHOST:3000", "app.localhost", "127.0.0.1", "127.0.0.1:8123",
        "192.168.1.20:3000", "[::1]", "[::1]:3000", "status.example.org", "status.example.org:443",
        "localhost.", "localhost.:3000", "app.localhost.", "status.example.org.", "STATUS.example.org.:8443",
    ])
    func ourHostsAreServed(_ authority: String) {
        #expect(throws: Never.self) {
            try rule.check(authority: authority, origin: nil, fetchSite: nil, changesState: false)
        }
    }

    /// A name of somebody else that points at us is how DNS rebinding begins.
    @Test(arguments: [
        nil, "", "evil.example", "evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example",
        "evillocalhost", "status.example.org.evil.example", "256.1.1.1", "1.2.3", "+1.2.3.4", "[::1",
        "1.2.3.4.", "localhost..", ".", "", "..", ".localhost.evil", "evil.example.",
    ])
    func foreignHostsAreRefused(_ authority: String?) {
        #expect(
            code { try rule.check(authority: authority, origin: nil, fetchSite: nil, changesState: false) }
                == .hostNotAllowed)
    }

    struct Sender: Sendable {
        var origin: String?
        var fetchSite: String?
    }

    @Test(arguments: [
        Sender(), Sender(origin: "http://localhost:3000"), Sender(origin: "https://localhost:3000"),
        Sender(origin: "http://LOCALHOST:3000", fetchSite: "same-origin"), Sender(fetchSite: "none"),
    ])
    func ourPagesAndProgramsMayChangeThings(_ sender: Sender) {
        #expect(throws: Never.self) {
            try rule.check(
                authority: "localhost:3000", origin: sender.origin, fetchSite: sender.fetchSite,
                changesState: true)
        }
    }

    @Test(arguments: [
        Sender(origin: "https://evil.example"), Sender(origin: "null"), Sender(origin: ""),
        Sender(origin: "http://localhost:8080"), Sender(origin: "http://localhost"),
        Sender(origin: "http://localhost:3000.evil.example"), Sender(fetchSite: "cross-site"),
        Sender(fetchSite: "same-site"), Sender(origin: "http://localhost:3000", fetchSite: "cross-site"),
    ])
    func otherSitesMayNot(_ sender: Sender) {
        let check: (Bool) throws -> Void = { changesState in
            try rule.check(
                authority: "localhost:3000", origin: sender.origin, fetchSite: sender.fetchSite,
                changesState: changesState)
        }
        #expect(code { try check(true) } == .crossOrigin)
        #expect(throws: Never.self) { try check(false) }
    }

    /// What proxies make of `Host`, and what browsers send. Those that say where a request comes from are believed.
    @Test(
        arguments: [
            ("status.example.org:443", "https://status.example.org", nil),
            ("status.example.org:80", "http://status.example.org", nil),
            ("status.example.org", "https://status.example.org:443", nil),
            ("status.example.org.", "https://status.example.org.", nil),
            ("status.example.org", "https://status.example.org:8443", "same-origin"),
            ("127.0.0.1:3000", "https://status.example.org", "same-origin"),
            ("127.0.0.1:3000", "https://STATUS.example.org.", "same-origin"),
            ("[::1]:3000", "http://[::1]:3000", nil),
        ] as [(String, String, String?)])
    func pagesBehindProxiesMayChangeThings(_ authority: String, _ origin: String, _ fetchSite: String?) {
        #expect(throws: Never.self) {
            try rule.check(authority: authority, origin: origin, fetchSite: fetchSite, changesState: true)
        }
    }

    @Test(
        arguments: [
            ("status.example.org:443", "http://status.example.org", nil),
            ("status.example.org:80", "https://status.example.org", nil),
            ("status.example.org", "https://status.example.org:8443", nil),
            ("127.0.0.1:3000", "https://status.example.org", nil),
            ("status.example.org", "https://status.example.org:8443", "same-site"),
            ("127.0.0.1:3000", "https://evil.example", "same-origin"),
            ("127.0.0.1:3000", "null", "same-origin"),
            ("status.example.org", "ftp://status.example.org", nil),
            ("status.example.org", "https://", "same-origin"),
        ] as [(String, String, String?)])
    func whatAProxyHidesIsNotGuessed(_ authority: String, _ origin: String, _ fetchSite: String?) {
        #expect(
            code {
                try rule.check(authority: authority, origin: origin, fetchSite: fetchSite, changesState: true)
            } == .crossOrigin)
    }

    private func code(_ body: () throws -> Void) -> Problem.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? Problem)?.code
        }
    }
}
