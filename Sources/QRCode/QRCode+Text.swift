extension QRCode {
    /// Light modules required on each side.
    private static let quietZone = 4

    /// The code in half blocks, two rows of modules per line, with its quiet zone.
    ///
    /// Printed characters are dark: the background must be light, or the code is inverted.
    ///
    /// - Shape: `(size + 9) / 2` lines of `size + 8` characters.
    package var halfBlocks: String {
        let range = -Self.quietZone..<size + Self.quietZone
        return stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
            String(range.map { column in halfBlock(upper: (row, column), lower: (row + 1, column)) })
        }.joined(separator: "\n")
    }

    private func halfBlock(upper: (Int, Int), lower: (Int, Int)) -> Character {
        switch (isDark(anywhere: upper), isDark(anywhere: lower)) {
        case (false, false): " "
        case (true, false): "▀"
        case (false, true): "▄"
        case (true, true): "█"
        }
    }

    private func isDark(anywhere place: (row: Int, column: Int)) -> Bool {
        let inside = 0..<size
        return inside.contains(place.row) && inside.contains(place.column)
            && isDark(row: place.row, column: place.column)
    }
}
