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

    @Test func lineWithoutEndIsGivenUp() throws {
        var stream = EventStream()
        let allowed = [UInt8](repeating: UInt8(ascii: "x"), count: EventStream.maxLineByteCount)
        let found = try stream.add(allowed)
        #expect(found == [])
        #expect(throws: EventStream.LineTooLong.self) { try stream.add([UInt8(ascii: "x")]) }
    }
}
