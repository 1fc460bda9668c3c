/// Reads field lines up to the empty line that ends them (RFC 9112, section 5).
struct FieldReader: Sendable {
    private(set) var fields = HTTPFields()
    private var byteCount = 0

    /// True once the empty line has been read; `fields` is then complete.
    mutating func read(
        _ input: RawSpan, at position: inout Int, lines: inout LineReader, limits: HTTPLimits
    ) throws(HTTPFailure) -> Bool {
        let tooLarge = HTTPFailure(431, "more than \(limits.fields) bytes of fields")
        while try lines.take(input, at: &position, limit: limits.fields - byteCount - 2, tooLong: tooLarge) {
            if lines.line.isEmpty { return true }
            byteCount += lines.line.count + 2
            guard fields.count < limits.fieldCount else {
                throw HTTPFailure(431, "more than \(limits.fieldCount) fields")
            }
            try add(lines.line)
        }
        return false
    }

    private mutating func add(_ line: [UInt8]) throws(HTTPFailure) {
        // A line that begins with a blank would continue the previous one (obs-fold); implementations differ on joining
        // them.
        if line[0].isBlank { throw HTTPFailure(400, "a field that begins with a blank") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw HTTPFailure(400, "a field without a colon")
        }
        // This also rejects a blank before the colon, which some proxies treat as part of another name (RFC 9112,
        // section 5.1).
        guard colon > 0, line[..<colon].allSatisfy(\.isTokenCharacter) else {
            throw HTTPFailure(400, "the name of a field is not a token")
        }
        fields.add(
            String(decoding: line[..<colon], as: UTF8.self),
            String(decoding: line[(colon + 1)...].trimmed, as: UTF8.self))
    }
}
