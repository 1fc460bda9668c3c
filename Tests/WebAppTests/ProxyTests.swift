import Foundation
import HTTP
import Networking
import TestSupport
import Testing

@testable import WebApp

/// nginx in front of the web, with the lines that the documentation gives for it.
struct ProxyTests {
    fileprivate static let nginx = "/usr/sbin/nginx"
    private static let hasNginx = FileManager.default.isExecutableFile(atPath: nginx)

    @Test(.enabled(if: ProxyTests.hasNginx, "nginx is not installed"), .timeLimit(.minutes(5)))
    func pagesChatEventsAndLoginPassThroughNginx() async throws {
        var fixture = try Fixture()
        fixture.configuration.token = "only for this test"
        let served = fixture
        try await served.withAgent {
            try await served.live { web in
                let proxy = try await Proxy(to: web.port)
                try await Self.use(proxy)
            }
        }
    }

    private static func use(_ proxy: Proxy) async throws {
        let web = try LiveWeb(port: proxy.port, authorities: proxy.certificate)
        let origin = "https://localhost:\(proxy.port)"
        let json: HTTPFields = ["Content-Type": "application/json", "Origin": origin]

        #expect(try await web.get("/").fields["Location"] == "/login?next=/")
        let login = try await web.post("/api/login", #"{"token":"only for this test"}"#, fields: json)
        #expect(login.status == 204)
        let cookie = try #require(login.fields["Set-Cookie"])
        #expect(cookie.hasSuffix("; Secure"))
        let session = try #require(cookie.split(separator: ";").first.map(String.init))

        let page = try await web.get("/", fields: ["Cookie": session])
        #expect(page.status == 200)
        #expect(page.fields["Content-Security-Policy"] != nil)
        // A login is of one address.
        let host = "localhost:\(proxy.port)"
        var events = try await LiveWeb(port: proxy.plainPort).events(fields: [
            "Cookie": session, "Host": host,
        ])
        #expect(try await events.next()?.name == "hello")
        var asking = json
        asking["Cookie"] = session
        let answer = try await web.post("/api/chat", #"{"prompt":"hi"}"#, fields: asking)
        #expect(answer.text.contains("You asked: hi"))
        #expect(try await events.next(named: "message")?.data.contains(#""text":"hi""#) == true)

        asking["Origin"] = "https://evil.example"
        #expect(
            try await web.post("/api/chat", #"{"prompt":"hi"}"#, fields: asking).problem == "cross_origin")
    }
}

/// nginx on free ports of this machine, as long as something refers to it.
private struct Proxy {
    /// With TLS.
    let port: Int
    /// Without, for the test's reader of streams.
    let plainPort: Int
    /// The PEM file to trust.
    let certificate: String
    private let scratch: ScratchDirectory
    private let nginx: ChildProcess

    init(to webPort: Int) async throws {
        scratch = try ScratchDirectory()
        port = try freePort()
        plainPort = try freePort()
        certificate = scratch.file("certificate.pem")
        try TestCertificate.first.certificate.write(toFile: certificate, atomically: true, encoding: .utf8)
        try TestCertificate.first.key.write(
            toFile: scratch.file("key.pem"), atomically: true, encoding: .utf8)
        let location = try Self.documentedLocation().replacing("127.0.0.1:3000", with: "127.0.0.1:\(webPort)")
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "    \($0)_temp_path \($0);"
        }
        try """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr notice;
        events {}
        http {
        \(folders.joined(separator: "\n"))
            access_log off;
            server {
                listen 127.0.0.1:\(plainPort);
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate certificate.pem;
                ssl_certificate_key key.pem;
                \(location)
            }
        }
        """.write(toFile: scratch.file("nginx.conf"), atomically: true, encoding: .utf8)
        nginx = try ChildProcess(
            ProxyTests.nginx, ["-p", scratch.url.path, "-c", "nginx.conf", "-e", "stderr"])
        // It listens before it says so.
        try await nginx.wait(for: "nginx to serve") { $0.log.contains("event method") }
    }

    /// The block of the document that operators copy.
    private static func documentedLocation() throws -> String {
        let document = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Documentation/operations.md")
        let text = try String(contentsOf: document, encoding: .utf8)
        let block = try #require(text.firstMatch(of: /```nginx\n(.*?)```/.dotMatchesNewlines()))
        return String(block.1)
    }
}
