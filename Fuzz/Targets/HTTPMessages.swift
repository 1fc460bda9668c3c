import TestSupport

import HTTP

/// Reads what comes as requests, or as responses, whole and in pieces: that must make no difference.
///
/// The first byte says how long the pieces are. A head that was read must be the same after it was written and read again.
enum HTTPMessages {
    private struct Reading: Equatable {
        var requests: [HTTPRequestHead] = []
        var responses: [HTTPResponseHead] = []
        var bodies: [[UInt8]] = []
        var endCount = 0
        var failure: Int?
    }

    static func readRequests(_ input: [UInt8]) {
        check(input) { bytes, size in
            var reading = Reading()
            var reader = RequestReader(limits: limits)
            read(bytes, size, &reading) { span, reading throws(HTTPFailure) in
                let step = try reader.read(span)
                switch step.event {
                case .head(let head):
                    reading.requests.append(head)
                    reading.bodies.append([])
                case .body(let piece): reading.bodies[reading.bodies.count - 1] += piece
                case .end: reading.endCount += 1
                case nil: return (step.consumed, false)
                }
                return (step.consumed, true)
            }
            return reading
        }
    }

    static func readResponses(_ input: [UInt8]) {
        check(input) { bytes, size in
            var reading = Reading()
            var reader = ResponseReader(to: .get, limits: limits)
            read(bytes, size, &reading) { span, reading throws(HTTPFailure) in
                let step = try reader.read(span)
                switch step.event {
                case .head(let head):
                    reading.responses.append(head)
                    reading.bodies.append([])
                case .body(let piece): reading.bodies[reading.bodies.count - 1] += piece
                case .end: reading.endCount += 1
                // After the end nothing more is taken.
                case nil: return (reading.endCount > 0 ? span.byteCount : step.consumed, false)
                }
                return (step.consumed, true)
            }
            if reading.failure == nil { _ = try? reader.readEnd() }
            return reading
        }
    }

    private static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        (limits.startLine, limits.fields, limits.fieldCount, limits.body) = (200, 400, 10, 1000)
        return limits
    }()

    private static func check(_ input: [UInt8], _ reading: ([UInt8], Int) -> Reading) {
        guard let first = input.first else { return }
        let bytes = Array(input.dropFirst())
        let whole = reading(bytes, max(1, bytes.count))
        precondition(reading(bytes, Int(first % 16) + 1) == whole, "pieces make a difference")
        precondition(reading(bytes, 1) == whole, "bytes make a difference")
        for head in whole.requests {
            var again = RequestReader()
            let written = MessageWriter.bytes(of: head)
            var expected = head
            expected.minorVersion = 1
            guard head.minorVersion == 1, let step = try? again.read(written.span.bytes) else { continue }
            precondition(step.event == .head(expected), "a head is another one after it was written")
        }
    }

    private static func read(
        _ bytes: [UInt8], _ size: Int, _ reading: inout Reading,
        _ step: (RawSpan, inout Reading) throws(HTTPFailure) -> (consumed: Int, goesOn: Bool)
    ) {
        var start = 0
        do {
            while start < bytes.count {
                var piece = Array(bytes[start..<min(bytes.count, start + size)])
                start += piece.count
                while true {
                    let (consumed, goesOn) = try step(piece.span.bytes, &reading)
                    piece.removeFirst(consumed)
                    if !goesOn { break }
                }
                precondition(piece.isEmpty, "bytes are left although more are wanted")
            }
        } catch {
            precondition(400..<600 ~= error.status, "a failure without a status")
            reading.failure = error.status
        }
    }

    static var requestSeeds: [(name: String, bytes: [UInt8])] {
        let sound = [
            (
                "pipeline",
                "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
            ),
            (
                "chunks",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nA: b\r\n\r\n"
            ),
            ("url", "OPTIONS http://[::1]:80?a HTTP/1.1\r\nHost: x\r\n\r\nOPTIONS * HTTP/1.0\r\n\r\n"),
            (
                "expect",
                "PUT /a HTTP/1.1\r\nHost: x:1\r\nExpect: 100-continue\r\nConnection: close, a\r\nContent-Length: 1\r\n\r\na"
            ),
        ]
        let hostile = HostileRequest.all.filter { $0.bytes.count < 300 }.map {
            ($0.name.replacing(" ", with: "-").replacing("/", with: "-"), $0.bytes)
        }
        return (sound.map { ($0, Array($1.utf8)) } + hostile).map { ($0, [3] + $1) }
    }

    static var responseSeeds: [(name: String, bytes: [UInt8])] {
        [
            ("length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
            ("chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
            ("until-close", "HTTP/1.0 200\r\n\r\nabc"),
            ("interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nA: b\r\n\r\nHTTP/1.1 204 x\r\n\r\n"),
            ("upgrade", "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nabc"),
        ].map { ($0, [3] + Array($1.utf8)) }
    }
}
