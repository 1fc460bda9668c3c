/// Cuts bytes where their content says so, so that a change moves no cut but those beside it.
///
/// A rolling hash over the last 64 bytes decides. Two versions of a value then have most chunks in common, whatever was
/// inserted, removed or moved: what is stored by chunk is written only where it changed.
struct Chunks: Sequence {
    static let minByteCount = 1024
    /// With what a row needs besides, it fits into a page.
    static let maxByteCount = 3840
    /// One in 1,024 places is a cut: chunks have 2 KiB on average.
    private static let mask: UInt64 = 0x3FF << 54

    /// One random number for each value of a byte, always the same (SplitMix64).
    private static let numbers: [UInt64] = (0..<256).map { byte in
        var z = (UInt64(byte) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func makeIterator() -> AnyIterator<ArraySlice<UInt8>> {
        var start = 0
        return AnyIterator {
            guard start < bytes.count else { return nil }
            let end = Self.end(ofChunkAt: start, in: bytes)
            defer { start = end }
            return bytes[start..<end]
        }
    }

    private static func end(ofChunkAt start: Int, in bytes: [UInt8]) -> Int {
        let limit = Swift.min(start + maxByteCount, bytes.count)
        guard limit - start > minByteCount else { return limit }
        return numbers.withUnsafeBufferPointer { numbers in
            bytes.withUnsafeBufferPointer { bytes in
                var hash: UInt64 = 0
                for index in (start + minByteCount - 64)..<limit {
                    hash = hash << 1 &+ numbers[Int(bytes[index])]
                    if index >= start + minByteCount, hash & mask == 0 { return index + 1 }
                }
                return limit
            }
        }
    }
}
