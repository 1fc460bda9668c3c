/// The SPQR data that accompanies an application message: at most one chunk of the value being sent.
///
/// - Shape: version (1 byte, value 1) ‖ epoch (varint) ‖ index (varint) ‖ type (1 byte), and for the types with a
///   chunk: its index (varint) ‖ 32 bytes.
/// - Errors: `.messageDecode`. Bytes after the message are ignored, for future versions.
struct SPQRMessage: Hashable, Sendable {
    /// Named as in the specification: header, encapsulation key and the two parts of the ciphertext.
    enum Payload: Hashable {
        case none
        case hdr(ErasureChunk)
        case ek(ErasureChunk)
        case ekCt1Ack(ErasureChunk)
        case ct1Ack
        case ct1(ErasureChunk)
        case ct2(ErasureChunk)
    }

    static let version: UInt8 = 1

    /// The epoch that the sender is negotiating; its keys come from the previous one.
    let epoch: UInt64
    /// The index of the message's key in its chain; zero means no key.
    let index: UInt32
    let payload: Payload

    init(epoch: UInt64, index: UInt32, payload: Payload) {
        self.epoch = epoch
        self.index = index
        self.payload = payload
    }

    init(wire: [UInt8]) throws(SPQRError) {
        var reader = Reader(rest: wire[...])
        guard try reader.takeByte() == Self.version else { throw .messageDecode }
        epoch = try reader.takeVarint()
        guard epoch > 0, let index = UInt32(exactly: try reader.takeVarint()) else { throw .messageDecode }
        self.index = index
        payload =
            switch try reader.takeByte() {
            case 0: .none
            case 1: .hdr(try reader.takeChunk())
            case 2: .ek(try reader.takeChunk())
            case 3: .ekCt1Ack(try reader.takeChunk())
            case 4: .ct1Ack
            case 5: .ct1(try reader.takeChunk())
            case 6: .ct2(try reader.takeChunk())
            default: throw .messageDecode
            }
    }

    var wire: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        bytes.reserveCapacity(52)
        bytes.appendVarint(epoch)
        bytes.appendVarint(UInt64(index))
        let (type, chunk): (UInt8, ErasureChunk?) =
            switch payload {
            case .none: (0, nil)
            case .hdr(let chunk): (1, chunk)
            case .ek(let chunk): (2, chunk)
            case .ekCt1Ack(let chunk): (3, chunk)
            case .ct1Ack: (4, nil)
            case .ct1(let chunk): (5, chunk)
            case .ct2(let chunk): (6, chunk)
            }
        bytes.append(type)
        if let chunk {
            bytes.appendVarint(UInt64(chunk.index))
            bytes += chunk.bytes
        }
        return bytes
    }

    /// Parses a message from the front.
    struct Reader {
        private(set) var rest: ArraySlice<UInt8>

        init(rest: ArraySlice<UInt8>) { self.rest = rest }

        mutating func takeByte() throws(SPQRError) -> UInt8 {
            guard let byte = rest.popFirst() else { throw .messageDecode }
            return byte
        }

        /// Up to ten bytes, seven bits each, least significant first. Non-minimal encodings are accepted, and bits
        /// beyond 64 are dropped.
        mutating func takeVarint() throws(SPQRError) -> UInt64 {
            var value: UInt64 = 0
            for shift in stride(from: 0 as UInt64, to: 70, by: 7) {
                let byte = try takeByte()
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
            }
            throw .messageDecode
        }

        mutating func takeChunk() throws(SPQRError) -> ErasureChunk {
            guard let index = UInt16(exactly: try takeVarint()), rest.count >= ErasureChunk.byteCount else {
                throw .messageDecode
            }
            return ErasureChunk(index: index, bytes: Array(rest.prefix(ErasureChunk.byteCount)))
        }
    }
}

extension [UInt8] {
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}
