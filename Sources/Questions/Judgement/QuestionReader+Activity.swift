import Foundation
import MaintenanceAPI

/// Questions about busy and idle: whether something is, and what limits the host.
extension QuestionReader {
    private static let activities: [(Query.Activity, Set<String>)] = [
        (
            .overloaded,
            [
                "overloaded", "overload", "stressed", "struggling", "overwhelmed", "saturated", "maxed",
                "pegged",
                "overworked", "swamped", "congested", "choking", "limit", "exhausted",
            ]
        ),
        (
            .idle,
            [
                "idle", "idling", "quiet", "bored", "lazy", "calm", "sleeping", "resting", "asleep", "unused",
                "relaxed",
                "free",
            ]
        ),
        (.busy, ["busy", "loaded", "active", "working", "occupied", "hammered", "load", "hard", "heavily"]),
    ]

    private var resource: Query.Resource? {
        if has("cpu", "core") { return .cpu }
        if has("disk", "io", "filesystem") { return .disks }
        if has("network", "traffic", "interface") || says("uplink", "link", "bandwidth") { return .network }
        if has("memory") { return .memory }
        return has("host") || says("it", "anything", "everything", "there", "you") || words.plain.count <= 3
            ? .host : nil
    }

    /// A state that a thing is said to be in.
    var activity: Query.Topic? {
        let isBare = words.isQuestion && words.plain.count <= 2
        guard
            saidForm == .check || isBare
                || begins("how busy", "how idle", "how loaded", "how stressed", "how overloaded"),
            question.threshold == nil, question.judged == nil, question.window == nil, !saysStatistic,
            !has(
                "relay", "probe", "process", "llm", "swap", "load", "queue", "cgroup", "reading", "program",
                "hog", "slow",
                "anomaly", "oom", "inode", "openfile", "conntrack", "connection", "leak", "pressure", "iowait"
            ),
            !namesHostNames, words.unknown.isEmpty, !words.isTable, !isComparison,
            !has("growth", "runout", "error"),
            !says(
                "or", "how many", "any", "all ok", "enough", "why", "since", "who", "which", "what is",
                "stuck", "usage")
        else { return nil }
        let plain = Set(words.plain)
        guard let resource = resource else { return nil }
        var found = Self.activities.first {
            !plain.isDisjoint(
                with: $0.1.subtracting([
                    "free", "load", "limit", "working", "hard", "heavily", "active", "unused",
                ]))
        }?.0
        if found == nil,
            says(
                "under load", "under heavy load", "under pressure", "heavily loaded", "under stress",
                "at its limit", "at the limit", "maxed out", "at full capacity", "at capacity")
        {
            found = says("under load") ? .busy : .overloaded
        }
        if found == nil,
            says(
                "working hard", "work hard", "work very hard", "working very hard", "works hard",
                "heavily used", "hard at work", "in use", "doing anything", "doing something",
                "doing much", "doing a lot", "under use")
        {
            found = .busy
        }
        if found == nil, says("doing nothing", "nothing to do", "at rest", "not doing") { found = .idle }
        guard let found else { return nil }
        // How full memory is has its own rule.
        if resource == .memory { return nil }
        if resource == .cpu, found == .overloaded, has("temperature") { return nil }
        if begins("how"), resource != .host { return nil }
        if found == .overloaded, resource == .host || resource == .cpu { return nil }
        if resource == .disks, has("space", "full", "free") { return nil }
        return .activity(found, of: resource)
    }

    var limiting: Query.Resource? {
        guard saidForm == .check,
            has("bottleneck") || says("bound", "limited by", "waiting on", "waiting for"),
            words.plain.count <= 9,
            !says("or"), !says("which", "what")
        else { return nil }
        if says("bound", "bottleneck", "limited by", "limiting") {
            if has("cpu") || says("cpu bound", "compute bound", "processor bound") { return .cpu }
            if has("memory") || says("memory bound", "ram bound") { return .memory }
            if has("network") || says("network bound") { return .network }
            if has("disk", "io") || says("io bound", "disk bound") { return .disks }
        }
        return nil
    }
}
