import TestSupport
import Testing

@testable import HTTP

@Suite struct RequestReaderTests {
    /// What a reader makes of bytes that come in pieces.
    private struct Reading: Equatable {
        struct Request: Equatable {
            var head: HTTPRequestHead
            var body: [UInt8] = []
            var isWhole = false
        }

        var requests: [Request] = []
        var failure: Int?

        init(_ bytes: [UInt8], pieces: [Int], limits: HTTPLimits = HTTPLimits()) {
            var reader = RequestReader(limits: limits)
            var start = 0
            do {
                for end in pieces + [bytes.count] {
                    var rest = Array(bytes[start..<end])
                    start = end
                    while true {
                        let step = try reader.read(rest.span.bytes)
                        rest.removeFirst(step.consumed)
                        switch step.event {
                        case .head(let head): requests.append(Request(head: head))
                        case .body(let piece): requests[requests.count - 1].body += piece
                        case .end: requests[requests.count - 1].isWhole = true
                        case nil: break
                        }
                        if step.event == nil { break }
                    }
                }
            } catch {
                failure = error.status
            }
        }
    }

    private func read(_ text: String, limits: HTTPLimits = HTTPLimits()) -> Reading {
        Reading(Array(text.utf8), pieces: [], limits: limits)
    }

    private func head(_ text: String) throws -> HTTPRequestHead {
        let reading = read(text)
        try #require(reading.failure == nil)
        return try #require(reading.requests.first?.head)
    }

    @Test(arguments: HostileRequest.all)
    func hostileRequestsAreRejectedHoweverTheyArrive(_ request: HostileRequest) {
        let whole = Reading(request.bytes, pieces: [])
        #expect(whole.failure == request.status, "\(request.name)")
        #expect(whole.requests.filter(\.isWhole).isEmpty)
        for split in Set([1, 2, 3].map { min($0, request.bytes.count) } + request.bytes.indices.prefix(400)) {
            #expect(Reading(request.bytes, pieces: [split]).failure == request.status, "\(request.name)")
        }
        let bytewise = Reading(request.bytes, pieces: Array(request.bytes.indices.dropFirst()))
        #expect(bytewise.failure == request.status, "\(request.name)")
    }

    static let sound = [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\r\nGET /hello?a=b HTTP/1.1\r\nhOST:\t x:80 \t\r\nEmpty:\r\n\r\n",
        "GET http://other:8080/a?b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET HTTPS://[::1] HTTP/1.1\r\nHost: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "5\r\nhello\r\n00A;a=\"b\";c\r\n\r\n34567\r\n9\r\n000\r\nDigest: x\r\nContent-Length: 3\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\naGET /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c HTTP/1.1\r\nHost: y\r\n\r\n",
    ]

    @Test(arguments: sound)
    func soundRequestsAreReadAlikeHoweverTheyArrive(_ text: String) {
        let bytes = Array(text.utf8)
        let whole = Reading(bytes, pieces: [])
        #expect(whole.failure == nil)
        #expect(!whole.requests.isEmpty)
        #expect(whole.requests.filter(\.isWhole) == whole.requests)
        for first in bytes.indices {
            #expect(Reading(bytes, pieces: [first]) == whole)
            #expect(Reading(bytes, pieces: [first, min(first + 3, bytes.count)]) == whole)
        }
        #expect(Reading(bytes, pieces: Array(bytes.indices)) == whole)
    }

    @Test func aPipelineIsReadInOrder() {
        let reading = read(Self.sound[9])
        #expect(reading.requests.map(\.head.path) == ["/a", "/b", "/c"])
        #expect(reading.requests.map(\.body) == [[97], [], []])
    }

    @Test func chunksArePutTogetherAndTrailersDropped() throws {
        let request = try #require(read(Self.sound[8]).requests.first)
        #expect(String(decoding: request.body, as: UTF8.self) == "hello\r\n34567\r\n9")
        #expect(request.head.fields["Digest"] == nil)
        #expect(request.head.fields["Content-Length"] == nil)
    }

    @Test func fieldsAreTrimmedAndTheirNamesHaveNoCase() throws {
        let head = try head(Self.sound[1])
        #expect(head.fields["host"] == "x:80")
        #expect(head.fields["EMPTY"] == "")
        #expect(head.path == "/hello")
        #expect(head.query["a"] == "b")
    }

    /// RFC 9112, section 3.2.2.
    @Test func theHostOfAWholeURLCounts() throws {
        let first = try head(Self.sound[2])
        #expect(first.fields.all("Host") == ["other:8080"])
        #expect(first.target == "/a?b")
        let second = try head(Self.sound[3])
        #expect(second.fields.all("Host") == ["[::1]"])
        #expect(second.target == "/")
        #expect(try head("GET http://x?a=b HTTP/1.1\r\nHost: x\r\n\r\n").target == "/?a=b")
    }

    @Test func whatComesAfterAnUpgradeIsLeft() throws {
        let bytes = Array("GET /ws HTTP/1.1\r\nHost: x\r\n\r\nFRAME".utf8)
        var reader = RequestReader()
        let step = try reader.read(bytes.span.bytes)
        #expect(step.consumed == bytes.count - 5)
        #expect(!reader.isBetweenRequests)
        #expect(try reader.read(RawSpan()).event == .end)
        #expect(reader.isBetweenRequests)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true),
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, Close\r\n\r\n", false),
        ("GET / HTTP/1.0\r\n\r\n", false),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
        ("GET / HTTP/1.9\r\nHost: x\r\n\r\n", true),
    ])
    func connectionsAreKeptAsTheirVersionAsks(_ text: String, _ keepsAlive: Bool) throws {
        #expect(try head(text).keepsAlive == keepsAlive)
    }

    @Test func onlyHTTP11Expects() throws {
        let fields = "Host: x\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"
        #expect(try head("POST / HTTP/1.1\r\n" + fields).expectsContinue)
        #expect(try !head("POST / HTTP/1.0\r\n" + fields).expectsContinue)
    }

    // MARK: Both sides of each limit

    @Test func theRequestLineIsBounded() {
        for (count, failure) in [(8192, nil), (8193, 414)] as [(Int, Int?)] {
            let target = "/" + String(repeating: "a", count: count - "GET / HTTP/1.1".utf8.count)
            #expect(read("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n").failure == failure)
        }
    }

    @Test func theFieldsAreBoundedInAll() {
        // Each line counts with its end.
        let used = "Host: x\r\nA: \r\n".utf8.count
        for (count, failure) in [(32 << 10, nil), (32 << 10 + 1, 431)] as [(Int, Int?)] {
            let value = String(repeating: "b", count: count - used)
            #expect(read("GET / HTTP/1.1\r\nHost: x\r\nA: \(value)\r\n\r\n").failure == failure)
        }
    }

    @Test func theNumberOfFieldsIsBounded() {
        for (count, failure) in [(100, nil), (101, 431)] as [(Int, Int?)] {
            let fields = String(repeating: "A: b\r\n", count: count - 1)
            #expect(read("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").failure == failure)
        }
    }

    @Test func bodiesAreBounded() {
        var limits = HTTPLimits()
        limits.body = 10
        let post = "POST / HTTP/1.1\r\nHost: x\r\n"
        for (count, failure) in [(10, nil), (11, 413)] as [(Int, Int?)] {
            let body = String(repeating: "a", count: count)
            #expect(read(post + "Content-Length: \(count)\r\n\r\n\(body)", limits: limits).failure == failure)
            let chunks = body.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
            #expect(
                read(post + "Transfer-Encoding: chunked\r\n\r\n\(chunks)", limits: limits).failure == failure)
        }
    }

    @Test func aChunkLineIsBounded() {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        for (count, failure) in [(256, nil), (257, 400)] as [(Int, Int?)] {
            #expect(
                read(head + "0;" + String(repeating: "a", count: count - 2) + "\r\n\r\n").failure == failure)
        }
    }
}
