import Foundation

/// Takes a stream of server-sent events apart, as far as a model server uses them: the `data` of each event.
///
/// Servers end lines in three ways, forget the blank line after an event, or the one at the end; and a failure may come as
/// JSON without any field.
struct EventStream {
    /// Longer lines end the stream.
    static let maxLineByteCount = 256 * 1024

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var lastWasReturn = false

    struct LineTooLong: Error {}

    /// - Returns: The data of the events that these bytes completed.
    mutating func add(_ bytes: some Sequence<UInt8>) throws(LineTooLong) -> [Data] {
        var events: [Data] = []
        for byte in bytes {
            defer { lastWasReturn = byte == UInt8(ascii: "\r") }
            if byte == UInt8(ascii: "\n"), lastWasReturn { continue }
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                guard line.count < Self.maxLineByteCount else { throw LineTooLong() }
                line.append(byte)
                continue
            }
            endLine(&events)
        }
        return events
    }

    /// - Returns: The data of an event that the end of the stream completed.
    mutating func end() -> [Data] {
        var events: [Data] = []
        endLine(&events)
        endEvent(&events)
        return events
    }

    private mutating func endLine(_ events: inout [Data]) {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endEvent(&events) }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var content = line.starts(with: mark) ? line.dropFirst(mark.count) : line[...]
        let field = Array("data:".utf8)
        if content.starts(with: field) {
            content = content.dropFirst(field.count)
            if content.first == UInt8(ascii: " ") { content.removeFirst() }
        } else if content.starts(with: Self.errorField) {
            // Of an event of its own, where others tell of a failure as data.
            content = content.dropFirst(Self.errorField.count)
            content = (Array(#"{"error":"#.utf8) + content + [UInt8(ascii: "}")])[...]
        } else if content.first != UInt8(ascii: "{") {
            return
        }
        // Where no blank line came between them, what is complete is an event of its own.
        if hasData, isComplete { endEvent(&events) }
        if hasData { data.append(UInt8(ascii: "\n")) }
        data += content
        hasData = true
    }

    private var isComplete: Bool {
        data.elementsEqual(Self.done) || JSON(text: String(decoding: data, as: UTF8.self)) != nil
    }

    private static let errorField = Array("error:".utf8)
    static let done = Array("[DONE]".utf8)

    private mutating func endEvent(_ events: inout [Data]) {
        if hasData { events.append(Data(data)) }
        (data, hasData) = ([], false)
    }
}
