/// One chunk of an erasure-coded value: any N distinct chunks rebuild a value that is N chunks long.
///
/// The value's bytes, in big-endian pairs, are elements of a field; pair u is the value at u div 16 of polynomial u mod
/// 16. Chunk k holds the values of all sixteen polynomials at k, so the first N chunks are the bytes themselves.
///
/// - Shape: 32 bytes, sixteen elements.
struct ErasureChunk: Hashable, Sendable {
    static let byteCount = 32
    static let elementCount = 16

    let index: UInt16
    let bytes: [UInt8]

    init(index: UInt16, bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount)
        self.index = index
        self.bytes = bytes
    }

    init(index: UInt16, elements: [GF16]) {
        self.init(index: index, bytes: elements.bigEndianBytes)
    }

    var elements: [GF16] { GF16.elements(bigEndian: bytes) }
}

extension GF16 {
    /// Elements from pairs of bytes; the byte count must be even.
    static func elements(bigEndian bytes: [UInt8]) -> [GF16] {
        stride(from: 0, to: bytes.count, by: 2).map { GF16(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])) }
    }
}

extension [GF16] {
    var bigEndianBytes: [UInt8] {
        flatMap { [UInt8($0.value >> 8), UInt8(truncatingIfNeeded: $0.value)] }
    }
}
