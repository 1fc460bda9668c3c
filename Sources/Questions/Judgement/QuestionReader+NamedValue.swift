import Foundation
import MaintenanceAPI
import Values

/// A value that the question itself names, to be judged: reported, feared or only thought of.
extension QuestionReader {
    private static let verdicts: Set<String> = [
        "bad", "problem", "issue", "high", "much", "lot", "many", "few", "tight", "concern", "concerning",
        "serious", "slow", "worry", "worrying", "worrisome", "worried", "critical", "alarming", "dangerous",
        "care", "severe", "scary", "hot", "warm", "excessive", "heavy", "low", "little", "scarce", "ok",
        "okay",
        "fine", "good", "normal", "enough", "acceptable", "healthy", "safe", "sufficient", "plenty",
        "harmless", "reasonable", "fast", "tolerable", "unhealthy", "alright", "crazy", "insane", "abnormal",
        "troubling", "trouble", "terrible", "matter",
    ]
    /// What a thing is needed for is no judgement: "is 2 GB enough to run it?"
    private static let purposes: Set<String> = [
        "fit", "need", "needs", "room", "job", "install", "store", "copy", "have", "there", "required", "run",
        "save", "download", "upload", "build", "start",
    ]
    private static let notJudged = [
        "how many", "how much", "how long", "how often", "which", "what", "when", "why", "who", "where",
        "did",
        "was", "were", "will", "has", "had",
    ]

    /// "Is load 6 on 2 cores a problem?", "500 MB available, tight?", "15 % iowait, should I care?"
    mutating func readNamedValue() -> Bool {
        guard question.threshold == nil, question.window == nil, !saysStatistic, !notAsked,
            !Self.verdicts.isDisjoint(with: words.plain), !namesHostNames || namesMountPoint || namesRoot,
            isCheck || words.isQuestion || begins("how bad", "how serious")
                || says("is that", "is it", "is this", "should i", "should we", "do i", "are they"),
            let value = namedValue, let gauge = gaugeOfValue(value)
        else { return false }
        set(.judge, .gauges([gauge]))
        question.judged = value.number
        question.judgedCores = [.load1, .load5, .load15].contains(gauge) ? coresNamed : nil
        (question.needed, question.count, question.statistic, saysForm) = (nil, nil, .now, true)
        return true
    }

    private var notAsked: Bool {
        Self.notJudged.contains { begins($0) } || isComparison && !says("normal", "abnormal")
            || has("relay", "probe", "process") && !says("processes")
    }

    private var namesRoot: Bool { question.names == ["root"] || !namesHostNames && says("root") }

    private struct NamedValue {
        let number: Double
        let unit: String
        let isSize: Bool
        let before: String
        let after: String
    }

    private static let timeUnits: Set<String> = [
        "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs",
        "hour", "hours", "d", "day", "days", "week", "weeks", "month", "months", "core", "cores", "cpu",
        "cpus",
        "times", "am", "pm", "processor", "processors",
    ]
    private static let beforeOthers: Set<String> = [
        "core", "pid", "port", "top", "last", "past", "next", "number", "than", "kernel", "version", "on",
        "with",
    ]

    /// The first number that is neither a length of time nor a place.
    private var namedValue: NamedValue? {
        let plain = words.plain
        for (index, word) in plain.enumerated() {
            guard let number = Double(word) else { continue }
            let before = index > 0 ? plain[index - 1] : ""
            let after = index + 1 < plain.count ? plain[index + 1] : ""
            guard !Self.timeUnits.contains(after), !Self.beforeOthers.contains(before),
                let value = Self.value(number, scale: Self.scales[after] ?? 1)
            else { continue }
            return NamedValue(
                number: value, unit: after, isSize: Self.isSize(after), before: before, after: after)
        }
        return nil
    }

    private static let coresPattern = Pattern(
        #/\b(?:on|for|with) (?:a |an |only |just |my |our )?(\w+)[- ](?:cores?|cpus?|processors?)\b/#)
    private static let coreCounts = ["dual": 2, "quad": 4, "single": 1, "octa": 8]

    /// "… on two cores", "… on a quad-core".
    private var coresNamed: Int? {
        guard let match = text.firstMatch(of: Self.coresPattern) else { return nil }
        let word = String(match.1)
        return (number(word) ?? Self.coreCounts[word]).flatMap { $0 > 0 ? $0 : nil }
    }

    private func gaugeOfValue(_ value: NamedValue) -> Gauge? {
        if value.isSize {
            // Rates are judged by what is usual.
            guard has("free") || says("left", "available", "remaining"), !says("for"),
                Self.purposes.isDisjoint(with: words.plain)
            else { return nil }
            return isAboutSpace ? .diskFree : has("swap") ? nil : .memoryAvailable
        }
        if value.unit == "ms" || value.unit == "milliseconds" {
            return has("disk", "io", "await") || gauges == [.diskWait] || gauges.isEmpty ? .diskWait : nil
        }
        let isPercent = ["%", "percent", "pct"].contains(value.unit)
        if isPercent, has("iowait") || has("disk", "io") && says("waiting", "wait", "waits") {
            return .cpuIOWait
        }
        if isPercent, namesMountPoint || isAboutSpace || namesRoot, gauges.isEmpty || gauges == [.diskUsed] {
            return .diskUsed
        }
        if !isPercent, value.after.hasPrefix("process") { return .processCount }
        if !isPercent, gauges.first == .load1 || gauges == [.loadPerCore] { return .load1 }
        if !isPercent, ["sockets", "connections"].contains(value.after), gauges == [.tcpTimeWait] {
            return .tcpTimeWait
        }
        guard gauges.count == 1, let gauge = gauges.first else { return nil }
        return gauge.traits.unit == (isPercent ? .percent : .count) ? gauge : nil
    }
}
