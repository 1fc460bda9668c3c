import Foundation
import MaintenanceAPI
import Questions
import Values

/// Words what tools gave: the first line is the answer, at most two more say why. Every figure stands in a result.
struct AnalystAnswer {
    let question: Query
    let mentions: [Mention]
    let now: Date
    /// Labels of what is not asked for.
    let leftOut: [String]
    /// The series whose peak is asked about, where that is over.
    let peak: SeriesReport?
    /// The one of its heights that is meant, where it is not the highest.
    let over: SeriesReport.Height?
    private(set) var status: StatusResult?
    private(set) var series: [SeriesReport] = []
    private(set) var top: TopProcessesResult?
    /// Processes of earlier readings, the oldest first.
    private(set) var earlierTops: [TopProcessesResult] = []
    private(set) var anomalies: Windowed<AnomalyResult>?
    private(set) var history: Windowed<HistoryResult>?
    private(set) var forecast: ForecastResult?
    private(set) var relay: RelayResult?
    private(set) var comparison: ComparisonResult?
    private(set) var usage: UsageResult?
    private var failure: String?
    private var hasNoData = false

    init(
        _ question: Query, mentions: [Mention], results: [ToolResult], peak: SeriesReport? = nil,
        over: SeriesReport.Height? = nil, leftOut: [String] = [], now: Date
    ) {
        self.question = question
        self.leftOut = leftOut
        self.peak = peak
        self.over = over
        self.mentions = mentions
        self.now = now
        for result in results {
            switch result {
            case .currentStatus(let result): status = result
            case .history(let result): history = result
            case .anomalies(let result): anomalies = result
            case .series(let result): series.append(result)
            case .topProcesses(let result) where result.isPast: earlierTops.append(result)
            case .topProcesses(let result): top = result
            case .diskForecast(let result): forecast = result
            case .relayDiagnostics(let result): relay = result
            case .comparison(let result): comparison = result
            case .usage(let result): usage = result
            case .noData: hasNoData = true
            case .tooLarge: break
            case .failed(let reason): failure = reason
            }
        }
    }

    static let noData = "There is not enough data: no reading tells that yet."

    /// The answer itself.
    var firstLine: String { String(text.prefix { $0 != "\n" }) }

    var text: String {
        let lines = lines
        guard var first = lines.first else {
            return failure.map { "That could not be looked up: \($0)." } ?? Self.noData
        }
        if let unit = question.unit { first = told(first, in: unit) }
        if let old = oldness, !first.contains("reading") { first = first.withoutStop + "; \(old)." }
        let rest = question.isBrief ? [] : lines.dropFirst().prefix(Self.maxExplanation(question))
        return ([first] + rest).joined(separator: "\n")
    }

    /// What is told as it is now is said to be old where the newest reading is.
    private var oldness: String? {
        switch question.subject {
        case .gauges, .processes, .process, .pid, .fileSystems, .cores, .networkOK, .bottleneck, .hungMount,
            .readOnly, .swap, .memory, .nothing:
            guard ![.explain, .unmeasured, .unclear].contains(question.form) else { return nil }
        default: return nil
        }
        let takenAt = status.flatMap(takenLongAgo) ?? top.flatMap { $0.isOld(now) ? $0.takenAt : nil }
        return takenAt.map { "that was \(moment($0)), no newer reading has come" }
    }

    private func takenLongAgo(_ status: StatusResult) -> Int64? {
        status.isStale ? status.ageSeconds.map { now.milliseconds - Int64($0 * 1000) } : nil
    }

    /// Lists are as long as they were asked for; all else has two lines of why.
    private static func maxExplanation(_ question: Query) -> Int {
        switch question.form {
        case .list: 40
        default:
            switch question.subject {
            case .findings, .changes, .facts: 6
            case .host where question.form != .check: 6
            default: 2
            }
        }
    }

    private var lines: [String] {
        if let talk = talk { return talk }
        if let missing = missingHost { return missing }
        if question.isAdvice { return advice }
        if question.gauges.contains(where: HostPart.isOfDevices), let missing = missingDevice {
            return missing
        }
        if let lines = judgedValue ?? topicLines ?? refinedLines { return lines }
        if !mentions.isEmpty, let lines = aboutMentions { return withPath(lines) }
        switch question.subject {
        case .nothing, .model, .topic: return []
        case .host:
            return question.isOfService
                ? service : question.form == .when ? Array(why.prefix(1)) : question.form == .why ? why : host
        case .slow where question.form == .when: return Array(why.prefix(1))
        case .slow: return question.form == .check ? slowness : why
        case .bottleneck: return bottleneck
        case .gauges(let gauges): return question.form == .why ? why : gaugeLines(gauges)
        case .cores: return cores
        case .fileSystems: return fileSystems
        case .networkOK: return networkState
        case .hungMount: return hungMounts
        case .readOnly: return readOnly
        case .memoryLeak: return memoryLeak
        case .memory, .swap: return memoryForecast
        case .disk: return diskForecast(among: nil)
        case .diskGrowth: return diskGrowth
        case .processes(let order): return processes(by: order)
        case .process(let name): return unknownProcess(name)
        case .pid(let number): return process(number: number)
        case .hostname, .kernel, .system, .bootID, .boot, .facts, .interfaces, .disks: return fact
        case .telemetry, .readingAge: return telemetry
        case .gaps: return gaps
        case .downtime: return downtime
        case .relay: return relayState
        case .cost, .tokens, .requests, .budget: return spending
        case .findings: return findings
        case .changes: return changes
        }
    }
}

// MARK: Talk

extension AnalystAnswer {
    private static let abilities = """
        Ask for any figure (CPU, memory, disks, network, processes, relay …), now or over a time, whether all is well, why it \
        is slow, or what changed.
        """

    private var talk: [String]? {
        switch question.form {
        case .greeting: ["Hello. Ask me how the host is."]
        case .thanks: ["You are welcome."]
        case .goodbye: ["Goodbye."]
        case .smalltalk where remark != nil: remark.map { [$0] }
        case .smalltalk:
            ["I am SysMaint's built-in analyst, a program without a language model. Ask me how the host is."]
        case .help: [Self.abilities]
        case .order: ["I can only look: nothing on the host can be changed from here."]
        case .unmeasured: absent ?? unmeasured
        case .unclear where mentions.isEmpty: unclear
        case .explain
        where question.gauges.isEmpty && !question.isOfTopic && mentions.isEmpty
            && !question.subject.isOfProcesses:
            ["Tell me which figure to explain, as in “explain load average”."]
        case _ where question.subject == .model:
            ["No language model: the built-in offline analyst answers, by fixed rules."]
        default: nil
        }
    }

    /// What is answered to what was said in passing.
    private var remark: String? {
        guard case .topic(.remark(let remark)) = question.subject else { return nil }
        return switch remark {
        case .joke: "I know no jokes, only figures. Ask me how the host is."
        case .sleep: "No: the probe reads at all times, and I answer whenever I am asked."
        case .maker: "The developers of SysMaint made me; I am its built-in analyst."
        case .nature: "I am a program, SysMaint's built-in analyst, without a language model."
        case .apology: "No problem."
        case .agreement: "All right."
        case .reproach: "I am sorry. Ask in other words, or name the figure that you mean."
        }
    }

    private var unmeasured: [String] {
        guard let gauge = question.gauges.first else {
            return ["That is not measured here: no reading of the probe tells it."]
        }
        if [.diskTotal, .memoryTotal, .coreCount, .diskFree, .diskUsed, .uptime].contains(gauge) {
            return ["No reading tells which process."]
        }
        let known = series.compactMap { report in report.newest.map { phrase(report.gauge, $0.value) } }
        let figures = known.isEmpty ? "" : ": \(known.joinedWithAnd) in all"
        let isRate = gauge.traits.unit == .bytesPerSecond || gauge == .swapUsed
        return [
            isRate
                ? "That is not measured here: readings tell it as a whole, not by process\(figures)."
                : "No reading tells which process\(figures)."
        ]
    }

    /// What was not understood, and how the host is.
    private var unclear: [String] {
        let words = question.unknownWords.filter { $0.allSatisfy(\.isLetter) && $0.count <= 24 }.prefix(2)
        let what = words.isEmpty ? "that question" : words.map { "“\($0)”" }.joinedWithAnd
        guard status != nil else { return ["I did not understand \(what). \(Self.abilities)"] }
        return ["I did not understand \(what). As for the host: \(summaryOfHost)"]
    }
}

// MARK: Time in words

extension AnalystAnswer {
    /// "3 minutes ago (07:57:00Z)"; the day stands before a time of another day.
    func moment(_ at: Int64) -> String {
        let age = now.timeIntervalSince1970 - Double(at) / 1000
        guard age >= 1 else { return "now (\(clock(at)))" }
        return "\(Quantity.length(seconds: age)) ago (\(clock(at)))"
    }

    func clock(_ at: Int64) -> String {
        let text = utcText(at)
        let isToday = text.prefix(10) == utcText(now.milliseconds).prefix(10)
        return isToday ? String(text.dropFirst(11)) : text
    }

    /// "over the last hour", "from 22:00:00Z to 06:00:00Z".
    func stretch(_ window: WindowResult) -> String {
        if let begin = window.readingsBeginUTC { return "since readings begin (\(short(begin)))" }
        if question.isSinceBoot { return "since boot" }
        guard window.endsMinutesAgo != nil else {
            return "over the last \(span(minutes: window.windowMinutes))"
        }
        if window.windowMinutes == 1440, window.fromUTC.hasSuffix("T00:00:00Z") {
            return "on \(window.fromUTC.prefix(10))"
        }
        return "from \(short(window.fromUTC)) to \(short(window.toUTC))"
    }

    private func short(_ utc: String) -> String {
        utc.prefix(10) == utcText(now.milliseconds).prefix(10) ? String(utc.dropFirst(11)) : utc
    }

    /// That there are none where they begin after the window ended.
    func noReadingsFrom(_ window: WindowResult) -> String? {
        guard let begin = window.readingsBeginUTC, begin >= window.toUTC else { return nil }
        return "There is no data from then: readings begin at \(short(begin))."
    }

    /// That there are none of a moment that lies before they begin, by more than a reading's distance.
    func noReadings(before moment: Int64, _ window: WindowResult) -> String? {
        guard let begin = window.readingsBegin, moment < begin - 45_000, let utc = window.readingsBeginUTC
        else { return nil }
        return "There is no data from then: readings begin at \(short(utc))."
    }

    func span(minutes: Int) -> String {
        switch minutes {
        case 1: "minute"
        case 60: "hour"
        case _ where minutes >= 2880 && minutes.isMultiple(of: 1440): "\(minutes / 1440) days"
        case _ where minutes >= 120 && minutes.isMultiple(of: 60): "\(minutes / 60) hours"
        default: "\(minutes) minutes"
        }
    }

}

extension String {
    private static let labelPattern = Pattern(#/[a-z]+-\d+/#)

    /// With a capital at its start, unless that is a label, which would be none then.
    var sentence: String {
        prefixMatch(of: Self.labelPattern) == nil ? prefix(1).uppercased() + dropFirst() : self
    }
}

extension String {
    /// Without the full stop at its end.
    var withoutStop: String { hasSuffix(".") ? String(dropLast()) : self }
}

extension [String] {
    /// "a", "a and b", "a, b and c".
    var joinedWithAnd: String {
        count < 2 ? first ?? "" : dropLast().joined(separator: ", ") + " and " + self[count - 1]
    }
}
