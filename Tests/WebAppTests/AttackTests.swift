import HTTP
import Networking
import TestSupport
import Testing

@testable import WebApp

/// What somebody may try who reaches the port, byte by byte.
struct AttackTests {
    @Test(arguments: [
        ("GET / HTTP/1.1", 400), ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400),
        ("GET / HTTP/1.1\r\nHost: ", 400), ("GET / HTTP/1.1\r\nHost: localhost@evil.example", 400),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: localhost", 403),
        ("GET /?q=\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\nHost: localhost", 414),
        (
            "GET /api/status/history?from=\(String(repeating: "9", count: 4000)) HTTP/1.1\r\nHost: localhost",
            400
        ),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: \(String(repeating: "a", count: 100_000))", 431),
        ("OPTIONS * HTTP/1.1\r\nHost: localhost", 404), ("TRACE / HTTP/1.1\r\nHost: localhost", 405),
        ("CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost", 501),
        (
            "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 10\r\nTransfer-Encoding: chunked", 400
        ),
        (
            "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: 999999999", 413
        ),
    ])
    func hostileRequestsAreProblems(_ head: String, _ status: Int) async throws {
        try await Fixture().live { web in
            let connection = try RawConnection(port: web.port)
            try await connection.send(head + "\r\nConnection: close\r\n\r\n")
            let answer = await connection.answerUntilClosed()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(400))")
            #expect(answer.contains("Content-Type: application/problem+json"))
            #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
            #expect(!answer.contains("evil.example"))
        }
    }

    /// Streams beyond the limit are refused, and one that ends makes room.
    @Test(.timeLimit(.minutes(5)))
    func eventStreamsAreBounded() async throws {
        try await Fixture().live { web in
            let request = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
            var streams: [RawConnection] = []
            for _ in 0..<EventHub.maxSubscribers {
                let stream = try RawConnection(port: web.port)
                try await stream.send(request)
                #expect(await stream.receive()?.starts(with: "HTTP/1.1 200".utf8) == true)
                streams.append(stream)
            }
            let refused = try await web.get("/api/events")
            #expect(refused.status == 503)
            #expect(refused.fields["Retry-After"] == "10")
            streams.removeLast()
            var status = 503
            while status == 503 {
                let stream = try RawConnection(port: web.port)
                try await stream.send(request)
                let head = await stream.receive() ?? []
                status = head.starts(with: "HTTP/1.1 200".utf8) ? 200 : 503
            }
        }
    }
}
