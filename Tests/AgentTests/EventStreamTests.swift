import Foundation
import Testing

@testable import Agent

@Suite struct EventStreamTests {
    private let text = "data: one\r\n\r\n: a comment\n\nevent: x\ndata:two\ndata: three\n\nid: 7\n\ndata: cut"

    @Test(arguments: [1, 2, 3, 1000])
    func eventsComeOutHoweverTheBytesAreCut(size: Int) throws {
        var stream = EventStream()
        var events: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let found = try stream.add(bytes[start..<min(bytes.count, start + size)])
            events += found.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(events == ["one", "two\nthree"])
    }

    /// As servers send them that forget what ends an event, or end lines in other ways.
    @Test(arguments: [
        ("data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]", ["{\"a\":1}", "{\"b\":2}", "[DONE]"]),
        ("data: {\"a\":1}\r\rdata: {\"b\":2}\r", ["{\"a\":1}", "{\"b\":2}"]),
        ("\u{FEFF}data:{\"a\":\ndata: 1}\n\n{\"error\":\"x\"}\n", ["{\"a\":\n1}", "{\"error\":\"x\"}"]),
        (": only a comment\n\nevent: ping\n\n", []), ("", []),
    ])
    func whatIsThereIsRead(text: String, events expected: [String]) throws {
        for size in [1, 3, 1000] {
            var stream = EventStream()
            var events: [Data] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += try stream.add(bytes[start..<min(bytes.count, start + size)])
            }
            events += stream.end()
            #expect(events.map { String(decoding: $0, as: UTF8.self) } == expected)
        }
    }

    @Test func lineWithoutEndIsGivenUp() throws {
        var stream = EventStream()
        let allowed = [UInt8](repeating: UInt8(ascii: "x"), count: EventStream.maxLineByteCount)
        let found = try stream.add(allowed)
        #expect(found == [])
        #expect(throws: EventStream.LineTooLong.self) { try stream.add([UInt8(ascii: "x")]) }
    }
}
