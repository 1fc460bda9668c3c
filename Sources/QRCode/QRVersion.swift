/// The size of a code and the structure of its codewords, at error correction level M (tables 7, 9 and E.1).
struct QRVersion: Hashable, Sendable {
    let number: Int
    let errorCorrectionPerBlock: Int
    /// Data codewords of each block; shorter ones first.
    let blocks: [Int]
    let alignmentCenters: [Int]

    var size: Int { 17 + 4 * number }
    var dataByteCount: Int { blocks.reduce(0, +) }
    /// The width of the byte count in bits.
    private var lengthBits: Int { number < 10 ? 8 : 16 }
    private var capacity: Int { (dataByteCount * 8 - 4 - lengthBits) / 8 }

    static let all = [
        QRVersion(number: 1, errorCorrectionPerBlock: 10, blocks: [16], alignmentCenters: []),
        QRVersion(number: 2, errorCorrectionPerBlock: 16, blocks: [28], alignmentCenters: [6, 18]),
        QRVersion(number: 3, errorCorrectionPerBlock: 26, blocks: [44], alignmentCenters: [6, 22]),
        QRVersion(number: 4, errorCorrectionPerBlock: 18, blocks: [32, 32], alignmentCenters: [6, 26]),
        QRVersion(number: 5, errorCorrectionPerBlock: 24, blocks: [43, 43], alignmentCenters: [6, 30]),
        QRVersion(
            number: 6, errorCorrectionPerBlock: 16, blocks: [27, 27, 27, 27], alignmentCenters: [6, 34]),
        QRVersion(
            number: 7, errorCorrectionPerBlock: 18, blocks: [31, 31, 31, 31], alignmentCenters: [6, 22, 38]),
        QRVersion(
            number: 8, errorCorrectionPerBlock: 22, blocks: [38, 38, 39, 39], alignmentCenters: [6, 24, 42]),
        QRVersion(
            number: 9, errorCorrectionPerBlock: 22, blocks: [36, 36, 36, 37, 37],
            alignmentCenters: [6, 26, 46]),
        QRVersion(
            number: 10, errorCorrectionPerBlock: 26, blocks: [43, 43, 43, 43, 44],
            alignmentCenters: [6, 28, 50]),
    ]

    static func smallest(for byteCount: Int) -> QRVersion? { all.first { $0.capacity >= byteCount } }

    /// All codewords in drawing order: the blocks interleaved, then their error correction.
    func codewords(of content: [UInt8]) -> [UInt8] {
        let data = padded(content)
        var rest = data[...]
        let dataBlocks = blocks.map { count in
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        let code = ReedSolomon(errorCorrectionCount: errorCorrectionPerBlock)
        return interleaved(dataBlocks) + interleaved(dataBlocks.map(code.remainder))
    }

    /// Mode, length, content, terminator and padding (section 7.4).
    private func padded(_ content: [UInt8]) -> [UInt8] {
        var bits = BitString()
        bits.append(0b0100, count: 4)
        bits.append(content.count, count: lengthBits)
        for byte in content { bits.append(Int(byte), count: 8) }
        bits.append(0, count: min(4, dataByteCount * 8 - bits.count))
        var bytes = bits.bytes
        var filling: UInt8 = 0xEC
        while bytes.count < dataByteCount {
            bytes.append(filling)
            filling = filling == 0xEC ? 0x11 : 0xEC
        }
        return bytes
    }

    private func interleaved(_ blocks: [[UInt8]]) -> [UInt8] {
        (0..<(blocks.map(\.count).max() ?? 0)).flatMap { index in
            blocks.compactMap { index < $0.count ? $0[index] : nil }
        }
    }
}

/// Collects bits into bytes, most significant first.
private struct BitString {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ value: Int, count bitCount: Int) {
        for shift in (0..<bitCount).reversed() {
            if count.isMultiple(of: 8) { bytes.append(0) }
            if value >> shift & 1 == 1 { bytes[bytes.count - 1] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
    }
}
