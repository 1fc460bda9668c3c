import Foundation

/// Holds the figures of an answer against the results that it rests on.
///
/// A figure is backed when some result holds a number of the same kind that rounds to it as written: as it is, in
/// another unit (bytes in KiB…TiB or kB…TB, seconds in minutes, hours or days, degrees Celsius in
/// Fahrenheit or kelvin), or as what is left to 100 %. A time or
/// a date is backed when a result holds it. The question backs what a person may set: times, counts, names, but no
/// percentages and no sizes.
struct FigureCheck {
    private var measures: Set<Measure> = []
    private var secondsOfDay: Set<Int> = []
    private var days: Set<String> = []
    private var texts: [String] = []
    /// Texts of results whose claims are all taken: the names of fields come again and again.
    private var taken: Set<String> = []

    /// Adds a result, whose fields are named after their units.
    mutating func add(_ result: JSON) { add(result, unit: nil) }

    private mutating func add(_ result: JSON, unit: Unit?) {
        switch result {
        case .null, .bool: break
        case .number(let value): measures.insert(Measure(value, unit))
        case .string(let text): take(text)
        case .array(let list):
            measures.insert(Measure(Double(list.count), nil))
            list.forEach { add($0, unit: unit) }
        case .object(let fields):
            for (name, field) in fields {
                let words = name.split(separator: "_").map(String.init)
                take(words.joined(separator: " "))
                measures.formUnion(words.compactMap(Measure.init(percentile:)))
                add(field, unit: Unit(ofField: words) ?? unit)
            }
        }
    }

    private mutating func take(_ text: String) {
        if taken.insert(text).inserted { add(text: text) { _ in true } }
    }

    /// Adds the question.
    mutating func add(question: String) {
        add(text: question) { $0.unit?.dimension != .percent && $0.unit?.dimension != .bytes }
    }

    /// Adds a time that the answer may name.
    mutating func add(_ moment: Date) { add(text: moment.formatted(.iso8601)) { _ in false } }

    private mutating func add(text: String, taking isTaken: (Figure) -> Bool) {
        texts.append(text)
        for claim in Claim.all(in: text) {
            switch claim {
            case .figure(let figure) where isTaken(figure):
                measures.insert(Measure(figure.value, figure.unit))
                // "4 to 12 %": also as it is written.
                if figure.hasUnitOfNext { measures.insert(Measure(figure.value, nil)) }
            case .figure, .word: break
            case .clock(let clock): secondsOfDay.insert(clock.secondOfDay)
            case .day(_, let day): days.insert(day)
            }
        }
    }

    /// The unbacked figures of a text, as written, each once.
    func unbacked(in text: String) -> [String] {
        var seen: Set<String> = []
        return Claim.all(in: text).filter { !isBacked($0) }.map(\.text).filter { seen.insert($0).inserted }
    }

    private func isBacked(_ claim: Claim) -> Bool {
        switch claim {
        case .figure(let figure): measures.contains { $0.backs(figure) } || isYear(figure)
        case .clock(let clock): secondsOfDay.contains { clock.matches(secondOfDay: $0) }
        // "1 March" has no year.
        case .day(_, let day): days.contains { $0.hasSuffix(day) }
        case .word(let word): texts.contains { $0.contains(word) }
        }
    }

    private func isYear(_ figure: Figure) -> Bool {
        figure.unit == nil && figure.text.count == 4 && days.contains { $0.hasPrefix("\(figure.text)-") }
    }
}

/// A number that an answer may rest on.
private struct Measure: Hashable {
    let value: Double
    let unit: Unit?

    init(_ value: Double, _ unit: Unit?) {
        self.value = value
        self.unit = unit
    }

    /// `p99`: 99 % are not worse.
    init?(percentile word: String) {
        guard word.first == "p", let value = Double(word.dropFirst()) else { return nil }
        self.init(value, .percent)
    }

    func backs(_ figure: Figure) -> Bool {
        guard value <= 0 || figure.value >= 0 else { return false }
        guard let wanted = figure.unit else { return backsBare(figure) || backs(figure, in: nil) }
        return backs(figure, in: wanted) || (figure.hasUnitOfNext && backsBare(figure))
    }

    private func backs(_ figure: Figure, in wanted: Unit?) -> Bool {
        guard let unit else { return wanted == nil && figure.rounds(value) }
        guard let wanted else {
            // A unit that stands elsewhere, as at the head of a table.
            return unit.dimension.scales.contains { figure.rounds(value * unit.scale / $0) }
                || (unit.dimension == .percent && figure.rounds(100 - value))
        }
        guard wanted.dimension == unit.dimension else { return false }
        return wanted.scales.contains {
            figure.rounds((value - unit.offset) * unit.scale / $0 + wanted.offset)
        }
            || (unit.dimension == .percent && figure.rounds(100 - value))
    }

    /// As the number stands, or as a multiple of it: "12.3k".
    private func backsBare(_ figure: Figure) -> Bool {
        figure.multiples.contains { figure.rounds(value / $0) }
    }
}
