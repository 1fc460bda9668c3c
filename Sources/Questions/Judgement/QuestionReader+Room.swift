import Foundation
import MaintenanceAPI

/// Questions about room: whether something fits, what the limits are, and what attention is needed from.
extension QuestionReader {
    /// "Can I run a 4 GB job?", "room for 20 GB of logs?"
    mutating func readNeed() -> Bool {
        // "Is less than 10 GB free on /srv?"
        if has("free"), let threshold = question.threshold, threshold.value > 100,
            isAboutSpace || namesMountPoint,
            isCheck, question.window == nil, !has("memory", "swap", "inode")
        {
            set(.check, .gauges([.diskFree]))
            saysForm = true
            return true
        }
        guard let amount = question.needed ?? amount else { return false }
        guard
            isCheck || words.isQuestion && says("for", "another", "fit")
                || begins("room for", "space for", "enough") || says("will fit", "fit"),
            !says(
                "above", "over", "below", "under", "more than", "less than", "exceed", "exceeded", "too much",
                "bad", "a lot", "high", "ok for"),
            says(
                "fit", "fits", "room", "space", "enough", "run", "start", "need", "needs", "hold", "holds",
                "store", "save",
                "copy", "allocate", "load", "free", "left", "available", "take", "takes", "handle", "write",
                "download",
                "upload", "put", "use", "launch", "spare", "more", "job", "file", "dump", "deploy", "install",
                "require",
                "requires", "want", "add", "restore", "unpack", "still", "have")
        else { return false }
        let isDisk =
            has("disk", "space", "filesystem", "write") || namesMountPoint
            || says(
                "file", "files", "logs", "log", "copy", "store", "save", "download", "upload", "dump",
                "backup", "backups",
                "image", "images", "video", "videos", "photos", "database", "unpack", "archive", "restore",
                "install", "data",
                "put")
        let isMemory =
            has("memory", "process", "program", "oom")
            || says("job", "heap", "vm", "run", "launch", "allocate", "java")
        let isOfDisk =
            has("space", "disk") || namesMountPoint || isDisk && !isMemory
            || !isMemory && says("fit", "fits", "room", "store", "hold", "holds")
        question.needed = amount
        question.threshold = nil
        set(.check, .gauges([isOfDisk ? .diskFree : .memoryAvailable]))
        saysForm = true
        return true
    }

    /// "Can it take more load?", "any capacity left?": what is asked for has no size.
    var asksForHeadroom: Bool {
        guard question.window == nil, question.threshold == nil, question.needed == nil, !namesHostNames,
            !has(
                "disk", "space", "filesystem", "inode", "relay", "openfile", "memory", "swap", "cpu", "core",
                "probe", "llm",
                "temperature")
        else { return false }
        if says(
            "headroom", "spare capacity", "capacity left", "capacity for", "more capacity", "free capacity")
        {
            return true
        }
        if says("capacity"), saidForm == .check || words.plain.count <= 3 { return true }
        let isMore = says(
            "more", "another", "additional", "extra", "twice", "double", "one more", "two more", "a second",
            "new", "triple")
        guard isMore, saidForm == .check || begins("room for", "space for", "enough room", "how much more")
        else { return false }
        return begins("room for", "space for")
            || says(
                "handle", "take", "cope", "put", "run", "add", "start", "host", "bear", "manage", "carry",
                "launch", "deploy", "squeeze", "support", "serve", "room for", "fit", "spin up", "survive")
                && says(
                    "load", "traffic", "users", "requests", "job", "jobs", "service", "services", "vm", "vms",
                    "container", "containers", "work", "workload", "app", "apps", "process", "processes",
                    "instance", "server", "task", "tasks", "worker", "workers", "site", "website", "database",
                    "players", "customers", "connections", "pod", "pods", "on it", "on this box", "here",
                    "program", "programs", "thing")
    }

    private static let needing: Set<String> = [
        "one", "another", "job", "needs", "need", "needing", "with", "would", "fit", "work", "too", "gb",
        "gib", "mb", "mib",
        "tb", "gig", "gigs", "takes", "requires", "enough", "for", "still", "even", "how", "about", "second",
        "third",
        "more", "be", "ok", "okay", "possible",
    ]

    /// "And one that needs 30?", after whether something fits.
    var asksOtherNeed: Bool { otherAmount != nil }

    private var otherAmount: (value: Double, isBytes: Bool)? {
        guard question.window == nil else { return nil }
        let content = content.filter { !Self.needing.contains($0) }
        guard content.count == 1, let value = Double(content[0]), value > 0, value.isFinite else {
            return nil
        }
        return amount.map { ($0, true) } ?? (value, false)
    }

    func otherNeed(_ previous: Query) -> Query? {
        guard let needed = previous.needed, let other = otherAmount else { return nil }
        // In the unit of the question before.
        let unit = [1_099_511_627_776.0, 1_073_741_824, 1_048_576].first { needed >= $0 } ?? 1
        guard let amount = other.isBytes ? other.value : Self.value(other.value, scale: unit) else {
            return nil
        }
        var next = previous
        next.needed = amount
        next.also = []
        return next
    }

    /// "30 GB", "2 gigs", in bytes.
    private var amount: Double? {
        let plain = words.plain
        for (index, word) in plain.enumerated().dropLast() {
            guard let number = Double(word) else { continue }
            let unit = plain[index + 1]
            if let scale = Self.scales[unit] ?? Self.spoken[unit], scale > 1 {
                return Self.value(number, scale: scale)
            }
        }
        return nil
    }

    private static let spoken: [String: Double] = [
        "gig": 1_073_741_824, "gigs": 1_073_741_824, "gigabyte": 1_073_741_824, "megs": 1_048_576,
        "meg": 1_048_576,
        "terabyte": 1_099_511_627_776, "terabytes": 1_099_511_627_776, "t": 1_099_511_627_776,
    ]

    var limit: Query.Topic? {
        guard saidForm == .check || says("near", "close", "limit", "how far", "percent", "%"),
            question.threshold == nil
        else { return nil }
        let asks = says(
            "near", "close", "limit", "out of", "enough", "exhausted", "running out", "too many", "how far",
            "headroom", "left", "run out", "remaining", "percent", "%")
        if has("openfile"), asks,
            saidForm == .check || !says("limit")
                || says("near", "close", "how far", "and", "vs", "versus", "against", "compared", "plus")
        {
            return .limit(.openFiles, most: .maxOpenFiles)
        }
        return nil
    }

    private static let rules: Set<Gauge> = [
        .cpuBusy, .memoryUsed, .diskUsed, .inodesUsed, .swapUsed, .temperature, .trackedConnections,
        .cpuSteal,
        .cpuIOWait, .cpuPressure, .memoryPressure, .ioPressure, .blockedProcesses, .zombies, .processCount,
        .receiveDrops, .sendDrops, .receiveErrors, .sendErrors, .retransmits, .listenOverflows,
    ]

    /// "From when on is swap a problem?", "at what point should I worry about steal?"
    private var asksFromWhen: Bool {
        says(
            "when does", "when do", "from when", "from what", "from which", "at what point", "at which point",
            "when should i", "when should we", "at what value", "from how", "how high may", "how full may",
            "how high can", "how full can", "how hot can", "how hot may")
            && says(
                "problem", "worry", "worried", "bad", "critical", "dangerous", "concern", "concerned",
                "concerning",
                "too", "trouble", "matter", "worrying", "alarming", "serious", "unhealthy", "issue")
            && question.judged == nil && question.window == nil
    }

    var limits: Query.Topic? {
        let asksRule =
            says(
                "threshold", "thresholds", "alert limits", "alert limit", "alarm limits", "warning level",
                "warning levels", "alert level", "alert levels")
            || says("alert", "warn", "alarm", "complain", "worry")
                && says(
                    "when do you", "at what level", "at which level", "what level", "from what", "at what",
                    "when would you")
            || says("too much", "too high", "too full", "too hot", "too many")
                && says(
                    "how many",
                    "how much is", "how high is", "when is", "what is", "how full is", "how hot is",
                    "how much", "from when")
                && (!has("process") || gauges == [.processCount]) && question.judged == nil
                && begins(
                    "how much", "when is", "what is", "how high is", "how full is", "how hot is", "at what",
                    "how many")
        if asksRule || asksFromWhen && !gauges.isEmpty, !says("conntrack table"), !namesHostNames {
            let asked = gauges.map { $0 == .load1 || $0 == .load5 || $0 == .load15 ? .cpuBusy : $0 }.filter(
                Self.rules.contains)
            let all: [Gauge] = gauges.isEmpty ? [.cpuBusy, .memoryUsed, .diskUsed] : [gauges[0]]
            return .thresholds(asked.isEmpty ? all : Array(asked.prefix(1)))
        }
        if has("limit") || says("quota", "quotas", "limited", "restricted", "capped"),
            has("cpu", "memory", "core", "cgroup"),
            !has("openfile", "relay", "conntrack", "process", "thread", "bottleneck"),
            !says("the limit", "or", "near", "close", "limited by"), question.window == nil,
            gauges != [.cgroupMemoryMax]
        {
            return .limits
        }
        return nil
    }
}
