import Foundation
import TestSupport
import Testing

/// Clients that we did not write, against the server, directly and through a proxy that we did not write either.
@Suite(.timeLimit(.minutes(5))) struct ClientTests {
    @Test(.enabled(if: Peer.python != nil, "SYSMAINT_PYTHON names no Python with the packages of the tests"))
    func pythonClients() async throws {
        let server = try await PeerServer()
        let output = try await Peer.run(Peer.python, [Peer.script("clients.py"), server.base])
        #expect(output.lines == ["ok: http_client", "ok: requests_session", "ok: websockets"])
        await server.stop()
    }

    @Test(.enabled(if: Peer.path(of: "node") != nil, "node is not installed"))
    func nodeClients() async throws {
        let server = try await PeerServer()
        let output = try await Peer.run(
            Peer.path(of: "node"),
            ["--no-warnings", "--experimental-websocket", Peer.script("clients.mjs"), server.base])
        #expect(output.lines == ["ok: fetch", "ok: WebSocket"])
        await server.stop()
    }

    @Test(.enabled(if: Peer.path(of: "curl") != nil, "curl is not installed"))
    func curl() async throws {
        let server = try await PeerServer()
        let folder = try ScratchDirectory()
        let file = folder.file("body")
        try Data(repeating: 120, count: 3 << 20).write(to: URL(filePath: file))
        func curl(_ arguments: String...) async throws -> String {
            try await Peer.run(Peer.path(of: "curl"), ["--silent", "--show-error", "--fail"] + arguments).text
        }
        #expect(try await curl(server.base + "/hello", server.base + "/hello") == "hellohello")
        #expect(try await curl("--http1.0", server.base + "/hello") == "hello")
        #expect(try await curl("--head", server.base + "/hello").contains("Content-Length: 5"))
        // Above 1 MiB it waits for 100 Continue.
        #expect(try await curl("--data-binary", "@\(file)", server.base + "/echo").utf8.count == 3 << 20)
        #expect(
            try await curl(
                "--header", "Transfer-Encoding: chunked", "--data-binary", "@\(file)", server.base + "/echo"
            )
            .utf8.count == 3 << 20)
        #expect(try await curl(server.base + "/stream").split(separator: "\n").count == 1000)
        await server.stop()
    }

    @Test(
        .enabled(if: Peer.python != nil, "SYSMAINT_PYTHON names no Python with the packages of the tests"),
        .enabled(if: Peer.path(of: "nginx") != nil, "nginx is not installed"))
    func clientsThroughNginx() async throws {
        let server = try await PeerServer()
        let folder = try ScratchDirectory()
        let port = try freePort()
        let configuration = folder.file("nginx.conf")
        try """
        daemon off;
        pid \(folder.file("pid"));
        error_log stderr;
        events {}
        http {
            access_log off;
            client_body_temp_path \(folder.file("body"));
            proxy_temp_path \(folder.file("proxy"));
            fastcgi_temp_path \(folder.file("fastcgi"));
            uwsgi_temp_path \(folder.file("uwsgi"));
            scgi_temp_path \(folder.file("scgi"));
            map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
            upstream server { server 127.0.0.1:\(server.port); keepalive 4; }
            server {
                listen 127.0.0.1:\(port);
                client_max_body_size 64m;
                location / {
                    proxy_pass http://server;
                    proxy_http_version 1.1;
                    proxy_request_buffering off;
                    proxy_buffering off;
                    proxy_set_header Host $http_host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $connection_upgrade;
                }
            }
        }
        """.write(toFile: configuration, atomically: true, encoding: .utf8)
        let nginx = try ChildProcess(
            try #require(Peer.path(of: "nginx")),
            ["-e", "stderr", "-c", configuration, "-p", folder.url.path])
        try await Peer.run(
            Peer.path(of: "curl"),
            [
                "--silent", "--retry", "50", "--retry-connrefused", "--retry-delay", "1",
                "http://127.0.0.1:\(port)/hello",
            ])
        let output = try await Peer.run(Peer.python, [Peer.script("clients.py"), "http://127.0.0.1:\(port)"])
        #expect(output.lines == ["ok: http_client", "ok: requests_session", "ok: websockets"])
        nginx.send(SIGTERM)
        try await nginx.end()
        await server.stop()
    }
}
