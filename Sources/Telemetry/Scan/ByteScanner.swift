import Glibc

/// Scans the text of a kernel file, line by line and word by word, without copying it.
///
/// Scanning never fails: at the end of the bytes, lines, words and numbers are nil. Words are separated by spaces and
/// tabs.
struct ByteScanner {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The unread bytes.
    var rest: ArraySlice<UInt8> { bytes[position...] }

    /// A scanner over the next line, without its line break; nil at the end of the bytes.
    mutating func nextLine() -> ByteScanner? {
        guard position < bytes.endIndex else { return nil }
        let rest = bytes[position...]
        let length = rest.withUnsafeBytes { rest in
            // `rest` is not empty, so it has a base address, and memchr stays within its count.
            guard let start = rest.baseAddress, let end = memchr(start, Int32(UInt8.lineFeed), rest.count)
            else { return rest.count }
            return UnsafeRawPointer(end) - start
        }
        position += min(length + 1, rest.count)
        return ByteScanner(rest.prefix(length))
    }

    /// The next word; nil at the end of the bytes.
    mutating func nextWord() -> ArraySlice<UInt8>? {
        while position < bytes.endIndex, bytes[position].isBlank { position += 1 }
        guard position < bytes.endIndex else { return nil }
        let start = position
        while position < bytes.endIndex, !bytes[position].isBlank { position += 1 }
        return bytes[start..<position]
    }

    /// Consumes the next word as a number; nil if it is not one.
    mutating func nextNumber() -> UInt64? { nextWord().flatMap { UInt64(digits: $0) } }

    /// Consumes the next word as a decimal number; nil if it is not one.
    mutating func nextDecimal() -> Double? { nextWord().flatMap { Double(digits: $0) } }

    mutating func skipWords(_ count: Int) {
        for _ in 0..<count where nextWord() == nil { return }
    }

    /// The bytes before the next `separator`, which is also consumed; nil if there is none.
    mutating func text(upTo separator: UInt8) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: separator) else { return nil }
        defer { position = end + 1 }
        return bytes[position..<end]
    }
}

extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")

    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// The value of an ASCII digit; nil for any other byte.
    var digitValue: UInt8? {
        let value = self &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }
}

extension UInt64 {
    /// Parses decimal digits; nil for anything else and on overflow.
    init?(digits: ArraySlice<UInt8>) {
        guard !digits.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            guard let digit = byte.digitValue else { return nil }
            let (shifted, tooLong) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = shifted.addingReportingOverflow(UInt64(digit))
            guard !tooLong, !tooLarge else { return nil }
            value = sum
        }
        self = value
    }
}

extension Double {
    /// Parses decimal digits with at most one point between them; nil for anything else.
    init?(digits: ArraySlice<UInt8>) {
        guard let point = digits.firstIndex(of: UInt8(ascii: ".")) else {
            guard let whole = UInt64(digits: digits) else { return nil }
            self = Double(whole)
            return
        }
        let decimals = digits[(point + 1)...]
        guard let whole = UInt64(digits: digits[..<point]), let part = UInt64(digits: decimals) else {
            return nil
        }
        self = Double(whole) + Double(part) / pow(10, Double(decimals.count))
    }
}

extension ArraySlice<UInt8> {
    /// Whether the bytes equal an ASCII text.
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(text)
    }

    func hasPrefix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { count >= $0.count && prefix($0.count).elementsEqual($0) }
    }

    /// The bytes as text; invalid UTF-8 is replaced by U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The bytes without leading and trailing blanks and line breaks.
    var trimmed: ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte.isBlank || byte == .lineFeed || byte == 0 }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) })
        else { return [] }
        return self[first...last]
    }
}
