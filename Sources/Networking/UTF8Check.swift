/// Validates UTF-8 incrementally, and fails at the first invalid byte (Unicode, table 3-7).
struct UTF8Check: Hashable, Sendable {
    /// The number of bytes missing from the current character, and the valid range of the next one.
    private var needed = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether the text may end here.
    var isComplete: Bool { needed == 0 }

    /// False as soon as no continuation can make it valid UTF-8.
    mutating func take(_ bytes: RawSpan) -> Bool {
        var index = 0
        while index < bytes.byteCount {
            if needed == 0 {
                while index + 8 <= bytes.byteCount,
                    bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080
                        == 0
                { index += 8 }
                guard index < bytes.byteCount else { break }
            }
            guard take(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)) else { return false }
            index += 1
        }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if needed > 0 {
            guard lowest...highest ~= byte else { return false }
            (needed, lowest, highest) = (needed - 1, 0x80, 0xBF)
            return true
        }
        switch byte {
        case 0...0x7F: return true
        case 0xC2...0xDF: needed = 1
        case 0xE0: (needed, lowest) = (2, 0xA0)
        case 0xED: (needed, highest) = (2, 0x9F)
        case 0xE1...0xEF: needed = 2
        case 0xF0: (needed, lowest) = (3, 0x90)
        case 0xF4: (needed, highest) = (3, 0x8F)
        case 0xF1...0xF3: needed = 3
        default: return false
        }
        return true
    }
}
