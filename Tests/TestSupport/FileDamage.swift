/// What a bad disk, or a copy that was cut short, does to the pages of a database.
extension [UInt8] {
    private static let pageByteCount = 4096

    package func randomPage(using random: inout some RandomNumberGenerator) -> Range<Int> {
        let start = Int.random(in: 0..<(count / Self.pageByteCount), using: &random) * Self.pageByteCount
        return start..<(start + Self.pageByteCount)
    }

    package mutating func cutShort(using random: inout some RandomNumberGenerator) {
        removeLast(Int.random(in: 1..<count, using: &random))
    }

    package mutating func blankPage(using random: inout some RandomNumberGenerator) {
        for index in randomPage(using: &random) { self[index] = 0 }
    }

    package mutating func exchangePages(using random: inout some RandomNumberGenerator) {
        let (first, second) = (randomPage(using: &random), randomPage(using: &random))
        let (one, other) = (Array(self[first]), Array(self[second]))
        replaceSubrange(first, with: other)
        replaceSubrange(second, with: one)
    }
}
