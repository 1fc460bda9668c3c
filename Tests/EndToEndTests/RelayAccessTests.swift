import Foundation
import SystemSupport
import TestSupport
import Testing

/// Who reaches the relay and who may register, set from outside.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct RelayAccessTests {
    private static let secret = "open sesame and be quick"

    /// A relay's installation with a certificate of its own.
    private func secureRelay() throws -> (Installation, authority: String) {
        let installation = try Installation()
        let (certificate, key) = (
            installation.scratch.file("relay.pem"), installation.scratch.file("relay.key")
        )
        try TestCertificate.first.certificate.write(toFile: certificate, atomically: true, encoding: .utf8)
        try TestCertificate.first.key.write(toFile: key, atomically: true, encoding: .utf8)
        return (installation, certificate)
    }

    private func tls(_ authority: String) -> [String: String] {
        ["RELAY_TLS_CERT": authority, "RELAY_TLS_KEY": authority.replacing(".pem", with: ".key")]
    }

    @Test func messagesGoOverTLSBetweenThoseWhoKnowTheSecret() async throws {
        let (installation, authority) = try secureRelay()
        let relay = try Part(
            installation, "relay", "--port", "0", "--format", "json",
            environment: tls(authority).merging(["RELAY_REGISTRATION_SECRET": Self.secret]) { $1 })
        let url = try await relay.announced("relay")
        #expect(url.hasPrefix("https://127.0.0.1:"))
        let trusting = ["RELAY_URL": url, "RELAY_TLS_CA": authority]
        let knowing = trusting.merging(["RELAY_REGISTRATION_SECRET": Self.secret]) { $1 }

        let (carol, dave) = try await Installation.carolAndDave(knowing)
        try await carol.run("send", "dave", "under the rose")
        #expect(try await dave.run("inbox").contains("under the rose"))
        try await carol.run("healthcheck", "\(url)/ready")

        let stranger = try Installation(trusting)
        try await stranger.run("init", "--id", "erin")
        let refused = try await stranger.attempt("register")
        #expect(refused.status == 77)
        #expect(refused.log.contains("registration_closed"))

        let doubter = try Installation(["RELAY_URL": url, "RELAY_REGISTRATION_SECRET": Self.secret])
        try await doubter.run("init", "--id", "frank")
        let doubted = try await doubter.attempt("register")
        #expect(doubted.status == 69)
        #expect(doubted.log.contains("certificate"))
        #expect(!(await relay.log + refused.log + doubted.log).contains(Self.secret))
    }

    @Test func wrongSettingsOfTheRelayAreExplained() async throws {
        let (installation, authority) = try secureRelay()
        for (environment, words) in [
            (["RELAY_TLS_CERT": authority], "RELAY_TLS_KEY"),
            (tls(authority).merging(["RELAY_TLS_KEY": authority]) { $1 }, "RELAY_TLS_KEY"),
            (["RELAY_TLS_CA": installation.scratch.file("none.pem")], "RELAY_TLS_CA"),
            (["RELAY_RATES": "requests=0/1"], "RELAY_RATES"),
            (["RELAY_REGISTRATION_SECRET": "too short"], "RELAY_REGISTRATION_SECRET"),
            (["RELAY_HEARTBEAT_MS": "999"], "RELAY_HEARTBEAT_MS"),
        ] {
            let output = try await installation.attempt("relay", "--port", "0", environment: environment)
            #expect(output.status == 78)
            #expect(output.log.contains(words))
            #expect(!output.log.contains("too short"))
        }
    }

    /// Behind a proxy that has the relay below a path, and takes that path away.
    @Test func relayMayLieBelowAPath() async throws {
        let port = try freePort()
        let proxy = try TCPProxy(to: port) { bytes, direction in
            // Nothing that clients send holds these bytes but the heads of their requests.
            direction == .toServer
                ? Array(bytes.split(separator: Array(" /behind/".utf8)).joined(separator: Array(" /".utf8)))
                : bytes
        }
        let url = ["RELAY_URL": "http://127.0.0.1:\(proxy.port)/behind/"]
        let relay = try Part(
            Installation(), "relay", "--port", "\(port)", "--format", "json",
            environment: ["RELAY_PUBLIC_URL": "http://127.0.0.1:\(proxy.port)/behind"])
        _ = try await relay.announced("relay")
        let (carol, dave) = try await Installation.carolAndDave(url)
        try await carol.run("send", "dave", "over the path")
        #expect(try await dave.run("listen", "--count", "1").contains("over the path"))
        #expect(try await carol.run("status", "--web-url", "http://127.0.0.1:1").contains("2 identities"))
    }

    @Test func ratesOfTheRelayAreThoseThatWereSet() async throws {
        let relay = try Part(
            Installation(), "relay", "--port", "0", "--format", "json",
            environment: ["RELAY_RATES": "registrations=0.001/2"])
        let url = try await relay.announced("relay")
        let statuses = [
            try await Web.get("\(url)/v1/register").status, try await Web.get("\(url)/v1/register").status,
            try await Web.get("\(url)/v1/register").status,
        ]
        #expect(statuses == [200, 200, 429])
    }

    @Test func auditLogIsVerifiedBesideTheRunningRelay() async throws {
        struct Intact: Decodable {
            let rows: Int
            let newestHash: String
        }
        let installation = try Installation()
        let relay = try Part(installation, "relay", "--port", "0", "--format", "json")
        _ = try await RelayAccount("carol", at: relay.announced("relay"))
        let first = try JSONDecoder().decode(
            Intact.self,
            from: Data(try await installation.run("admin", "audit", "verify", "--format", "json").utf8))
        #expect(first.rows == 2)
        _ = try await RelayAccount("dave", at: relay.announced("relay"))
        let text = try await installation.run("admin", "audit", "verify", "--noted", first.newestHash)
        #expect(text.contains("intact: 4 rows"))

        let strange = try await installation.attempt(
            "admin", "audit", "verify", "--noted", String(repeating: "0", count: 64))
        #expect(strange.status == 65)
        #expect(strange.log.contains("truncated"))
        let nothing = try await Installation().attempt("admin", "audit", "verify")
        #expect(nothing.status == 66)
    }
}
