/// What a number measures.
enum Dimension: Hashable {
    case bytes
    case seconds
    case percent
    case temperature

    /// In which multiples of its base unit it is written.
    var scales: [Double] {
        switch self {
        case .bytes: [1, 1024, 1_048_576, 1_073_741_824, 1_099_511_627_776, 1e3, 1e6, 1e9, 1e12]
        case .seconds: [1, 0.001, 60, 3600, 86_400]
        case .percent, .temperature: [1]
        }
    }
}

/// A unit of bytes, time, temperature or percent, as texts and the fields of results write it.
struct Unit: Hashable {
    let dimension: Dimension
    /// How many base units it is; the first where a word stands for several (MB is 10⁶ bytes, and 2²⁰ for many).
    var scale: Double { scales[0] }
    let scales: [Double]
    /// What stands on its scale where the base unit is zero: 32 for Fahrenheit.
    let offset: Double

    static let percent = Unit(dimension: .percent, scales: [1])

    private init(dimension: Dimension, scales: [Double], offset: Double = 0) {
        self.dimension = dimension
        self.scales = scales
        self.offset = offset
    }

    /// The unit that a word after a number stands for, if any. `m` are minutes; `M` is not a unit.
    init?(word: String) {
        guard word != "M", let unit = Self.words[word.lowercased()] else { return nil }
        self = unit
    }

    /// The unit in the name of a field, taken apart: `received_bytes_per_second`, `ends_minutes_ago`; not that of
    /// `over_5_minutes`, which says what the number is about.
    init?(ofField words: [String]) {
        let place = words.lastIndex {
            ["bytes", "percent", "ms", "seconds", "minutes", "hours", "celsius"].contains($0)
        }
        guard let place, place == 0 || Int(words[place - 1]) == nil else { return nil }
        self.init(word: words[place])
    }

    private static let words: [String: Unit] = {
        var units: [String: Unit] = [:]
        func add(_ dimension: Dimension, _ scales: Double..., names: String...) {
            for name in names { units[name] = Unit(dimension: dimension, scales: scales) }
        }
        add(.percent, 1, names: "%", "percent", "pct")
        add(.bytes, 1, names: "b", "byte", "bytes")
        add(.bytes, 0.125, names: "bit", "bits")
        add(.temperature, 1, names: "°c", "celsius")
        for name in ["°f", "fahrenheit"] {
            units[name] = Unit(dimension: .temperature, scales: [5.0 / 9], offset: 32)
        }
        units["kelvin"] = Unit(dimension: .temperature, scales: [1], offset: 273.15)
        for (power, letter, decimal, binary) in [
            (1, "k", "kilo", "kibi"), (2, "m", "mega", "mebi"), (3, "g", "giga", "gibi"),
            (4, "t", "tera", "tebi"),
        ] {
            let thousands = (0..<power).reduce(1.0) { product, _ in product * 1000 }
            let kibis = (0..<power).reduce(1.0) { product, _ in product * 1024 }
            add(.bytes, kibis, names: "\(letter)ib", "\(binary)byte", "\(binary)bytes")
            add(.bytes, thousands, kibis, names: "\(letter)b", "\(decimal)byte", "\(decimal)bytes")
            add(
                .bytes, thousands / 8, names: "\(letter)bit", "\(letter)bps", "\(decimal)bit",
                "\(decimal)bits")
        }
        add(.seconds, 1e-6, names: "µs", "μs", "us", "microsecond", "microseconds")
        add(.seconds, 1e-3, names: "ms", "millisecond", "milliseconds")
        add(.seconds, 1, names: "s", "sec", "secs", "second", "seconds")
        add(.seconds, 60, names: "m", "min", "mins", "minute", "minutes")
        add(.seconds, 3600, names: "h", "hr", "hrs", "hour", "hours")
        add(.seconds, 86_400, names: "d", "day", "days")
        add(.seconds, 604_800, names: "week", "weeks")
        return units
    }()
}
