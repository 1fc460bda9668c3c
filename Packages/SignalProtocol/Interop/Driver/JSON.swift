/// Just enough JSON, so that the binary does without the whole of Foundation.
enum JSON {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])
}

struct JSONError: Error, CustomStringConvertible {
    let description: String
}

extension JSON {
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = Parser(bytes: bytes)
        self = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error("something after the value") }
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0

        func error(_ text: String) -> JSONError {
            JSONError(description: "JSON: \(text) at byte \(position)")
        }

        mutating func skipSpace() {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        }

        func peek() throws(JSONError) -> UInt8 {
            guard position < bytes.count else { throw error("the end") }
            return bytes[position]
        }

        mutating func expect(_ text: StaticString) throws(JSONError) {
            let count = text.utf8CodeUnitCount
            guard position + count <= bytes.count else { throw error("the end") }
            for offset in 0..<count where bytes[position + offset] != text.utf8Start[offset] {
                throw error("not \(text)")
            }
            position += count
        }

        mutating func value(depth: Int) throws(JSONError) -> JSON {
            guard depth < 32 else { throw error("too deep") }
            skipSpace()
            switch try peek() {
            case UInt8(ascii: "n"):
                try expect("null")
                return .null
            case UInt8(ascii: "t"):
                try expect("true")
                return .bool(true)
            case UInt8(ascii: "f"):
                try expect("false")
                return .bool(false)
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "["):
                position += 1
                var values: [JSON] = []
                skipSpace()
                if try peek() == UInt8(ascii: "]") {
                    position += 1
                    return .array([])
                }
                while true {
                    values.append(try value(depth: depth + 1))
                    skipSpace()
                    let next = try peek()
                    position += 1
                    if next == UInt8(ascii: "]") { return .array(values) }
                    guard next == UInt8(ascii: ",") else { throw error("neither , nor ]") }
                }
            case UInt8(ascii: "{"):
                position += 1
                var fields: [String: JSON] = [:]
                skipSpace()
                if try peek() == UInt8(ascii: "}") {
                    position += 1
                    return .object([:])
                }
                while true {
                    skipSpace()
                    guard try peek() == UInt8(ascii: "\"") else { throw error("no name") }
                    let name = try string()
                    skipSpace()
                    try expect(":")
                    fields[name] = try value(depth: depth + 1)
                    skipSpace()
                    let next = try peek()
                    position += 1
                    if next == UInt8(ascii: "}") { return .object(fields) }
                    guard next == UInt8(ascii: ",") else { throw error("neither , nor }") }
                }
            default: return try number()
            }
        }

        mutating func number() throws(JSONError) -> JSON {
            let start = position
            while position < bytes.count,
                (0x30...0x39).contains(bytes[position])
                    || [
                        UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
                        UInt8(ascii: "E"),
                    ]
                    .contains(bytes[position])
            { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            if let value = Int(text) { return .int(value) }
            if let value = Double(text), value.isFinite { return .double(value) }
            throw error("no value")
        }

        mutating func string() throws(JSONError) -> String {
            position += 1
            var text: [UInt8] = []
            while true {
                let byte = try peek()
                position += 1
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    let escaped = try peek()
                    position += 1
                    switch escaped {
                    case UInt8(ascii: "n"): text.append(0x0A)
                    case UInt8(ascii: "t"): text.append(0x09)
                    case UInt8(ascii: "r"): text.append(0x0D)
                    case UInt8(ascii: "b"): text.append(0x08)
                    case UInt8(ascii: "f"): text.append(0x0C)
                    case UInt8(ascii: "u"):
                        var unit = UInt32(try hex4())
                        if (0xD800..<0xDC00).contains(unit) {
                            try expect("\\u")
                            let low = UInt32(try hex4())
                            guard (0xDC00..<0xE000).contains(low) else { throw error("half a character") }
                            unit = 0x10000 + ((unit - 0xD800) << 10 | (low - 0xDC00))
                        }
                        guard let scalar = Unicode.Scalar(unit) else { throw error("half a character") }
                        text += Array(String(Character(scalar)).utf8)
                    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escaped)
                    default: throw error("unknown escape")
                    }
                default: text.append(byte)
                }
            }
        }

        mutating func hex4() throws(JSONError) -> UInt16 {
            guard position + 4 <= bytes.count else { throw error("the end") }
            let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
            guard let value = UInt16(text, radix: 16) else { throw error("no hex digits") }
            position += 4
            return value
        }
    }

    var encoded: [UInt8] {
        var output: [UInt8] = []
        encode(to: &output)
        return output
    }

    private func encode(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .int(let value): output += String(value).utf8
        case .double(let value): output += (value.isFinite ? String(value) : "null").utf8
        case .string(let value): Self.encode(value, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.encode(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let fields):
            output.append(UInt8(ascii: "{"))
            for (index, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.encode(field.key, to: &output)
                output.append(UInt8(ascii: ":"))
                field.value.encode(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func encode(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): output += "\\\"".utf8
            case UInt8(ascii: "\\"): output += "\\\\".utf8
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output += "\\u00".utf8
                output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
