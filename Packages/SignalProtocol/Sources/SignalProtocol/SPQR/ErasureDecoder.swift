/// Collects chunks until there are enough to rebuild a value of known length.
struct ErasureDecoder: Equatable, Sendable {
    let byteCount: Int
    /// Distinct, in ascending order of index.
    private(set) var chunks: [ErasureChunk] = []

    /// - Parameter byteCount: The length of the value.
    init(byteCount: Int) { self.byteCount = byteCount }

    /// N: the number of chunks required.
    var neededCount: Int { (byteCount + ErasureChunk.byteCount - 1) / ErasureChunk.byteCount }

    /// Adds a chunk, replacing any earlier one with the same index.
    mutating func add(_ chunk: ErasureChunk) {
        let position = chunks.firstIndex { $0.index >= chunk.index } ?? chunks.count
        if position < chunks.count, chunks[position].index == chunk.index {
            chunks[position] = chunk
        } else if chunks.count < neededCount || chunk.index < neededCount {
            chunks.insert(chunk, at: position)
        }
    }

    /// The value; nil while chunks are missing.
    var message: [UInt8]? {
        guard chunks.count >= neededCount else { return nil }
        let used = chunks.prefix(neededCount)
        if let last = used.last, Int(last.index) < neededCount {
            return Array(used.flatMap(\.bytes).prefix(byteCount))
        }
        let interpolation = Interpolation(through: Array(used))
        let received = Dictionary(uniqueKeysWithValues: chunks.map { ($0.index, $0.bytes) })
        let message = (0..<UInt16(neededCount)).flatMap { received[$0] ?? interpolation.chunk($0).bytes }
        return Array(message.prefix(byteCount))
    }
}

/// The polynomials through N chunks, by Lagrange's formula; all sixteen share the same abscissae.
private struct Interpolation {
    private let points: [GF16]
    private let values: [GF16]
    /// For each point, the product of its differences from all others.
    private let denominators: [GF16]

    init(through chunks: [ErasureChunk]) {
        let points = chunks.map { GF16($0.index) }
        self.points = points
        values = chunks.flatMap(\.elements)
        denominators = points.map { point in
            points.reduce(GF16(1)) { $1 == point ? $0 : $0 * (point + $1) }
        }
    }

    /// The chunk at an index that is not one of the points.
    func chunk(_ index: UInt16) -> ErasureChunk {
        let target = GF16(index)
        let numerator = points.reduce(GF16(1)) { $0 * (target + $1) }
        var sums = [GF16](repeating: GF16(0), count: ErasureChunk.elementCount)
        for (position, point) in points.enumerated() {
            GF16.accumulate(
                numerator / ((target + point) * denominators[position]), times: values,
                at: position * ErasureChunk.elementCount, to: &sums, at: 0)
        }
        return ErasureChunk(index: index, elements: sums)
    }
}
