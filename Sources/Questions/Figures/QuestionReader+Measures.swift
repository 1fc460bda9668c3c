import Foundation
import MaintenanceAPI
import Values

/// How much of it: when, how many, above what, which statistic.
extension QuestionReader {
    // MARK: When

    private static let loadAveragePattern = Pattern(
        #/\b(?:1|5|15) (?:minutes?|min|m) load\b|\bload (?:average )?over (?:1|5|15) minutes?\b/#)

    mutating func readWindow(_ text: String, now: Date) {
        let numbers = words.plain.map { Self.numbers[$0].map(String.init) ?? $0 }
        let isLast = says(
            "last", "past", "previous", "ago", "this", "during", "within", "in the", "for the", "since",
            "between")
        let isLoad = has("load") && has("minute1", "minute5", "minute15")
        guard isLast || !isLoad else { return }
        var text = numbers.joined(separator: " ")
        // "The 5 minute load over the last hour": the five minutes are of the load.
        let own = text.replacing(
            Self.loadAveragePattern,
            with: "load")
        let isOwn = own != text
        text = own
        question.window = TimeWindow(in: text, now: now)
        // "Over the last quarter of an hour" is a time, and no load.
        if question.window != nil, !has("load") { concepts.subtract(["minute5", "minute15"]) }
        // "Within a week" says until when.
        if isLoad, !isOwn, question.window != nil { concepts.subtract(["minute1", "minute5", "minute15"]) }
    }

    static let numbers: [String: Int] = {
        let words = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve",
        ]
        var numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })
        numbers.merge([
            "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
        ]) { $1 }
        return numbers
    }()

    func number(_ word: String) -> Int? { Int(word) ?? Self.numbers[word] }

    // MARK: How many, above what

    mutating func readCount() {
        let plain = words.plain
        for (index, word) in plain.enumerated() {
            guard let number = number(word), 1...100 ~= number else { continue }
            let before = index > 0 ? plain[index - 1] : ""
            let after = index + 1 < plain.count ? plain[index + 1] : ""
            guard !Vocabulary.units.contains(after), after != "core" else { continue }
            let leads =
                ["top", "first", "show", "list", "give", "worst", "me", "name"].contains(before)
                && word != "one"
            let follows =
                [
                    "biggest", "largest", "busiest", "processes", "hogs", "most", "heaviest", "hungriest",
                    "top", "fullest", "please",
                    "highest", "worst", "greediest", "programs", "disks", "mounts", "procs", "tasks", "apps",
                    "applications", "things", "problems", "issues", "filesystems", "partitions", "interfaces",
                    "cores",
                ].contains(after) && number > 1
                && !["last", "past", "than", "over", "above"].contains(before)
            // "Which two are the fullest?"
            let isOfWhich =
                ["which", "what"].contains(before) && number > 1
                && says("most", "fullest", "biggest", "largest", "highest", "busiest", "least", "emptiest")
            let isPlace =
                before == "the"
                && ["most", "biggest", "largest", "top", "busiest", "processes"].contains(after) && number > 1
            let isAlone = plain.count == 1 && number > 1
            if leads || follows || isOfWhich || isPlace || isAlone { question.count = number }
        }
    }

    /// In the unit of a figure; nil where no figure is so large.
    static func value(_ number: Double, scale: Double = 1) -> Double? {
        let value = number * scale
        return 0...(scale > 1 ? 1e18 : 1e15) ~= value ? value : nil
    }

    static let above = [
        "above", "over", "exceed", "exceeded", "exceeds", "exceeding", "more than", "higher than",
        "greater than", "beyond", "past",
        ">", "at least", "reach", "reached", "hit", "bigger than", "larger than", "go over", "surpass",
        "surpassed",
        "crossed", "passed", "cross", "crosses", "crossing", "pass", "passes",
    ]
    static let below = [
        "below", "under", "less than", "lower than", "<", "fewer than", "smaller than",
    ]

    mutating func readThreshold() {
        let plain = words.plain
        for (index, word) in plain.enumerated() {
            guard let value = Double(word) ?? Self.numbers[word].map(Double.init) else { continue }
            let isSpelled = Double(word) == nil
            let after = index + 1 < plain.count ? plain[index + 1] : ""
            let unit = Self.scales[after]
            guard unit != nil || !Vocabulary.units.contains(after) else { continue }
            let before = plain[..<index].suffix(3)
            // "Half past six" is a time.
            if before.last == "past", ["half", "quarter"].contains(before.dropLast().last) { continue }
            // "The load over 1, 5 and 15 minutes" names three figures.
            if has("load"), before.last == "over", [1, 5, 15].contains(value),
                says("minutes", "minute", "min")
            {
                continue
            }
            // "Between 4 and 5 am", too.
            if question.window != nil, ["between", "from"].contains(before.last),
                ["and", "to", "until", "till"].contains(after)
            {
                continue
            }
            func follows(_ phrases: [String]) -> Bool {
                phrases.contains { phrase in
                    let parts = phrase.split(separator: " ").map(String.init)
                    return Array(before.suffix(parts.count)) == parts
                        || (before.last == "the" || before.last == "a")
                            && Array(before.dropLast().suffix(parts.count)) == parts
                }
            }
            guard let scaled = Self.value(value, scale: unit ?? 1) else { continue }
            guard !isSpelled || follows(Self.above) || follows(Self.below) else { continue }
            if Self.isSize(after),
                says(
                    "need", "needs", "fit", "fits", "room for", "enough for", "require", "requires",
                    "space for", "give", "spare", "another", "extra", "assign", "afford", "allocate", "want",
                    "load a", "copy", "store", "take", "takes")
            {
                question.needed = scaled
                return
            }
            if before.last == "at", isEnding {
                // Nothing is above 100 %.
                let isWhole = scaled == 100 && ["%", "percent", "pct"].contains(after)
                question.threshold = Query.Threshold(isAbove: true, value: isWhole ? 95 : scaled)
                return
            }
            // "Was the CPU ever at 100?"
            if before.last == "at", says("ever", "at any time", "at some point", "at any point"), !isSpelled {
                question.threshold = Query.Threshold(isAbove: true, value: scaled == 100 ? 99 : scaled)
                return
            }
            if follows(Self.above) {
                question.threshold = Query.Threshold(isAbove: true, value: scaled)
            } else if before.last == "than", let word = before.dropLast().last, Self.up.contains(word) {
                question.threshold = Query.Threshold(isAbove: true, value: scaled)
            } else if before.last == "than", let word = before.dropLast().last, Self.down.contains(word) {
                question.threshold = Query.Threshold(isAbove: false, value: scaled)
            } else if follows(Self.below) {
                question.threshold = Query.Threshold(isAbove: false, value: scaled)
            } else if unit != nil || question.count == nil,
                !["last", "past", "top", "p", "pid", "process"].contains(before.last ?? "")
            {
                question.judged = scaled
            }
            if question.threshold != nil { question.judged = nil }
            return
        }
    }

    private static let lengthPattern = Pattern(
        #/\b(more than|longer than|over|above|at least|less than|shorter than|under|below) (?:an?|one|(\d+)) (minute|hour|day|week|month|year)s?\b/#
    )

    /// "Has it been up for more than a day?"
    mutating func readLengthOfUptime() {
        guard has("uptime") || says("up", "online") && !has("probe", "relay"), !has("cpu", "memory", "disk"),
            let match = textInFigures.firstMatch(of: Self.lengthPattern)
        else { return }
        let days: [Substring: Double] = [
            "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365,
        ]
        let count = match.2.flatMap { Double($0) } ?? 1
        let isAbove = !["less", "shorter", "under", "below"].contains { match.1.hasPrefix($0) }
        question.threshold = Query.Threshold(
            isAbove: isAbove, value: count * (days[match.3] ?? 1) * 86_400)
        (question.window, question.judged, question.count) = (nil, nil, nil)
        asksUptimeBeyond = true
    }

    /// "Did we go under 500 MB available at any time?"
    mutating func readSizeBelow() {
        guard gauges.isEmpty || gauges.first?.traits.unit == .percent, let threshold = question.threshold,
            threshold.value >= 1_048_576, says("available", "free", "left"), !namesHostNames
        else { return }
        gauges = has("disk", "space", "filesystem") ? [.diskFree] : [.memoryAvailable]
    }

    mutating func readEmptiness() {
        if says("empty"), question.threshold == nil {
            question.threshold = Query.Threshold(isAbove: false, value: 1)
        }
    }

    static func isSize(_ unit: String) -> Bool { (scales[unit] ?? 1) > 1 }

    /// "Until when was the CPU at 66 %?"
    var isEnding: Bool {
        if says("over when", "ended when", "end when", "stopped when", "done when") { return true }
        return says(
            "until when", "till when", "until what time", "how long did", "when did", "how long ago did")
            && says("was", "were", "did")
            && !says("how long did")
            && (says("until", "till")
                || says(
                    "stop", "end", "drop below", "calm down", "calm", "go back", "come back down", "recover",
                    "settle",
                    "subside", "get better", "get quiet", "go quiet", "quiet again", "get calm", "calm again",
                    "become quiet", "back to normal", "get idle", "idle again", "ease", "go down",
                    "went down", "be over", "drop again",
                    "normalise",
                    "normalize", "get back", "cool down", "fall again", "come down"))
    }

    static let scales: [String: Double] = [
        "%": 1, "percent": 1, "pct": 1, "c": 1, "degrees": 1, "celsius": 1, "kb": 1024, "kib": 1024,
        "mb": 1_048_576,
        "mib": 1_048_576, "gb": 1_073_741_824, "gib": 1_073_741_824, "g": 1_073_741_824,
        "tb": 1_099_511_627_776,
        "tib": 1_099_511_627_776, "gig": 1_073_741_824, "gigs": 1_073_741_824, "gigabyte": 1_073_741_824,
        "meg": 1_048_576, "megs": 1_048_576, "terabytes": 1_099_511_627_776, "gigabytes": 1_073_741_824,
        "megabytes": 1_048_576, "ms": 1,
    ]

    // MARK: Which statistic

    mutating func readStatistic() {
        let plain = words.plain
        if let percentile = plain.first(where: Self.isPercentile) {
            question.statistic = .percentile(min(100, Int(percentile.dropFirst()) ?? 50))
        } else if has("percentile"),
            let number = plain.lazy.compactMap({ Int($0.prefix(while: \.isNumber)) }).first
        {
            question.statistic = .percentile(min(100, number))
        } else if has("median") || says("middle value") {
            question.statistic = .percentile(50)
        } else if says("average", "avg", "mean", "typical", "typically", "on average", "averaged")
            && !begins("what does", "what do")
            && !says("does that mean", "mean by", "means", "i mean", "you mean")
            && !(says("load average", "load averages", "load avg", "average load")
                && !says("mean", "on average"))
        {
            question.statistic = .mean
        } else if says(
            "peak", "highest", "max", "maximum", "spike", "spiked", "peaked", "how high did", "how high was",
            "how high has", "greatest", "high water", "worst", "record",
            "maximal", "biggest burst", "largest burst", "biggest spike", "largest spike", "biggest jump",
            "largest jump", "top value", "top speed", "top rate", "top write", "top read", "top write rate",
            "top read rate", "top of it", "top of that", "top throughput", "top usage", "top load")
            || says("fastest", "quickest")
                && has("read", "write", "io", "disk", "network", "traffic", "received", "sent")
                && !says("which", "who")
            || says("at most", "at its worst", "at worst") && (begins("how", "what") || says("how"))
                && !says("at most one")
            || says("most")
                && says(
                    "at any time", "at once", "at one time", "ever had", "we had", "at any moment",
                    "at the same time")
            || says("biggest", "largest", "strongest") && words.plain.count <= 4
                && says("writing", "reading", "sending", "receiving", "write", "read", "writes", "reads")
                && !says("which", "who")
        {
            question.statistic = .peak
        } else if says("lowest", "minimum", "least", "smallest", "trough", "minimal", "how low")
            || says("quietest", "calmest", "idlest")
                && (begins("what", "how") || says("ever", "has been", "was"))
                && !says("when", "which", "time")
            || isLeastMinute
        {
            question.statistic = .low
        } else if says(
            "trend", "trends", "develop", "developed", "developing", "going up", "going down", "go up",
            "rising", "rise", "rises", "increase", "increases", "grow", "grows", "falling", "increasing",
            "decreasing", "climbing", "grown", "risen", "fallen", "over time", "history", "course", "evolve",
            "evolved", "evolution",
            "graph", "growing", "shrinking", "go down", "dropping",
            "trending", "creeping up", "changed over", "getting worse", "getting better", "getting higher",
            "getting fuller", "getting hotter", "draining", "declining", "subsiding", "sinking", "recovering",
            "easing", "went up", "gone up", "moving", "move", "moved", "progress")
            && !has("drop") || says("trend") || isRateOfChange
            || says("filling", "filling up") && has("swap", "memory", "queue")
            || has("growth") && has("queue") && !says("threshold", "alert")
            || isEitherOr && direction == nil && !Set(words.plain).isDisjoint(with: Self.up)
        {
            question.statistic = .trend
        } else if says(
            "total", "in total", "sum", "altogether", "all in all", "overall")
        {
            question.statistic = .total
        }
        if isOfBusiestTime { question.statistic = .peak }
        // "How many are sent in total per second?"
        if question.statistic == .total, says("per second", "per sec", "a second", "each second") {
            question.statistic = .now
        }
        saysStatistic = question.statistic != .now
        saidStatistic = question.statistic
    }

    /// "The busiest minute of the CPU": when, and how much it was.
    var isOfBusiestTime: Bool {
        let times = ["minute", "hour", "moment", "time", "period", "point in time", "phase", "day"]
        return times.contains {
            says("busiest \($0)", "worst \($0)", "peak \($0)", "hottest \($0)", "highest \($0)")
        }
    }

    /// "How quickly is java eating memory?", "how much per hour do we lose?"
    private var isRateOfChange: Bool {
        says("how fast", "how quickly", "how rapidly", "at what rate", "per hour", "an hour", "per day")
            && says(
                "eat", "eating", "eats", "lose", "losing", "leak", "leaking", "leaks", "grow", "growing",
                "climbing",
                "using up", "filling", "consuming", "rising", "shrinking")
            && !has("disk", "space", "filesystem") && !namesMountPoint
    }

    private static let statistics: [(Query.Statistic, Set<String>)] = [
        (.mean, ["average", "avg", "mean"]), (.peak, ["max", "maximum", "peak", "highest"]),
        (.low, ["min", "minimum", "lowest"]), (.percentile(95), ["p95"]), (.percentile(99), ["p99"]),
        (.percentile(50), ["median", "p50"]),
    ]

    /// "Average and maximum": what is asked for besides the first one.
    var otherStatistics: [Query.Statistic] {
        guard says("and", "plus") || text.contains(where: { "/,&+".contains($0) }),
            question.statistic != .now,
            !has("load") || !says("load average", "load averages")
        else { return [] }
        let plain = Set(
            words.plain.enumerated().filter { $1 != "min" || isLeastMinute || words.plain.count < 8 }.map(
                \.element))
        let named = Self.statistics.filter { !plain.isDisjoint(with: $1) }.map(\.0)
        return named.contains(question.statistic)
            ? Array(named.filter { $0 != question.statistic }.prefix(2)) : []
    }

    /// `p95`.
    static func isPercentile(_ word: String) -> Bool {
        word.first == "p" && word.count < 5 && Int(word.dropFirst()) != nil
    }

    /// "min" is a minute behind a number and behind "last".
    var isLeastMinute: Bool {
        guard let index = words.plain.firstIndex(of: "min") else { return false }
        guard index > 0 else { return words.plain.count > 1 }
        let before = words.plain[index - 1]
        return Int(before) == nil
            && !["last", "past", "per", "a", "previous", "this", "one"].contains(before)
    }
}
