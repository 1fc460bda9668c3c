import Foundation
import MaintenanceAPI
import Questions
import Synchronization

/// Answers without a language model: reads the question as a query, calls the same tools, and words what they gave.
///
/// It knows nothing that the tools do not say. That it is no language model stands beside the answer, not in it.
struct OfflineAnalyst: ChatModel {
    static let title = "offline analyst"

    private let now: @Sendable () -> Date
    private let reading = Reading()

    init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

    var name: String { Self.title }
    var isMetered: Bool { false }
    var ofOnePrompt: any ChatModel { OfflineAnalyst(now: now) }

    func reply(
        to messages: [ModelMessage], tools: [ToolDefinition],
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        let asked = messages.compactMap(\.question)
        let now = now()
        guard var question = reading.query(asked, now: now) else {
            throw ModelError.permanent("there was no question")
        }
        var results = messages.compactMap(\.toolResult)
        var seen: [Call: ToolResult] = [:]
        // What was told first has to be known.
        var told: Told?
        if question.isOfTold, let previous = reading.query(asked.dropLast(), now: now) {
            let calls = Self.callsForTold(previous)
            guard results.count >= calls.count else { return Self.asking(for: calls) }
            told =
                AnalystAnswer(previous, mentions: [], results: Array(results.prefix(calls.count)), now: now)
                .told
            seen = Dictionary(zip(calls, results)) { first, _ in first }
            results.removeFirst(calls.count)
            if let told, let last = asked.last {
                question = Query(
                    last.text, after: told.insteadOfAll(previous), names: last.mentions.inWords, now: now)
                // How long it has been going on is asked of what goes on.
                if previous.asksOngoing, [.when, .duration].contains(question.form) {
                    (question.form, question.isSince, question.isEnd) = (.when, true, false)
                }
                // Why it happened is asked of when it did.
                if question.form == .why, let gauge = told.gauge,
                    [.findings, .topic(.summary)].contains(previous.subject)
                {
                    (question.subject, question.statistic) = (.gauges([gauge]), .now)
                    (question.isAtPeak, question.about) = (true, [gauge])
                }
            }
        }
        // When readings begin has to be known first.
        if ([question] + question.also).contains(where: { $0.window?.isFromBeginning ?? false }) {
            let everything = TimeWindow(minutes: TimeWindow.maxMinutes)
            guard !results.isEmpty else { return Self.asking(for: .cpuBusy, over: everything) }
            guard case .series(let report) = results.removeFirst() else {
                return ModelReply(text: AnalystAnswer.noData, toolCalls: [], finish: .stopped)
            }
            let minutesAgo = report.window.readingsBegin.map { report.age($0) / 60 }
            question = question.since(
                beginning: Int((minutesAgo ?? Double(TimeWindow.maxMinutes)).rounded(.up)))
        }
        // When it booted has to be known first.
        if question.isSinceBoot {
            guard let uptime = results.uptimeSeconds else {
                let call = ModelToolCall(id: "boot", name: ToolName.currentStatus.rawValue, arguments: "{}")
                return ModelReply(text: nil, toolCalls: [call], finish: .toolCalls)
            }
            question.window = TimeWindow(minutes: Int((uptime / 60).rounded(.up)))
            results.removeFirst()
        }
        // When the figure was highest has to be known before which processes ran then.
        var peak: SeriesReport?
        var over: SeriesReport.Height?
        var parts = [question] + question.also
        if let place = parts.firstIndex(where: { $0.isAtPeak && !$0.about.isEmpty }),
            let gauge = parts[place].about.first
        {
            var question = parts[place]
            var windows = question.window.map { [$0] } ?? Self.lately
            var ongoing: SeriesReport?
            while let window = windows.first, peak?.height == nil {
                windows.removeFirst()
                guard !results.isEmpty else { return Self.asking(for: gauge, over: window) }
                let result = results.removeFirst()
                seen[Self.search(of: gauge, over: window)] = result
                if case .series(let report) = result { peak = report }
                // What goes on is not meant, but what was last before it.
                over = question.isOver ? peak?.heights.last { !$0.isOngoing } : nil
                if question.isOver, over == nil, ongoing == nil, let report = peak,
                    let height = report.height,
                    height.isOngoing, let before = Self.before(height, report, window)
                {
                    (ongoing, peak) = (report, nil)
                    windows = [before]
                }
            }
            if peak?.height == nil, let ongoing { peak = ongoing }
            // Where nothing stands out in a stretch, all of it counts.
            let isOfAll =
                peak?.height == nil && question.asksOfStretch && question.form != .why
            if isOfAll {
                (question.isAtPeak, question.about) = (false, [])
                peak = nil
            } else {
                let secondsAgo = peak.flatMap { Self.secondsAgo(ofPeak: $0, over) }
                let minutesAgo = secondsAgo.map { Int(($0 / 60).rounded(.up)) }
                guard question.form == .why || minutesAgo ?? .max < 1440 else {
                    return ModelReply(text: Self.noProcesses, toolCalls: [], finish: .stopped)
                }
                let isOver = minutesAgo.map { $0 > 0 } ?? true
                question.window =
                    isOver ? TimeWindow(minutes: 2, endsMinutesAgo: max(0, (minutesAgo ?? 1) - 1)) : nil
                question.secondsAgo = isOver ? secondsAgo : nil
                if !isOver { peak = nil }
            }
            parts[place] = question
        }
        let mentions = asked.flatMap(\.mentions) + [told?.mention].compactMap(\.self)
        let devices = Self.devices(asked, question)
        var asking = parts.map { part in
            let own = mentions.filter { part.names.contains($0.written) } + devices
            return Part(question: part, mentions: own, calls: part.calls(about: own))
        }
        // Of a host that has been watched for long, what is usual tells more than what was high.
        let happenings = parts.flatMap(\.happenings).map { Call(tool: .series, arguments: $0) }
        if let first = happenings.first(where: { call in asking.contains { $0.calls.contains(call) } }) {
            if seen[first] == nil {
                guard !results.isEmpty else { return Self.asking(for: [first]) }
                seen[first] = results.removeFirst()
            }
            if case .series(let report)? = seen[first], report.usual != nil {
                let needless = Set(happenings).subtracting([first])
                asking = asking.map {
                    Part(
                        question: $0.question, mentions: $0.mentions,
                        calls: $0.calls.filter { !needless.contains($0) })
                }
            }
        }
        // One result answers several parts that need it.
        var calls: [Call] = []
        for call in asking.flatMap(\.calls)
        where seen[call] == nil && !calls.contains(call) && calls.count < ChatLoop.maxCallsPerStep {
            calls.append(call)
        }
        guard results.isEmpty, !calls.isEmpty else {
            let known = seen.merging(zip(calls, results)) { first, _ in first }
            let answers = asking.map { part in
                AnalystAnswer(
                    part.question, mentions: part.mentions, results: part.calls.compactMap { known[$0] },
                    peak: part.question.isAtPeak ? peak : nil, over: part.question.isAtPeak ? over : nil,
                    leftOut: mentions.filter { part.question.leftOut.contains($0.written) }.map(\.label),
                    now: now)
            }
            return ModelReply(text: Self.text(answers), finish: .stopped)
        }
        return Self.asking(for: calls)
    }

    private static func asking(for calls: [Call]) -> ModelReply {
        let requests = calls.enumerated().map { index, call in
            ModelToolCall(
                id: "\(call.tool.rawValue)-\(index + 1)", name: call.tool.rawValue,
                arguments: JSON.object(call.arguments).text)
        }
        return ModelReply(text: nil, toolCalls: requests, finish: .toolCalls)
    }

    private static let noProcesses =
        "No reading tells which process it was: processes are kept for a day."

    private static func asking(for gauge: Gauge, over window: TimeWindow) -> ModelReply {
        let search = search(of: gauge, over: window)
        let call = ModelToolCall(
            id: "peak", name: search.tool.rawValue, arguments: JSON.object(search.arguments).text)
        return ModelReply(text: nil, toolCalls: [call], finish: .toolCalls)
    }

    private static func search(of gauge: Gauge, over window: TimeWindow) -> Call {
        var arguments = window.arguments.mapValues { JSON.number(Double($0)) }
        arguments["series"] = .string(gauge.rawValue)
        return Call(tool: .series, arguments: arguments)
    }

    /// What was lately is meant, unless nothing stands out then.
    private static let lately = [TimeWindow(minutes: 60), TimeWindow(minutes: 1440)]

    /// How many seconds ago a series was highest, within the stretch that stands out; 0 where that goes on.
    private static func secondsAgo(ofPeak report: SeriesReport, _ over: SeriesReport.Height?) -> Double? {
        guard let highest = report.highest else { return nil }
        if let over {
            let isAverage = report.gauge.rawValue.hasPrefix("load")
            return max(1, report.age(isAverage ? over.from + (over.to - over.from) / 4 : over.highest.at))
        }
        guard let height = report.height else { return max(1, report.age(highest.at)) }
        guard !height.isOngoing else { return 0 }
        // The load is an average: what it comes from is over before it is.
        let isAverage = report.gauge.rawValue.hasPrefix("load")
        let at = isAverage ? height.from + (height.to - height.from) / 4 : height.top
        return max(1, report.age(at))
    }

    /// Words of a question that goes on from one that names a disk or an interface.
    private static let maxWordsGoingOn = 6

    /// The disks and interfaces that are meant: those that it names, else those of a question that it goes on from.
    private static func devices(_ asked: [Asked], _ question: Query) -> [Mention] {
        for one in asked.reversed() {
            let devices = one.mentions.filter { [.disk, .interface, .host].contains($0.kind) }
            if !devices.isEmpty {
                return one == asked.last || question.gauges.contains(where: HostPart.isOfDevices)
                    ? devices : []
            }
            guard one.text.split(separator: " ").count <= maxWordsGoingOn else { break }
        }
        return []
    }

    /// The rest of a window before a stretch that goes on; nil where that is all of it.
    private static func before(
        _ height: SeriesReport.Stretch, _ report: SeriesReport, _ window: TimeWindow
    ) -> TimeWindow? {
        let end = Int(report.age(height.from) / 60) + 1
        let minutes = window.minutes + window.endsMinutesAgo - end
        return minutes >= 1 ? TimeWindow(minutes: minutes, endsMinutesAgo: end) : nil
    }

    /// What a person wrote, with the names of the host in it.
    fileprivate struct Asked: Hashable {
        let text: String
        let mentions: [Mention]
    }

    /// The last of some texts as it is read: once for a prompt, as its tools are called for what was read.
    private final class Reading: Sendable {
        private let last = Mutex<(asked: [Asked], query: Query?)?>(nil)

        func query(_ asked: some Collection<Asked>, now: Date) -> Query? {
            let asked = Array(asked)
            return last.withLock { last in
                if let last, last.asked == asked { return last.query }
                let query = Self.query(asked[...], now: now)
                last = (asked, query)
                return query
            }
        }

        private static func query(_ asked: ArraySlice<Asked>, now: Date) -> Query? {
            asked.last.map { last in
                Query(
                    last.text, after: query(asked.dropLast(), now: now), names: last.mentions.inWords,
                    now: now)
            }
        }
    }

    /// A question of a text, with what it needs.
    private struct Part {
        let question: Query
        let mentions: [Mention]
        let calls: [Call]
    }

    struct Call: Hashable {
        let tool: ToolName
        let arguments: [String: JSON]
    }

    /// One answer with what explains it; of several their first lines, in one.
    private static func text(_ answers: [AnalystAnswer]) -> String {
        guard answers.count > 1 else { return answers.first?.text ?? "" }
        var lines: [String] = []
        for line in answers.map(\.firstLine) where !lines.contains(line) { lines.append(line) }
        return lines.joined(separator: " ")
    }
}

extension ModelMessage {
    fileprivate var question: OfflineAnalyst.Asked? {
        if case .user(let text, let mentions) = self { .init(text: text, mentions: mentions) } else { nil }
    }

    fileprivate var toolResult: ToolResult? {
        if case .tool(_, let output) = self { output.result } else { nil }
    }
}

extension [Mention] {
    /// The names that stand for themselves in a question: devices are known by how they look.
    var inWords: [String] { filter { ![.disk, .interface, .host].contains($0.kind) }.map(\.written) }
}

extension [ToolResult] {
    fileprivate var uptimeSeconds: Double? {
        for case .currentStatus(let status) in self { return status.uptimeSeconds ?? 86_400 }
        return isEmpty ? nil : 86_400
    }
}
