import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Networking

@Suite(.serialized) struct TLSTests {
    private let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
        for (name, pair) in [("first", TestCertificate.first), ("second", .second)] {
            try pair.certificate.write(toFile: scratch.file("\(name).pem"), atomically: true, encoding: .utf8)
            try pair.key.write(toFile: scratch.file("\(name)-key.pem"), atomically: true, encoding: .utf8)
        }
    }

    private func context(_ name: String = "first") throws -> TLSContext {
        try .server(certificateChain: scratch.file("\(name).pem"), key: scratch.file("\(name)-key.pem"))
    }

    private func server(
        _ name: String = "first", _ change: (inout ServerConfiguration) -> Void = { _ in }
    ) async throws -> TestServer {
        let context = try context(name)
        return try await TestServer {
            $0.tls = { context }
            change(&$0)
        }
    }

    private func client(_ server: TestServer, trusting name: String?, host: String = "localhost") throws
        -> Client
    {
        Client(
            Endpoint(host: host, port: server.port, isSecure: true),
            tls: try .client(authorities: name.map { scratch.file("\($0).pem") }), loop: server.loop)
    }

    @Test func requestsAndSocketsGoOverTLS() async throws {
        let server = try await server()
        for host in ["localhost", "127.0.0.1"] {
            let client = try client(server, trusting: "first", host: host)
            let about = try await client.send(.get, "/about", within: .seconds(5))
            #expect(
                String(decoding: about.body, as: UTF8.self)
                    == "GET /about - 127.0.0.1 true \(host):\(server.port)")
        }
        let client = try client(server, trusting: "first")
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try await client.send(.post, "/echo", body: body, within: .seconds(10)).body == body)
        guard case .open(let socket) = try await client.openWebSocket("/ws", within: .seconds(5)) else {
            Issue.record("refused")
            return
        }
        let message = Array(body.prefix(200_000))
        let messages = socket.messages.makeAsyncIterator()
        for _ in 0..<20 {
            try await socket.send(message, as: .binary)
            #expect(try await messages.next() == [WebSocketMessage(.binary, message)])
        }
        await server.stop()
    }

    /// What TLS has read and nobody has taken must not be forgotten when reading goes on.
    @Test func backPressureWorksOverTLS() async throws {
        let server = try await server { $0.limits.http.body = 1 << 30 }
        let client = try client(server, trusting: "first")
        let body = [UInt8](repeating: 97, count: 10_000_000)
        #expect(
            try await client.send(.post, "/pieces", body: body, within: .seconds(20)).body
                == Array("10000000".utf8))
        let raw = try await RawClient.connect(
            server.port, host: "127.0.0.1", tls: .client(authorities: scratch.file("first.pem")))
        await raw.pause()
        raw.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        var (last, since) = (0, ContinuousClock.now)
        while last == 0 || since.duration(to: .now) < .milliseconds(200) {
            let written = server.signals.written.load(ordering: .relaxed)
            if written != last { (last, since) = (written, .now) }
            await aMoment()
        }
        #expect(last < 16 << 20)
        await raw.resume()
        while server.signals.written.load(ordering: .relaxed) < last + 8 << 20 { await aMoment() }
        await raw.close()
        await server.stop()
    }

    @Test func aCertificateThatIsNotTrustedIsTold() async throws {
        let server = try await server()
        for name in ["second", nil] {
            let client = try client(server, trusting: name)
            let error = await #expect(throws: ConnectionError.self) {
                _ = try await client.send(.get, "/hello", within: .seconds(5))
            }
            guard case .certificateNotTrusted = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        await server.stop()
    }

    @Test func aCertificateForAnotherNameIsTold() async throws {
        let server = try await server { $0.host = "127.0.0.2" }
        let client = try client(server, trusting: "first", host: "127.0.0.2")
        await #expect(throws: ConnectionError.certificateForOthers(client.endpoint)) {
            _ = try await client.send(.get, "/hello", within: .seconds(5))
        }
        await server.stop()
    }

    @Test func aServerWithoutTLSIsTold() async throws {
        let server = try await TestServer()
        let error = await #expect(throws: ConnectionError.self) {
            _ = try await client(server, trusting: nil).send(.get, "/hello", within: .seconds(5))
        }
        guard case .noTLS = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await server.stop()
    }

    @Test func plainRequestsToATLSPortEndTheConnection() async throws {
        let server = try await server()
        #expect(try await !server.answer(to: "GET / HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP"))
        await server.stop()
    }

    @Test func whoNeverFinishesAHandshakeIsCut() async throws {
        let server = try await server { $0.limits.idle = .milliseconds(200) }
        #expect(try await server.answer(to: "\u{16}\u{3}\u{1}\u{2}") == "")
        await server.stop()
    }

    @Test func newConnectionsGetTheRenewedCertificate() async throws {
        let contexts = [try context("first"), try context("second")]
        let renewed = Mutex(contexts[0])
        let server = try await TestServer {
            $0.tls = { renewed.withLock { $0 } }
        }
        let old = try client(server, trusting: "first")
        #expect(try await old.send(.get, "/hello", within: .seconds(5)).status == 200)
        renewed.withLock { $0 = contexts[1] }
        // A connection that is open stays as it is.
        #expect(try await old.send(.get, "/hello", within: .seconds(5)).status == 200)
        #expect(
            try await client(server, trusting: "second").send(.get, "/hello", within: .seconds(5)).status
                == 200)
        await #expect(throws: ConnectionError.self) {
            _ = try await client(server, trusting: "first").send(.get, "/hello", within: .seconds(5))
        }
        await server.stop()
    }

    @Test func filesThatDoNotWorkAreTold() throws {
        let (first, key, otherKey) = (
            scratch.file("first.pem"), scratch.file("first-key.pem"), scratch.file("second-key.pem")
        )
        #expect(throws: TLSError.self) {
            try TLSContext.server(certificateChain: scratch.file("none"), key: key)
        }
        #expect(throws: TLSError.self) { try TLSContext.server(certificateChain: key, key: key) }
        #expect(throws: TLSError.self) { try TLSContext.server(certificateChain: first, key: otherKey) }
        #expect(throws: TLSError.self) { try TLSContext.server(certificateChain: first, key: first) }
        #expect(throws: TLSError.self) { try TLSContext.client(authorities: scratch.file("none")) }
        // Nothing of it is left for calls that come later.
        #expect(OpenSSLErrors.taken() == [])
        _ = try TLSContext.server(certificateChain: first, key: key)
    }

    // MARK: Clients from elsewhere

    /// With an RSA key, for which the old ways of exchanging keys exist.
    private func rsaServer() async throws -> TestServer {
        let made = try await Program.run([
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj",
            "/CN=localhost", "-keyout",
            scratch.file("rsa-key.pem"), "-out", scratch.file("rsa.pem"),
        ])
        try #require(made.status == 0, "\(made.output)")
        return try await server("rsa")
    }

    @Test(
        .enabled(if: Program.exists("openssl"), "openssl is not installed"),
        arguments: [
            (["-tls1_3"], true), (["-tls1_2"], true), (["-tls1_1"], false), (["-tls1"], false),
            (["-tls1_2", "-cipher", "AES128-GCM-SHA256"], false),
            (["-tls1_2", "-cipher", "AES256-SHA"], false),
            (["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"], false),
            (["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], false),
            (["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], true),
            (["-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"], true),
        ])
    func onlyTLSWithForwardSecrecyIsSpoken(_ options: [String], _ isSpoken: Bool) async throws {
        let server = try await rsaServer()
        let run = try await Program.run(
            [
                "openssl", "s_client", "-connect", "127.0.0.1:\(server.port)", "-CAfile",
                scratch.file("rsa.pem"),
            ]
                // The client's own floor must not be what fails.
                + options.map { $0 } + (options.contains("-cipher") ? [] : ["-cipher", "ALL@SECLEVEL=0"]))
        #expect(
            (run.status == 0 && run.output.contains("Verify return code: 0 (ok)")) == isSpoken,
            "\(run.output)")
        await server.stop()
    }

    // MARK: Servers from elsewhere

    @Test(
        .enabled(if: OpenSSLServer.isInstalled, "openssl is not installed"), arguments: OpenSSLServer.offers)
    func onlyTLSWithForwardSecrecyIsAsked(_ options: [String], _ isGood: Bool) async throws {
        let server = try await OpenSSLServer(options)
        let client = Client(
            Endpoint(host: "localhost", port: server.port, isSecure: true),
            tls: try .client(authorities: server.authority))
        do {
            let response = try await client.send(.get, "/", within: .seconds(10))
            #expect(isGood && response.status == 200)
        } catch {
            guard !isGood, case .noTLS = error else { throw error }
        }
    }
}
