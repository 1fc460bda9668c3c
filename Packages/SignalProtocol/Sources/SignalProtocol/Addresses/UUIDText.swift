#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The hyphenated text of a UUID: 8-4-4-4-12 hex digits.
///
/// Foundation's `UUID` prints upper case, which is not the form used here.
enum UUIDText {
    static let byteCount = 16
    private static let characterCount = 36
    private static let hyphens: Set<Int> = [8, 13, 18, 23]

    /// The 16 bytes in network order; nil unless the text has exactly this form, in either case.
    static func bytes(of text: Substring) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count == characterCount else { return nil }
        var digits: [UInt8] = []
        for (index, character) in characters.enumerated() {
            if hyphens.contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = hexDigit(character) else { return nil }
                digits.append(digit)
            }
        }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// The lower-case text of 16 bytes.
    static func text(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        var text = ""
        for byte in bytes {
            if hyphens.contains(text.count) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    private static func hexDigit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension UUID {
    /// A UUID from its 16 bytes.
    init(networkOrder bytes: [UInt8]) {
        precondition(bytes.count == UUIDText.byteCount, "a UUID is 16 bytes")
        self.init(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }
}
