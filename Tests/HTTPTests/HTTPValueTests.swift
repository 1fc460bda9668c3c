import Testing

@testable import HTTP

@Suite struct HTTPValueTests {
    @Test func fieldsAreFoundInAnyCaseAndKeepTheirOrder() {
        var fields: HTTPFields = ["A": "1", "b": "2"]
        fields.add("a", "3")
        #expect(fields["a"] == "1")
        #expect(fields.all("A") == ["1", "3"])
        #expect(fields.map(\.name) == ["A", "b", "a"])
        fields["a"] = "4"
        #expect(fields.map(\.value) == ["2", "4"])
        fields["B"] = nil
        #expect(fields.count == 1)
        #expect(fields["missing"] == nil)
    }

    @Test func listsAreTakenApartOverAllFields() {
        var fields: HTTPFields = ["Connection": " Upgrade ,, keep-alive"]
        fields.add("connection", "CLOSE")
        #expect(fields.tokens("Connection") == ["upgrade", "keep-alive", "close"])
        #expect(fields.tokens("Upgrade") == [])
    }

    @Test(
        arguments: [
            ("a=1&b=2", "b", "2"), ("a=1&a=2", "a", "1"), ("a", "a", ""), ("a=", "a", ""),
            ("a=b=c", "a", "b=c"),
            ("a=%C3%A4%2F", "a", "ä/"), ("%61=x", "a", "x"), ("a=b+c", "a", "b+c"), ("a=%zz", "a", nil),
            ("a=%F", "a", nil),
            ("a=%FF", "a", nil), ("", "a", nil), ("&&=&", "a", nil), ("ab=1", "a", nil),
        ] as [(String, String, String?)])
    func queriesAreDecoded(_ query: String, _ name: String, _ value: String?) {
        #expect(HTTPRequestHead(method: .get, target: "/x?" + query).query[name] == value)
    }

    @Test func aTargetWithoutAQueryHasNone() {
        let head = HTTPRequestHead(method: .get, target: "/a%20b")
        #expect(head.path == "/a%20b")
        #expect(head.query["a"] == nil)
    }

    /// RFC 6455, section 4.2.1; each change makes the handshake unsound.
    @Test(
        arguments: [
            ("Upgrade", nil), ("Upgrade", "h2c"), ("Upgrade", "websocket, h2c"), ("Connection", nil),
            ("Connection", "close"),
            ("Sec-WebSocket-Version", nil), ("Sec-WebSocket-Version", "8"),
            ("Sec-WebSocket-Version", "13, 8"),
            ("Sec-WebSocket-Key", nil), ("Sec-WebSocket-Key", "short"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==" + "="),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ\u{E4}=="), ("Content-Length", "0"),
            ("Transfer-Encoding", "chunked"),
        ] as [(String, String?)])
    func onlySoundHandshakesHaveAKey(_ name: String, _ value: String?) {
        var head = HTTPRequestHead(
            method: .get, target: "/ws",
            fields: [
                "Upgrade": "WebSocket", "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            ])
        #expect(head.webSocketKey == "dGhlIHNhbXBsZSBub25jZQ==")
        head.fields[name] = value
        #expect(head.webSocketKey == nil)
    }

    @Test func handshakesAreGETsOfHTTP11() {
        let fields: HTTPFields = [
            "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        #expect(HTTPRequestHead(method: .post, target: "/", fields: fields).webSocketKey == nil)
        #expect(
            HTTPRequestHead(method: .get, target: "/", minorVersion: 0, fields: fields).webSocketKey == nil)
        var twice = HTTPRequestHead(method: .get, target: "/", fields: fields)
        twice.fields.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        #expect(twice.webSocketKey == nil)
    }

    @Test func whatFieldsSayCannotEndALine() {
        let head = HTTPResponseHead(
            status: 200, fields: ["A": "b\r\nC: d\0e", "Bad Name": "x", "B\r\n": "y", "": "z"])
        let text = String(decoding: MessageWriter.bytes(of: head), as: UTF8.self)
        #expect(text == "HTTP/1.1 200 OK\r\nA: b  C: d e\r\n\r\n")
    }

    @Test func whatIsWrittenIsRead() throws {
        var head = HTTPRequestHead(method: .put, target: "/a?b=c", fields: ["Host": "x", "A": "ä"])
        var requests = RequestReader()
        #expect(try requests.read(MessageWriter.bytes(of: head).span.bytes).event == .head(head))
        head.fields["Host"] = nil
        let answer = HTTPResponseHead(status: 299, fields: head.fields)
        var responses = ResponseReader(to: .get)
        #expect(try responses.read(MessageWriter.bytes(of: answer).span.bytes).event == .head(answer))
        #expect(MessageWriter.chunkHead(255) == Array("ff\r\n".utf8))
    }
}
