/// WebSocket frames (RFC 6455, section 5.2) as an attacker would make them.
package enum RawFrame {
    package static let mask: [UInt8] = [1, 2, 3, 4]

    /// Of a client: masked.
    package static func client(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [first] + length(payload.count, 0x80) + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    /// Of a server: plain.
    package static func server(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [first] + length(payload.count, 0) + payload
    }

    package static func text(_ text: String) -> [UInt8] { client(0x81, Array(text.utf8)) }
    package static func close(_ code: UInt16, _ reason: String = "") -> [UInt8] {
        client(0x88, closePayload(code, reason))
    }
    package static func closePayload(_ code: UInt16, _ reason: String) -> [UInt8] {
        [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
    }

    private static func length(_ count: Int, _ bit: UInt8) -> [UInt8] {
        switch count {
        case ..<126: [bit | UInt8(count)]
        case ..<65536: [bit | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        default: [bit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
        }
    }
}
