import MaintenanceAPI

/// What only a question that goes on from another can ask.
extension Query {
    /// One of several findings.
    package enum Pick: Hashable, Sendable, CustomStringConvertible {
        /// By its place in time, counted from one.
        case at(Int)
        case last, worst, longest

        package var description: String {
            switch self {
            case .at(let place): "\(place)"
            case .last: "last"
            case .worst: "worst"
            case .longest: "longest"
            }
        }
    }

    /// A unit in which a figure is wanted.
    package struct AskedUnit: Hashable, Sendable {
        package enum Kind: Hashable, Sendable { case bytes, time, temperature, percent }

        package let name: String
        package let kind: Kind
        /// How many bytes, seconds or degrees Celsius it is.
        package let scale: Double
        /// What stands on its scale at 0 °C.
        package let offset: Double

        private init(_ name: String, _ kind: Kind, _ scale: Double, offset: Double = 0) {
            (self.name, self.kind, self.scale, self.offset) = (name, kind, scale, offset)
        }

        init?(word: String) {
            guard let unit = Self.byWord[word] ?? Self.byWord[word.singular] else { return nil }
            self = unit
        }

        private static let byWord: [String: AskedUnit] = {
            var units: [String: AskedUnit] = [
                "celsius": AskedUnit("°C", .temperature, 1), "centigrade": AskedUnit("°C", .temperature, 1),
                "c": AskedUnit("°C", .temperature, 1),
                "fahrenheit": AskedUnit("°F", .temperature, 5.0 / 9, offset: 32),
                "f": AskedUnit("°F", .temperature, 5.0 / 9, offset: 32),
                "kelvin": AskedUnit("kelvin", .temperature, 1, offset: 273.15),
                "%": AskedUnit("%", .percent, 1), "percent": AskedUnit("%", .percent, 1),
                "percentage": AskedUnit("%", .percent, 1), "pct": AskedUnit("%", .percent, 1),
                "byte": AskedUnit("bytes", .bytes, 1), "bit": AskedUnit("bits", .bytes, 0.125),
                "day": AskedUnit("days", .time, 86_400), "week": AskedUnit("weeks", .time, 604_800),
                "ms": AskedUnit("ms", .time, 0.001), "millisecond": AskedUnit("ms", .time, 0.001),
            ]
            for (unit, words) in [
                (AskedUnit("seconds", .time, 1), ["s", "sec", "second"]),
                (AskedUnit("minutes", .time, 60), ["min", "minute"]),
                (AskedUnit("hours", .time, 3600), ["h", "hr", "hour"]),
            ] {
                for word in words { units[word] = unit }
            }
            for (power, letter, decimal) in [
                (1, "k", "kilo"), (2, "m", "mega"), (3, "g", "giga"), (4, "t", "tera"),
            ] {
                let thousands = (0..<power).reduce(1.0) { product, _ in product * 1000 }
                let kibis = (0..<power).reduce(1.0) { product, _ in product * 1024 }
                let large = letter.uppercased()
                let short = power == 1 ? "k" : large
                for word in ["\(letter)b", "\(decimal)byte"] {
                    units[word] = AskedUnit("\(short)B", .bytes, thousands)
                }
                units["\(letter)ib"] = AskedUnit("\(large)iB", .bytes, kibis)
                for word in ["\(letter)bit", "\(decimal)bit", "\(letter)bps"] {
                    units[word] = AskedUnit("\(short)bit", .bytes, thousands / 8)
                }
            }
            for word in ["gig", "meg"] { units[word] = units["\(word.prefix(1))b"] }
            return units
        }()
    }

    /// The figures that its answer is about, also where it asks for a state of the host.
    var figures: [Gauge] {
        switch subject {
        case .gauges(let gauges): gauges
        case .findings: about
        case .bottleneck: suspected.map { [$0] } ?? []
        case .topic(.limiting(.disks)): [.cpuIOWait]
        case .topic(.activity(_, let resource)), .topic(.limiting(let resource)): resource.figures
        case .topic(.loadOfCores): [.load1]
        case .topic(.limit(let gauge, _)): [gauge]
        case .topic(.freeShare(let resource)): resource.figures
        case .topic(.difference(let gauge)), .topic(.growth(let gauge, _)), .topic(.range(let gauge)),
            .topic(.eachMinute(let gauge)):
            [gauge]
        case .networkOK: [.receiveDrops]
        case .memory, .memoryLeak: [.memoryUsed]
        case .swap: [.swapUsed]
        case .disk, .diskGrowth, .fileSystems: [.diskUsed]
        case .relay: [.relayQueued]
        case .cores: [.cpuBusy]
        case .topic(.component(let component)) where component.kind == .core: [.cpuBusy]
        case .topic(.absent(_, let nearest)): nearest
        default: []
        }
    }

    /// The same of the figure itself, where it asks for a state that one figure tells.
    var ofItsFigure: Query {
        switch subject {
        case .topic(.activity), .topic(.limiting), .topic(.loadOfCores), .topic(.limit):
            var query = self
            query.subject = .gauges(figures)
            query.suspectsTrouble = true
            return query
        default: return self
        }
    }

    /// Whether a question can go on from it.
    /// "Network?" asked for two figures, with what is wrong with them.
    var asFigures: Query {
        guard subject == .networkOK, form == .value else { return self }
        var figures = self
        figures.subject = .gauges([.networkReceived, .networkSent])
        return figures
    }

    /// Whether its answer tells of one thing or another, which the question does not name.
    package var isOfAll: Bool {
        switch subject {
        case .host, .slow, .changes, .topic(.course), .topic(.summary): !isOfService
        case .findings: about.isEmpty
        default: false
        }
    }

    var canBeFollowed: Bool {
        switch form {
        case .unmeasured: return !figures.isEmpty
        case .greeting, .thanks, .goodbye, .smalltalk, .help, .order, .unclear: return false
        default: break
        }
        if case .topic(.product(let fact)) = subject { return fact == .probe || fact == .readings }
        return true
    }
}

extension Query.Resource {
    fileprivate var figures: [Gauge] {
        switch self {
        case .host, .cpu: [.cpuBusy]
        case .memory: [.memoryUsed]
        case .disks: [.diskBusy]
        case .network: [.networkReceived]
        }
    }
}
