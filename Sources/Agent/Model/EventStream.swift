import Foundation

/// Takes a stream of server-sent events apart, as far as a model server uses them: the `data` of each event.
struct EventStream {
    /// Longer lines end the stream.
    static let maxLineByteCount = 256 * 1024

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false

    struct LineTooLong: Error {}

    /// - Returns: The data of the events that these bytes completed.
    mutating func add(_ bytes: some Sequence<UInt8>) throws(LineTooLong) -> [Data] {
        var events: [Data] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                guard line.count < Self.maxLineByteCount else { throw LineTooLong() }
                line.append(byte)
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> Data? {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else {
            defer { (data, hasData) = ([], false) }
            return hasData ? Data(data) : nil
        }
        let field = Array("data:".utf8)
        guard line.starts(with: field) else { return nil }
        var value = line.dropFirst(field.count)
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        if hasData { data.append(UInt8(ascii: "\n")) }
        data += value
        hasData = true
        return nil
    }
}
