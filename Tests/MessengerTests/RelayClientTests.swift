import Foundation
import Networking
import RelayAPI
import RelayServer
import Testing
import TestSupport

@testable import Messenger

/// What a client says of a relay that does not answer as it should.
@Suite(.timeLimit(.minutes(5)))
struct RelayClientTests {
    private func error(of relay: RelayClient) async -> (any Error)? {
        do {
            _ = try await relay.registrationNonce()
            return nil
        } catch {
            return error
        }
    }

    private func reason(_ relay: RelayClient) async -> String? {
        guard case MessengerError.relayUnreachable(relay.url, let reason)? = await error(of: relay) else {
            return nil
        }
        return reason
    }

    private func answering(_ head: String, _ body: String = "") -> String {
        "HTTP/1.1 \(head)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }

    @Test func addressThatIsNotOneOfHTTPIsTold() async throws {
        for url in ["nowhere", "ftp://localhost", "http://", ""] {
            let reason = await reason(RelayClient(url: url))
            #expect(reason == "an address of the form http://host:port or https://host:port is needed")
        }
    }

    @Test func nothingListens() async throws {
        let reason = try #require(await reason(RelayClient(url: "http://127.0.0.1:\(try freePort())")))
        #expect(reason.hasPrefix("nothing listens at 127.0.0.1:"))
    }

    @Test func silenceIsGivenUp() async throws {
        let server = try RawServer.silent()
        var relay = RelayClient(url: server.url)
        relay.timeout = .milliseconds(50)
        #expect(await reason(relay) != nil)
    }

    @Test func answerThatBreaksOff() async throws {
        let server = try RawServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        #expect(await reason(RelayClient(url: server.url)) != nil)
    }

    @Test func answerThatIsNotHTTPOrIsTooLong() async throws {
        let long = answering("200 OK", String(repeating: " ", count: 1 << 21))
        for answer in ["SSH-2.0-OpenSSH_9.2\r\n", long] {
            let server = try RawServer(answering: answer)
            guard case MessengerError.unexpectedAnswer? = await error(of: RelayClient(url: server.url)) else {
                Issue.record("understood")
                return
            }
        }
    }

    @Test func redirectIsNotFollowed() async throws {
        let elsewhere = try RawServer { _ in Issue.record("followed") }
        let server = try RawServer(
            answering: answering("307 Temporary Redirect\r\nLocation: \(elsewhere.url)/v1/register"))
        let expected = MessengerError.unexpectedAnswer(
            reason: """
                status 307, which a proxy on the way has most likely given: it redirects to \
                \(elsewhere.url)/v1/register, which is not followed; set the URL to the address that answers
                """)
        #expect(await error(of: RelayClient(url: server.url)) as? MessengerError == expected)
    }

    /// What proxies answer in the relay's place, as pages for people.
    @Test(arguments: [
        (404, "Not Found", "check the path in the URL"),
        (413, "Request Entity Too Large", "client_max_body_size"),
        (502, "Bad Gateway", "does not reach the server behind it"),
        (401, "Unauthorized", "a login of its own"),
        (504, "Gateway Timeout", "did not answer in time"),
    ])
    func whatAProxyAnswersIsSaidToBeAProxys(_ status: Int, _ phrase: String, _ advice: String) async throws {
        let page = "<html><head><title>\(status) \(phrase)</title></head></html>"
        let server = try RawServer(
            answering: answering(
                "\(status) \(phrase)\r\nServer: nginx/1.26\r\nContent-Type: text/html", page))
        var relay = RelayClient(url: server.url)
        relay.timeout = .seconds(5)
        guard case MessengerError.unexpectedAnswer(let reason)? = await error(of: relay) else {
            Issue.record("understood")
            return
        }
        #expect(reason.contains("status \(status), which a proxy (nginx/1.26"))
        #expect(reason.contains(advice))
        // The socket's refusal says the same.
        do {
            try await relay.withSocket(of: DeviceAddress(IdentityID("alice"), .first), token: "t") { _ in }
            Issue.record("opened")
        } catch {
            #expect("\(error)".contains("a proxy (nginx/1.26"))
        }
    }

    @Test func webPageInPlaceOfAnAnswerIsTold() async throws {
        let server = try RawServer(answering: answering("200 OK", "\n<!doctype html><p>Welcome"))
        guard
            case MessengerError.unexpectedAnswer(let reason)? = await error(of: RelayClient(url: server.url))
        else {
            Issue.record("understood")
            return
        }
        #expect(reason.contains("a web page, not the relay; check RELAY_URL and any proxy"))
    }

    @Test func relaysOwnAccountOfARefusalIsThrown() async throws {
        let problem = Problem(status: 429, code: .rateLimited, title: "too many", detail: "Wait.")
        let body = String(decoding: try JSONEncoder().encode(problem), as: UTF8.self)
        let server = try RawServer(answering: answering("429 Too Many Requests", body))
        #expect(await error(of: RelayClient(url: server.url)) as? Problem == problem)
    }

    @Test func answerOfAnotherKindIsTold() async throws {
        let server = try RawServer(answering: answering("200 OK", "{}"))
        #expect(
            await error(of: RelayClient(url: server.url)) as? MessengerError
                == .unexpectedAnswer(reason: "GET /v1/register: not a RegistrationNonce"))
    }

    /// A relay over TLS on all addresses of this machine, with the certificate of `localhost` and 127.0.0.1.
    private func serveTLS(_ body: @escaping @Sendable (_ port: Int, _ authority: String) async throws -> Void)
        async throws
    {
        var relay = try RealRelay()
        let files = CertificateFiles(
            certificatePath: relay.folder.file("relay.pem"), keyPath: relay.folder.file("relay.key"))
        for (text, path) in [
            (TestCertificate.first.certificate, files.certificatePath),
            (TestCertificate.first.key, files.keyPath),
        ] {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        relay.configuration.host = "0.0.0.0"
        relay.configuration.certificate = files
        try await relay.serve { try await body($0.port, files.certificatePath) }
    }

    @Test func relayIsTrustedByItsAuthorityForRequestsAndSockets() async throws {
        try await serveTLS { port, authority in
            for (host, name) in [("localhost", "alice"), ("127.0.0.1", "bob")] {
                let relay = RelayClient(
                    url: "https://\(host):\(port)", tls: try .client(authorities: authority))
                let party = try await Party.registered(name, relay: relay)
                #expect(try await party.messenger.receiveUntilEmpty() == 0)
            }
        }
    }

    @Test func certificateThatIsNotTrustedIsTold() async throws {
        try await serveTLS { port, authority in
            let stranger = await reason(RelayClient(url: "https://localhost:\(port)"))
            #expect(stranger?.hasPrefix("the certificate of localhost is not trusted here: ") == true)
            let misnamed = RelayClient(
                url: "https://127.0.0.2:\(port)", tls: try .client(authorities: authority))
            let place = "127.0.0.2:\(port)"
            #expect(await reason(misnamed) == "the certificate of \(place) is not made out to this name")
        }
    }

    @Test func relayWithoutTLSIsTold() async throws {
        try await RealRelay().serve { plain in
            let reason = await reason(RelayClient(url: "https://127.0.0.1:\(plain.port)"))
            #expect(reason?.hasPrefix("no TLS connection to 127.0.0.1:\(plain.port)") == true)
        }
    }
}
