/// Holds the figures of an answer against the results that it rests on.
///
/// A figure is backed when some result, or the question, holds a number that rounds to it as written: as it is, in
/// another unit (bytes in KiB…TiB or kB…TB, seconds in minutes, hours or days), or as what is left to 100 %.
struct FigureCheck {
    private var values: Set<Double> = []
    private var texts: [String] = []

    /// Takes in a result.
    mutating func add(_ result: JSON) {
        switch result {
        case .null, .bool: break
        case .number(let value): values.insert(value)
        case .string(let text): add(text: text)
        case .array(let list):
            values.insert(Double(list.count))
            list.forEach { add($0) }
        case .object(let fields): fields.values.forEach { add($0) }
        }
    }

    /// Takes in text whose figures may be repeated, such as the question.
    mutating func add(text: String) {
        texts.append(text)
        values.formUnion(Figure.all(in: text).map(\.value))
    }

    /// The figures of a text that nothing backs, as they are written, each once.
    func unbacked(in text: String) -> [String] {
        var seen: Set<String> = []
        return Figure.all(in: text).filter { !isBacked($0) }.map(\.text).filter { seen.insert($0).inserted }
    }

    private func isBacked(_ figure: Figure) -> Bool {
        values.contains { value in
            Self.scales.contains { figure.matches(value / $0) } || figure.matches(100 - value)
        }
    }

    private static let scales: [Double] = [
        1, 1024, 1_048_576, 1_073_741_824, 1_099_511_627_776, 1e3, 1e6, 1e9, 1e12, 60, 3600, 86_400, -1,
    ]
}

/// A number in a text.
struct Figure: Hashable {
    let text: String
    let value: Double
    /// Half of the last digit written: what rounding may have taken.
    let tolerance: Double

    func matches(_ other: Double) -> Bool { abs(abs(other) - abs(value)) <= tolerance * 1.0001 }

    /// The numbers of a text: not the digits in names (`process-1`, `sda1`), in clock times and dates, nor list numbers.
    static func all(in text: String) -> [Figure] {
        let characters = Array(text)
        var figures: [Figure] = []
        var index = 0
        while index < characters.count {
            guard characters[index].isASCIIDigit else {
                index += 1
                continue
            }
            let start = index
            while index < characters.count,
                characters[index].isPartOfNumber(next: characters[safe: index + 1])
            {
                index += 1
            }
            let word = String(characters[start..<index])
            if isFigure(
                before: characters[safe: start - 1], beforeThat: characters[safe: start - 2],
                after: characters[safe: index], next: characters[safe: index + 1],
                isLineStart: isLineStart(start, characters)),
                let figure = Figure(word)
            {
                figures.append(figure)
            }
        }
        return figures
    }

    private init?(_ text: String) {
        let plain = text.filter { $0 != "," }
        guard let value = Double(plain) else { return nil }
        self.text = text
        self.value = value
        let decimals = plain.firstIndex(of: ".").map { plain.distance(from: $0, to: plain.endIndex) - 1 } ?? 0
        var unit = 1.0
        for _ in 0..<decimals { unit /= 10 }
        tolerance = unit / 2
    }

    private static func isFigure(
        before: Character?, beforeThat: Character?, after: Character?, next: Character?, isLineStart: Bool
    ) -> Bool {
        // A digit after a letter, or after a letter and a dash, is part of a name.
        if before?.isLetter == true || before == "_" || before == ":" { return false }
        if before == "-", beforeThat?.isLetter == true || beforeThat?.isNumber == true { return false }
        // 12:30 and 2026-03-01 are moments; "1." at the start of a line counts a list.
        if after == ":", next?.isNumber == true { return false }
        if after == "-", next?.isNumber == true { return false }
        if isLineStart, after == "." || after == ")" { return false }
        return true
    }

    private static func isLineStart(_ index: Int, _ characters: [Character]) -> Bool {
        var position = index - 1
        while let character = characters[safe: position], character == " " { position -= 1 }
        return characters[safe: position].map(\.isNewline) ?? true
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }

    /// Digits, and a point or comma that a digit follows.
    fileprivate func isPartOfNumber(next: Character?) -> Bool {
        isASCIIDigit || ((self == "." || self == ",") && next?.isASCIIDigit == true)
    }
}

extension [Character] {
    fileprivate subscript(safe index: Int) -> Character? { indices.contains(index) ? self[index] : nil }
}
