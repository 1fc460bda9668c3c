import Testing

@testable import HTTP

@Suite struct ResponseReaderTests {
    private struct Reading: Equatable {
        var statuses: [Int] = []
        var fields = HTTPFields()
        var body: [UInt8] = []
        var isWhole = false
        var failure: Int?
        var allowsReuse = false

        init(_ text: String, to method: HTTPMethod = .get, pieces: [Int] = [], ends: Bool = false) {
            let bytes = Array(text.utf8)
            var reader = ResponseReader(to: method)
            var start = 0
            do {
                for end in pieces + [bytes.count] {
                    var rest = Array(bytes[start..<end])
                    start = end
                    while let event = try step(&reader, &rest) {
                        switch event {
                        case .head(let head): (statuses, fields) = (statuses + [head.status], head.fields)
                        case .body(let piece): body += piece
                        case .end: isWhole = true
                        }
                    }
                }
                if ends, try reader.readEnd() == .end { isWhole = true }
            } catch {
                failure = error.status
            }
            allowsReuse = reader.allowsReuse
        }

        private func step(
            _ reader: inout ResponseReader, _ rest: inout [UInt8]
        ) throws(HTTPFailure) -> ResponseReader.Event? {
            let step = try reader.read(rest.span.bytes)
            rest.removeFirst(step.consumed)
            return step.event
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello",
    ])
    func responsesAreReadAlikeHoweverTheyArrive(_ text: String) {
        let whole = Reading(text)
        #expect(whole.statuses == [200])
        #expect(whole.body == Array("hello".utf8))
        #expect(whole.isWhole && whole.allowsReuse && whole.failure == nil)
        for split in 0..<text.utf8.count { #expect(Reading(text, pieces: [split]) == whole) }
        #expect(Reading(text, pieces: Array(0..<text.utf8.count)) == whole)
    }

    @Test func withoutALengthTheEndOfTheConnectionCounts() {
        let text = "HTTP/1.1 200 OK\r\n\r\nhello"
        #expect(!Reading(text).isWhole)
        let reading = Reading(text, ends: true)
        #expect(reading.isWhole && reading.body == Array("hello".utf8) && !reading.allowsReuse)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nConte",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "",
    ])
    func whatIsCutOffIsNotWhole(_ text: String) {
        let reading = Reading(text, ends: true)
        #expect(reading.failure != nil && !reading.isWhole)
    }

    @Test func someResponsesHaveNoBody() {
        #expect(Reading("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", to: .head).isWhole)
        for status in [204, 304, 101] { #expect(Reading("HTTP/1.1 \(status) x\r\n\r\n").isWhole) }
    }

    @Test(arguments: [
        "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/1.1 600 x\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n",
        String(repeating: "HTTP/1.1 100 x\r\n\r\n", count: 17), "SSH-2.0-OpenSSH_9.2\r\n",
    ])
    func malformedResponsesAreRejected(_ text: String) {
        #expect(Reading(text).failure != nil)
    }

    @Test func nothingIsReadAfterTheResponse() throws {
        let bytes = Array("HTTP/1.1 204 x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".utf8)
        var reader = ResponseReader(to: .get)
        #expect(reader.isUntouched)
        let first = try reader.read(bytes.span.bytes)
        #expect(!reader.isUntouched)
        #expect(try reader.read(RawSpan()).event == .end)
        let rest = Array(bytes.dropFirst(first.consumed))
        #expect(try reader.read(rest.span.bytes) == (nil, 0))
    }
}
