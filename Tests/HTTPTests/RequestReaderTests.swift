import Testing

@testable import HTTP

@Suite struct RequestReaderTests {
    @Test func aRequestIsReadWholeOrByteByByte() throws {
        let text = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
        for size in [1, 2, 3, 7, text.utf8.count] {
            let (head, body) = try read(text, inPiecesOf: size)
            #expect(head.method == .post)
            #expect(head.path == "/a")
            #expect(head.query["b"] == "c")
            #expect(body == Array("abc".utf8))
        }
    }

    private func read(_ text: String, inPiecesOf size: Int) throws -> (HTTPRequestHead, [UInt8]) {
        var reader = RequestReader()
        var rest = Array(text.utf8)[...]
        var head: HTTPRequestHead?
        var body: [UInt8] = []
        while true {
            let piece = Array(rest.prefix(size))
            let step = try reader.read(piece.span.bytes)
            rest = rest.dropFirst(step.consumed)
            switch step.event {
            case .head(let it): head = it
            case .body(let it): body += it
            case .end: return (try #require(head), body)
            case nil: try #require(!piece.isEmpty)
            }
        }
    }
}
