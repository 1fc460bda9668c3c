/// The modules of a code while it is being drawn (sections 6.3, 7.7, 7.9 and 7.10).
struct QRCanvas: Sendable {
    private static let finder = 3
    let size: Int
    private(set) var modules: [Bool]
    /// Modules that belong to patterns, and so contain no data.
    private var isReserved: [Bool]

    /// Everything except data, with the format information reserved.
    init(version: QRVersion) {
        size = version.size
        modules = [Bool](repeating: false, count: size * size)
        isReserved = modules
        drawTiming()
        let far = size - 1 - Self.finder
        for (row, column) in [(Self.finder, Self.finder), (Self.finder, far), (far, Self.finder)] {
            drawFinder(row, column)
        }
        let centers = version.alignmentCenters
        for row in centers {
            for column in centers
            where !isReserved[row * size + column] || row == 6 && column != 6 || column == 6 && row != 6 {
                let isAtFinder =
                    (row <= 6 && (column <= 6 || column >= size - 7)) || (row >= size - 7 && column <= 6)
                if !isAtFinder { drawAlignment(row, column) }
            }
        }
        drawFormat(mask: 0)
        if version.number >= 7 { drawVersion(version.number) }
    }

    /// A copy of this canvas with the codewords under a mask.
    func drawn(_ codewords: [UInt8], mask: Int) -> QRCanvas {
        var canvas = self
        canvas.drawFormat(mask: mask)
        canvas.draw(codewords, mask: mask)
        return canvas
    }

    // MARK: Patterns

    private mutating func reserve(_ row: Int, _ column: Int, _ isDark: Bool) {
        guard (0..<size).contains(row), (0..<size).contains(column) else { return }
        modules[row * size + column] = isDark
        isReserved[row * size + column] = true
    }

    private mutating func drawTiming() {
        for index in 0..<size {
            reserve(6, index, index.isMultiple(of: 2))
            reserve(index, 6, index.isMultiple(of: 2))
        }
    }

    /// Three rings around a center, including the separator.
    private mutating func drawFinder(_ row: Int, _ column: Int) {
        for down in -4...4 {
            for right in -4...4 {
                let distance = max(abs(down), abs(right))
                reserve(row + down, column + right, distance != 2 && distance != 4)
            }
        }
    }

    private mutating func drawAlignment(_ row: Int, _ column: Int) {
        for down in -2...2 {
            for right in -2...2 { reserve(row + down, column + right, max(abs(down), abs(right)) != 1) }
        }
    }

    /// Level M (bits 00) and the mask, protected by a BCH code, twice.
    private mutating func drawFormat(mask: Int) {
        var remainder = mask
        for _ in 0..<10 { remainder = remainder << 1 ^ (remainder >> 9) * 0x537 }
        let bits = (mask << 10 | remainder) ^ 0x5412
        for index in 0..<15 {
            let isDark = bits >> index & 1 == 1
            switch index {
            case 0..<6: reserve(index, 8, isDark)
            case 6, 7: reserve(index + 1, 8, isDark)
            case 8: reserve(8, 7, isDark)
            default: reserve(8, 14 - index, isDark)
            }
            if index < 8 {
                reserve(8, size - 1 - index, isDark)
            } else {
                reserve(size - 15 + index, 8, isDark)
            }
        }
        reserve(size - 8, 8, true)
    }

    private mutating func drawVersion(_ number: Int) {
        var remainder = number
        for _ in 0..<12 { remainder = remainder << 1 ^ (remainder >> 11) * 0x1F25 }
        let bits = number << 12 | remainder
        for index in 0..<18 {
            let isDark = bits >> index & 1 == 1
            reserve(index / 3, size - 11 + index % 3, isDark)
            reserve(size - 11 + index % 3, index / 3, isDark)
        }
    }

    // MARK: Data

    /// In columns of two from the right, alternately upwards and downwards; remaining modules stay light.
    private mutating func draw(_ codewords: [UInt8], mask: Int) {
        var index = 0
        for right in stride(from: size - 1, through: 1, by: -2) {
            // The timing column is not part of the columns of two.
            let right = right <= 6 ? right - 1 : right
            let isUpward = (right + 1) & 2 == 0
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !isReserved[row * size + column] {
                    let isDark =
                        index < codewords.count * 8 && codewords[index / 8] >> (7 - index % 8) & 1 == 1
                    modules[row * size + column] = isDark != Self.isMasked(mask, row, column)
                    index += 1
                }
            }
        }
    }

    private static func isMasked(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
        switch mask {
        case 0: (row + column).isMultiple(of: 2)
        case 1: row.isMultiple(of: 2)
        case 2: column.isMultiple(of: 3)
        case 3: (row + column).isMultiple(of: 3)
        case 4: (row / 2 + column / 3).isMultiple(of: 2)
        case 5: row * column % 2 + row * column % 3 == 0
        case 6: (row * column % 2 + row * column % 3).isMultiple(of: 2)
        default: ((row + column) % 2 + row * column % 3).isMultiple(of: 2)
        }
    }

    // MARK: Choice of the mask

    /// The penalty of hard-to-read features (section 7.8.3): long runs, blocks, finder-like patterns, uneven darkness.
    var penalty: Int {
        let rows = (0..<size).map { row in (0..<size).map { modules[row * size + $0] } }
        let columns = (0..<size).map { column in (0..<size).map { modules[$0 * size + column] } }
        let lines = (rows + columns).reduce(0) { $0 + Self.runs($1) + Self.finders($1) }
        return lines + blocks(rows) + imbalance
    }

    private static func runs(_ line: [Bool]) -> Int {
        var penalty = 0
        var length = 0
        for (index, module) in line.enumerated() {
            length = index > 0 && line[index - 1] == module ? length + 1 : 1
            if length == 5 { penalty += 3 } else if length > 5 { penalty += 1 }
        }
        return penalty
    }

    private static func finders(_ line: [Bool]) -> Int {
        let core = [true, false, true, true, true, false, true]
        var penalty = 0
        for start in 0...(line.count - core.count) where Array(line[start..<start + core.count]) == core {
            let before = line[max(0, start - 4)..<start]
            let after = line[(start + core.count)..<min(line.count, start + core.count + 4)]
            // Modules beyond the edge are light.
            if !before.contains(true) || !after.contains(true) { penalty += 40 }
        }
        return penalty
    }

    private func blocks(_ rows: [[Bool]]) -> Int {
        var penalty = 0
        for row in 1..<size {
            for column in 1..<size {
                let corner = rows[row][column]
                if rows[row - 1][column] == corner, rows[row][column - 1] == corner,
                    rows[row - 1][column - 1] == corner
                {
                    penalty += 3
                }
            }
        }
        return penalty
    }

    private var imbalance: Int {
        let dark = modules.count { $0 }
        return abs(dark * 20 - modules.count * 10) / modules.count * 10
    }
}
