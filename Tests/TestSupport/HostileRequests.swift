/// A request that an attacker might send, and the expected status: tested with the reader and with a real server.
package struct HostileRequest: Sendable, CustomStringConvertible {
    package let name: String
    package let bytes: [UInt8]
    package let status: Int

    package var description: String { name }

    private init(_ status: Int, _ name: String, _ text: String) {
        (self.status, self.name, bytes) = (status, name, Array(text.utf8))
    }

    /// A valid head around one field line.
    private static func field(_ status: Int, _ name: String, _ line: String, body: String = "")
        -> HostileRequest
    {
        HostileRequest(status, name, "POST /echo HTTP/1.1\r\nHost: x\r\n\(line)\r\n\r\n\(body)")
    }

    /// A request with a chunked body.
    private static func chunked(_ status: Int, _ name: String, _ body: String) -> HostileRequest {
        field(status, name, "Transfer-Encoding: chunked", body: body)
    }

    private static func line(_ status: Int, _ name: String, _ line: String) -> HostileRequest {
        HostileRequest(status, name, "\(line)\r\nHost: x\r\n\r\n")
    }

    package static let all: [HostileRequest] = requestLines + fields + framing + chunks

    private static let requestLines = [
        line(400, "two blanks", "GET  / HTTP/1.1"),
        line(400, "a blank in the target", "GET /a b HTTP/1.1"),
        line(400, "a blank at the end", "GET / HTTP/1.1 "),
        line(400, "a blank at the beginning", " GET / HTTP/1.1"),
        line(400, "a tab for a blank", "GET\t/ HTTP/1.1"),
        line(400, "HTTP/0.9", "GET /"),
        line(400, "no target", "GET HTTP/1.1"),
        line(400, "a method that is no token", "GE(T / HTTP/1.1"),
        line(400, "a relative target", "GET hello HTTP/1.1"),
        line(400, "a fragment", "GET /hello#x HTTP/1.1"),
        line(400, "letters beyond ASCII in the target", "GET /hellö HTTP/1.1"),
        line(400, "NUL in the target", "GET /hello\0 HTTP/1.1"),
        line(400, "a star for GET", "GET * HTTP/1.1"),
        line(400, "a user in the target", "GET http://a:b@x/ HTTP/1.1"),
        line(400, "another scheme", "GET ftp://x/ HTTP/1.1"),
        line(400, "a URL without a host", "GET http:///hello HTTP/1.1"),
        line(400, "a version in small letters", "GET / http/1.1"),
        line(400, "a version of two digits", "GET / HTTP/1.10"),
        line(400, "no version number", "GET / HTTP/"),
        line(400, "another protocol", "GET / ICY/1.1"),
        line(400, "a TLS handshake", "\u{16}\u{3}\u{1}"),
        line(505, "HTTP/2", "PRI * HTTP/2.0"),
        line(505, "HTTP/0.9 by name", "GET / HTTP/0.9"),
        line(505, "HTTP/3", "GET / HTTP/3.0"),
        line(501, "an unknown method", "BREW / HTTP/1.1"),
        line(501, "a method in small letters", "get / HTTP/1.1"),
        line(501, "a tunnel", "CONNECT x:443 HTTP/1.1"),
        HostileRequest(400, "bare LF", "GET / HTTP/1.1\nHost: x\n\n"),
        HostileRequest(400, "LF after the request line", "GET / HTTP/1.1\nHost: x\r\n\r\n"),
        HostileRequest(400, "a bare CR", "GET / HTTP/1.1\rHost: x\r\n\r\n"),
        HostileRequest(400, "empty lines and nothing else", "\r\n\r\n\r\n"),
        HostileRequest(
            414, "a target of 9 KiB", "GET /\(String(repeating: "a", count: 9 << 10)) HTTP/1.1\r\n"),
        HostileRequest(414, "a request line without end", String(repeating: "A", count: 9 << 10)),
    ]

    private static let fields = [
        HostileRequest(400, "no Host", "GET / HTTP/1.1\r\n\r\n"),
        field(400, "two Hosts", "Host: y"),
        field(400, "two equal Hosts", "Host: x"),
        HostileRequest(400, "an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        HostileRequest(400, "a Host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
        HostileRequest(400, "a Host with a user", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n"),
        HostileRequest(400, "a list of Hosts", "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n"),
        HostileRequest(400, "a port that is no number", "GET / HTTP/1.1\r\nHost: x:y\r\n\r\n"),
        HostileRequest(400, "a port that is too large", "GET / HTTP/1.1\r\nHost: x:65536\r\n\r\n"),
        HostileRequest(400, "an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        HostileRequest(400, "two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n"),
        field(400, "two Authorizations", "Authorization: Bearer a\r\nauthorization: Bearer b"),
        field(400, "two Origins", "Origin: http://x\r\nOrigin: http://y"),
        field(400, "two Sec-Fetch-Sites", "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site"),
        field(400, "two Content-Types", "Content-Type: application/json\r\nContent-Type: text/plain"),
        field(400, "a continued line", "A: b\r\n c"),
        field(400, "a continued line with a tab", "A: b\r\n\tc"),
        HostileRequest(400, "a blank before the first field", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
        field(400, "a blank before the colon", "Content-Length : 0"),
        field(400, "a tab before the colon", "Transfer-Encoding\t: chunked"),
        field(400, "no colon", "Content-Length"),
        field(400, "no name", ": x"),
        field(400, "a name with a blank", "Content Length: 0"),
        field(400, "a name in brackets", "(A): b"),
        field(400, "a name beyond ASCII", "Ä: b"),
        field(400, "NUL in a value", "A: b\0c"),
        field(400, "a control character in a value", "A: b\u{1}c"),
        field(400, "DEL in a value", "A: b\u{7F}c"),
        field(400, "LF in a value", "A: b\nContent-Length: 0"),
        field(400, "CR in a value", "A: b\rContent-Length: 0"),
        field(400, "a vertical tab around a coding", "Transfer-Encoding: \u{B}chunked"),
        field(417, "another expectation", "Expect: 200-ok"),
        field(431, "a field of 33 KiB", "A: \(String(repeating: "b", count: 33 << 10))"),
        field(
            431, "33 KiB in 90 fields",
            (0..<90).map { "A\($0): \(String(repeating: "b", count: 370))" }.joined(separator: "\r\n")),
        field(431, "101 fields", (0..<100).map { "A\($0): b" }.joined(separator: "\r\n")),
        HostileRequest(
            431, "100 KiB of head that does not end",
            "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 17 << 10)),
    ]

    private static let framing = [
        field(400, "two lengths", "Content-Length: 1\r\nContent-Length: 2", body: "ab"),
        field(400, "two equal lengths", "Content-Length: 1\r\nContent-Length: 1", body: "a"),
        field(400, "a list of lengths", "Content-Length: 1, 1", body: "a"),
        field(400, "a length with a sign", "Content-Length: +1", body: "a"),
        field(400, "a negative length", "Content-Length: -1", body: "a"),
        field(400, "a length in hexadecimal", "Content-Length: 0x1", body: "a"),
        field(400, "a length with a blank", "Content-Length: 1 0", body: "a"),
        field(400, "an empty length", "Content-Length:"),
        field(400, "a length with a point", "Content-Length: 1.0", body: "a"),
        field(400, "a length in other digits", "Content-Length: ١", body: "a"),
        field(413, "a length of one too many", "Content-Length: 1048577"),
        field(413, "a length beyond 64 bits", "Content-Length: 99999999999999999999"),
        field(
            400, "a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"),
        field(
            400, "chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5", body: "0\r\n\r\n"),
        field(400, "chunked twice", "Transfer-Encoding: chunked, chunked", body: "0\r\n\r\n"),
        field(
            400, "chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            body: "0\r\n\r\n"),
        field(400, "an empty coding", "Transfer-Encoding:", body: "0\r\n\r\n"),
        field(400, "a comma before chunked", "Transfer-Encoding: ,chunked", body: "0\r\n\r\n"),
        field(501, "gzip, chunked", "Transfer-Encoding: gzip, chunked", body: "0\r\n\r\n"),
        field(501, "chunked, gzip", "Transfer-Encoding: chunked, gzip", body: "0\r\n\r\n"),
        field(501, "identity", "Transfer-Encoding: identity"),
        field(501, "a coding that looks like chunked", "Transfer-Encoding: xchunked", body: "0\r\n\r\n"),
        field(501, "chunked in quotes", "Transfer-Encoding: \"chunked\"", body: "0\r\n\r\n"),
        field(501, "chunked with a parameter", "Transfer-Encoding: chunked;a=b", body: "0\r\n\r\n"),
        HostileRequest(
            400, "chunks in HTTP/1.0",
            "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    private static let chunks = [
        chunked(400, "a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a size with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a negative size", "-5\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "no size", "\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a size after a blank", " 5\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a size before a blank", "5 \r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a size with an underscore", "5_0\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a size that is no number", "z\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a size of 16 digits", "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "a size of 17 digits", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunked(413, "a size of one too many", "100001\r\nhello"),
        chunked(
            413, "one too many in the second chunk",
            "FFFFF\r\n\(String(repeating: "a", count: 0xFFFFF))\r\n2\r\n"),
        chunked(400, "a size ended by LF", "5\nhello\r\n0\r\n\r\n"),
        chunked(400, "a chunk ended by LF", "5\r\nhello\n0\r\n\r\n"),
        chunked(400, "a chunk that goes on", "5\r\nhelloo\r\n0\r\n\r\n"),
        chunked(400, "a chunk without an end", "5\r\nhello0\r\n\r\n"),
        chunked(400, "a last chunk ended by LF", "0\n\n"),
        chunked(400, "LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"),
        chunked(400, "NUL in an extension", "5;a\0\r\nhello\r\n0\r\n\r\n"),
        chunked(
            400, "an extension of 300 bytes", "5;\(String(repeating: "a", count: 300))\r\nhello\r\n0\r\n\r\n"),
        chunked(
            400, "200 extensions of 200 bytes",
            String(repeating: "1;\(String(repeating: "a", count: 200))\r\nx\r\n", count: 200)),
        chunked(400, "a trailer without a colon", "0\r\nabc\r\n\r\n"),
        chunked(400, "a continued trailer", "0\r\nA: b\r\n c\r\n\r\n"),
        chunked(431, "101 trailers", "0\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n"),
        chunked(431, "33 KiB of trailer", "0\r\nA: \(String(repeating: "b", count: 33 << 10))\r\n\r\n"),
    ]
}
