import Foundation

extension JSON {
    subscript(key: String) -> JSON? { object?[key] }

    var array: [JSON]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    var object: [String: JSON]? {
        guard case .object(let fields) = self else { return nil }
        return fields
    }

    /// Whether it holds nothing: absent, or a text or collection that is empty.
    var isBlank: Bool {
        switch self {
        case .null: true
        case .string(let text): text.isEmpty
        case .array(let values): values.isEmpty
        case .object(let fields): fields.isEmpty
        case .bool, .number: false
        }
    }

    /// Reads what a model server sent. What is no JSON only for a few characters is read all the same: servers cut texts in
    /// the middle of a letter, and print numbers that JSON does not have.
    init?(sent bytes: some Collection<UInt8>) {
        let data = Data(bytes)
        if let value = try? JSONDecoder().decode(JSON.self, from: data) {
            self = value
        } else if let value = try? JSONDecoder().decode(JSON.self, from: Data(RepairedJSON(data).bytes)) {
            self = value
        } else {
            return nil
        }
    }
}

/// JSON with a few things put right that some servers get wrong: halves of characters, control characters in texts, and
/// numbers that are none.
private struct RepairedJSON {
    private(set) var bytes: [UInt8] = []
    private let source: [UInt8]
    private var position = 0

    init(_ data: Data) {
        // Bytes that are no UTF-8 become marks.
        source = Array(String(decoding: data, as: UTF8.self).utf8)
        bytes.reserveCapacity(source.count)
        while position < source.count {
            let byte = source[position]
            if byte == UInt8(ascii: "\"") {
                copyText()
            } else if Self.isOfWord(byte) {
                copyWord()
            } else {
                bytes.append(byte)
                position += 1
            }
        }
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
        }
    }

    /// A number or a name: one that JSON does not have becomes `null`.
    private mutating func copyWord() {
        let word = source[position...].prefix(while: Self.isOfWord)
        position = word.endIndex
        let text = String(decoding: word, as: UTF8.self)
        let isKnown = ["true", "false", "null"].contains(text)
        let isNumber = text.first?.isLetter == false && Double(text)?.isFinite == true
        bytes += isKnown || isNumber ? Array(word) : Array("null".utf8)
    }

    private mutating func copyText() {
        bytes.append(source[position])
        position += 1
        while position < source.count {
            let byte = source[position]
            if byte == UInt8(ascii: "\\") {
                copyEscape()
                continue
            }
            bytes += byte < 0x20 ? [UInt8(ascii: " ")] : [byte]
            position += 1
            if byte == UInt8(ascii: "\"") { return }
        }
    }

    private mutating func copyEscape() {
        let mark = Array(#"\ufffd"#.utf8)
        switch unit(at: position) {
        case .some(0xD800...0xDBFF):
            if case .some(0xDC00...0xDFFF) = unit(at: position + 6) {
                copy(12)
            } else {
                bytes += mark
                position += 6
            }
        case .some(0xDC00...0xDFFF):
            bytes += mark
            position += 6
        default: copy(2)
        }
    }

    private mutating func copy(_ count: Int) {
        let part = source[position...].prefix(count)
        bytes += part
        position = part.endIndex
    }

    /// The code unit of an escape such as `\ud83d`.
    private func unit(at start: Int) -> UInt16? {
        guard start + 6 <= source.count, source[start] == UInt8(ascii: "\\"),
            source[start + 1] == UInt8(ascii: "u")
        else { return nil }
        return UInt16(String(decoding: source[(start + 2)..<(start + 6)], as: UTF8.self), radix: 16)
    }
}
