/// A QR code of bytes according to ISO/IEC 18004: byte mode, error correction level M, versions 1 to 10.
package struct QRCode: Hashable, Sendable {
    /// The capacity of the largest version.
    package static let maxByteCount = 213

    /// Modules per side, without the quiet zone, which must be four modules wide.
    package let size: Int
    private var modules: [Bool]

    /// - Returns: Nil for more than `maxByteCount` bytes.
    package init?(_ content: some Collection<UInt8>) {
        guard let version = QRVersion.smallest(for: content.count) else { return nil }
        let codewords = version.codewords(of: Array(content))
        let blank = QRCanvas(version: version)
        let drawn = (0..<8).map { blank.drawn(codewords, mask: $0) }
        guard let best = drawn.min(by: { $0.penalty < $1.penalty }) else { return nil }
        size = best.size
        modules = best.modules
    }

    package func isDark(row: Int, column: Int) -> Bool { modules[row * size + column] }

    /// The dark modules as the `d` attribute of an SVG path in a coordinate system of `size` by `size`.
    package var svgPath: String {
        var path = ""
        for row in 0..<size {
            var column = 0
            while column < size {
                guard isDark(row: row, column: column) else {
                    column += 1
                    continue
                }
                let start = column
                while column < size, isDark(row: row, column: column) { column += 1 }
                path += "M\(start) \(row)h\(column - start)v1h-\(column - start)z"
            }
        }
        return path
    }
}
