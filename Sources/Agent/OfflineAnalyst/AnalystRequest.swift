import Foundation
import MaintenanceAPI

/// What a question asks for, as far as words tell.
struct AnalystRequest {
    let topics: [Topic]
    /// One line was asked for.
    let isBrief: Bool
    /// The window that the question names.
    let window: TimeWindow?
    /// The question holds words that are known here.
    let isUnderstood: Bool
    /// The names of the host that it holds.
    let mentions: [Mention]
    /// It asks about a process that no reading names.
    let asksForUnknownProcess: Bool
    /// How far back lies what a change is measured against, where the question says so.
    private let minutesBack: Int?

    init(_ question: String, mentions: [Mention] = [], now: Date = Date()) {
        let text = question.lowercased()
        let list = text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let words = Set(list)
        isBrief = Self.brief.contains { $0.contains(" ") ? text.contains($0) : words.contains($0) }
        window = TimeWindow(in: text, now: now)
        minutesBack = words.contains("yesterday") ? 1440 : text.contains("last week") ? 10_080 : nil
        var found = Topic.allCases.filter { topic in
            Self.words[topic]?.contains { $0.contains(" ") ? text.contains($0) : words.contains($0) } ?? false
        }
        if Self.isOrder(list) { found = [.action] }
        // "In one line, please" is about the whole.
        if found.isEmpty, isBrief || window != nil { found = [.status] }
        isUnderstood = !found.isEmpty || !mentions.isEmpty
        self.mentions = mentions
        asksForUnknownProcess = mentions.isEmpty && Self.namesAProcess(list)
        topics = Self.leading(found, found == [.action] ? [] : mentions)
    }

    /// The tool calls that answer it, none twice.
    var calls: [ModelToolCall] {
        var calls: [ModelToolCall] = []
        func add(_ tool: ToolName, _ arguments: [String: Int] = [:]) {
            let name = tool.rawValue
            guard !calls.contains(where: { $0.name == name }) else { return }
            let json = JSON.object(arguments.mapValues { .number(Double($0)) })
            calls.append(ModelToolCall(id: name, name: name, arguments: json.text))
        }
        let recent = window ?? TimeWindow(minutes: 60)
        let day = window ?? TimeWindow(minutes: 24 * 60)
        // A moment long past is not answered with what is now.
        let isNow = recent.endsMinutesAgo == 0
        for topic in topics {
            switch topic {
            case .help, .action, .unmeasured: break
            case .cost: add(.usage)
            case .relay:
                add(.relayDiagnostics)
                if window != nil { add(.history, recent.arguments) }
            case .processes:
                add(.topProcesses, ["limit": 10])
                add(.currentStatus)
            case .disk:
                add(.currentStatus)
                add(.diskForecast)
            case .memory:
                if isNow { add(.currentStatus) }
                add(.history, (window ?? TimeWindow(minutes: 6 * 60)).arguments)
                if isNow { add(.topProcesses, ["limit": 5]) }
            case .throughput: add(.history, recent.arguments)
            case .cpu, .network, .pressure:
                if isNow { add(.currentStatus) }
                add(.history, recent.arguments)
            case .boot, .temperature, .openFiles: add(.currentStatus)
            case .anomalies, .silence:
                add(.anomalies, day.arguments)
                if isNow { add(.currentStatus) }
            case .change:
                add(
                    .comparison,
                    ["minutes": min(1440, recent.minutes), "minutes_back": minutesBack ?? recent.minutes])
                add(.anomalies, recent.arguments)
            case .slowness:
                if isNow {
                    add(.currentStatus)
                    add(.topProcesses, ["limit": 5])
                } else {
                    add(.history, recent.arguments)
                }
                add(.anomalies, recent.arguments)
            case .history: add(.history, recent.arguments)
            case .status:
                if isNow {
                    add(.currentStatus)
                } else {
                    add(.history, recent.arguments)
                }
                add(.anomalies, recent.arguments)
            }
        }
        return calls
    }

    /// Where one topic says what is meant, those that only sound along are left out.
    private static func leading(_ topics: [Topic], _ mentions: [Mention]) -> [Topic] {
        guard mentions.isEmpty else {
            return [(HostNames.Kind.process, Topic.processes), (.filesystem, .disk)].compactMap {
                kind, topic in
                mentions.contains { $0.kind == kind } ? topic : nil
            }
        }
        if topics.isEmpty { return [.help] }
        for topic in [Topic.help, .action, .unmeasured] where topics.contains(topic) { return [topic] }
        let particular = topics.filter { $0 != .status && $0 != .history }
        if particular.isEmpty { return topics }
        return particular.filter { topic in
            soundsAlong[topic].map { $0.isDisjoint(with: particular) } ?? true
        }
    }

    /// What words of a topic mean nothing of their own beside another one: "is the probe running", "relay connections",
    /// "which process uses the CPU", "CPU temperature", "disk reads", "disk pressure".
    private static let soundsAlong: [Topic: Set<Topic>] = [
        .processes: [.silence], .network: [.relay], .cpu: [.processes, .temperature],
        .disk: [.throughput, .pressure],
    ]

    /// "Restart nginx": nothing can be changed from here.
    private static func isOrder(_ words: [String]) -> Bool {
        guard let first = words.first(where: { !["please", "can", "could", "you", "now"].contains($0) })
        else {
            return false
        }
        return orders.contains(first) && words.count > 1
    }

    /// "Is redis running?", "does redis use much memory?": a word that is none of ours where a name would stand.
    private static func namesAProcess(_ words: [String]) -> Bool {
        zip(words, words.dropFirst()).contains { word, next in
            ["running", "using", "alive", "use", "leaking"].contains(next) && !ordinaryWords.contains(word)
        }
    }
}
