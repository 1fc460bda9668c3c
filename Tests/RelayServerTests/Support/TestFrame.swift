import TestSupport

/// A WebSocket frame (RFC 6455, section 5.2) as a test writes it, rightly or wrongly.
struct TestFrame: Sendable {
    enum Opcode {
        static let continuation: UInt8 = 0x0
        static let text: UInt8 = 0x1
        static let binary: UInt8 = 0x2
        static let close: UInt8 = 0x8
        static let ping: UInt8 = 0x9
        static let pong: UInt8 = 0xA
    }

    var opcode: UInt8
    var payload: [UInt8]
    var fin = true
    var rsv = false
    var isMasked = true

    init(
        _ opcode: UInt8, _ payload: some Sequence<UInt8>, fin: Bool = true, rsv: Bool = false,
        isMasked: Bool = true
    ) {
        (self.opcode, self.payload, self.fin, self.rsv, self.isMasked) = (
            opcode, Array(payload), fin, rsv, isMasked
        )
    }

    /// The code of a close frame.
    var closeCode: Int? {
        opcode == Opcode.close && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
    }

    var bytes: [UInt8] {
        let first = (fin ? 0x80 : 0) | (rsv ? 0x40 : 0) | opcode
        return isMasked ? RawFrame.client(first, payload) : RawFrame.server(first, payload)
    }

    /// Takes a whole frame of a server off the front; nil while there is none.
    init?(takingFrom bytes: inout [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        let sizeCount = bytes[1] & 0x7F == 127 ? 8 : bytes[1] & 0x7F == 126 ? 2 : 0
        guard bytes.count >= 2 + sizeCount else { return nil }
        let extended = bytes[2..<2 + sizeCount].reduce(0) { $0 << 8 | Int($1) }
        let start = 2 + sizeCount
        let end = start + (sizeCount == 0 ? Int(bytes[1] & 0x7F) : extended)
        guard bytes.count >= end else { return nil }
        self.init(
            bytes[0] & 0x0F, bytes[start..<end], fin: bytes[0] & 0x80 != 0, rsv: bytes[0] & 0x70 != 0,
            isMasked: bytes[1] & 0x80 != 0)
        bytes.removeFirst(end)
    }
}
