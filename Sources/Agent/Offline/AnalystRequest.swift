import Foundation

/// What a question asks for, as far as words tell.
struct AnalystRequest {
    enum Topic: CaseIterable {
        case help, cost, relay, processes, disk, memory, network, cpu, anomalies, change, slowness, history,
            status
    }

    let topics: [Topic]
    /// One line was asked for.
    let isBrief: Bool
    /// The window that the question names, in minutes.
    let minutes: Int?
    /// The question names something that is not measured.
    let isUnderstood: Bool

    init(_ question: String) {
        let text = question.lowercased()
        let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        isBrief =
            text.contains("one line") || text.contains("one-line") || text.contains("single line")
            || text.contains("one sentence") || words.contains("brief") || words.contains("briefly")
            || words.contains("short")
        minutes = Self.window(in: text)
        let found = Topic.allCases.filter { topic in
            Self.words[topic]?.contains { $0.contains(" ") ? text.contains($0) : words.contains($0) } ?? false
        }
        isUnderstood = !found.isEmpty
        topics = found.isEmpty ? [.help] : Self.leading(found)
    }

    /// The tool calls that answer it, each under its tool's name.
    var calls: [ModelToolCall] {
        var calls: [ModelToolCall] = []
        func add(_ name: String, _ arguments: [String: Int] = [:]) {
            guard !calls.contains(where: { $0.name == name }) else { return }
            let json = JSON.object(arguments.mapValues { .number(Double($0)) })
            calls.append(ModelToolCall(id: name, name: name, arguments: json.text))
        }
        let minutes = minutes ?? 60
        for topic in topics {
            switch topic {
            case .help: break
            case .cost: add("get_usage")
            case .relay: add("get_relay_diagnostics")
            case .processes: add("get_top_processes")
            case .disk:
                add("get_current_status")
                add("get_disk_forecast")
            case .memory, .cpu, .network:
                add("get_current_status")
                add("get_recent_status_history", ["minutes": minutes])
            case .anomalies: add("get_anomaly_summary", ["minutes": self.minutes ?? 24 * 60])
            case .change:
                add("compare_windows", ["minutes": min(1440, minutes), "minutes_back": min(43200, minutes)])
            case .slowness:
                add("get_current_status")
                add("get_top_processes")
                add("get_anomaly_summary", ["minutes": minutes])
            case .history: add("get_recent_status_history", ["minutes": minutes])
            case .status:
                add("get_current_status")
                add("get_anomaly_summary", ["minutes": minutes])
            }
        }
        return calls
    }

    /// Where one topic says what is meant, those that only sound along are left out.
    private static func leading(_ topics: [Topic]) -> [Topic] {
        if topics.contains(.help) { return [.help] }
        let particular = topics.filter { $0 != .status && $0 != .history }
        return particular.isEmpty ? topics : particular
    }

    /// "last 30 minutes", "past 24 hours", "last hour", "7 days", "today", "yesterday".
    private static func window(in text: String) -> Int? {
        let words = text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        for (index, word) in words.enumerated() {
            guard let unit = unitMinutes(word) else { continue }
            let count = index > 0 ? Int(words[index - 1]) : nil
            let isNamed =
                count != nil
                || (index > 0 && ["last", "past", "previous", "this"].contains(words[index - 1]))
            guard isNamed else { continue }
            let (minutes, hasOverflowed) = (count ?? 1).multipliedReportingOverflow(by: unit)
            return hasOverflowed ? 43_200 : min(43_200, max(1, minutes))
        }
        if words.contains("today") { return 1440 }
        return words.contains("yesterday") ? 2880 : nil
    }

    private static func unitMinutes(_ word: String) -> Int? {
        switch word {
        case "minute", "minutes", "min", "mins": 1
        case "hour", "hours", "h": 60
        case "day", "days", "d": 1440
        case "week", "weeks": 10_080
        default: nil
        }
    }

    private static let words: [Topic: [String]] = [
        .help: ["help", "what can you", "how do i", "commands"],
        .cost: [
            "cost", "costs", "spend", "spent", "spending", "tokens", "budget", "usage of the llm", "bill",
            "price",
        ],
        .relay: ["relay", "queue", "queues", "queued", "messages", "delivery", "backlog"],
        .processes: [
            "process", "processes", "top", "program", "programs", "hog", "who uses", "what uses", "using",
        ],
        .disk: [
            "disk", "disks", "filesystem", "filesystems", "file system", "file systems", "storage", "mount",
            "space",
        ],
        .memory: ["memory", "ram", "swap", "oom", "leak"],
        .network: [
            "network", "net", "traffic", "bandwidth", "tcp", "packets", "packet", "connection", "connections",
        ],
        .cpu: ["cpu", "cpus", "core", "cores", "load", "processor", "steal"],
        .anomalies: [
            "anomaly", "anomalies", "anomalous", "unusual", "strange", "wrong", "alert", "alerts", "problem",
            "problems",
            "odd", "issue", "issues", "missing", "gap", "gaps",
        ],
        .change: [
            "changed", "change", "changes", "compare", "compared", "difference", "different", "versus", "vs",
        ],
        .slowness: ["slow", "slower", "lag", "laggy", "sluggish", "hang", "hangs", "why is it", "stuck"],
        .history: ["history", "trend", "trends", "recent", "recently", "last", "past", "over time", "graph"],
        .status: [
            "status", "state", "health", "healthy", "summary", "overview", "how is", "how are", "ok", "okay",
            "system",
            "host", "machine", "server", "up", "uptime", "report", "doing",
        ],
    ]
}
