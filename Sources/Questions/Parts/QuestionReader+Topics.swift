import Foundation
import MaintenanceAPI

/// Questions about states, and the facts of the host that are no figures.
extension QuestionReader {
    mutating func readTopic() -> Bool {
        question.asksLength = says("how long", "for how many", "how many minutes", "how many hours")
        if isRelayOrHost {
            set(.value, .host)
            saysForm = true
            return true
        }
        if namesDevice, readComponent() { return true }
        if readComparedFigures() || readOther() { return true }
        guard let topic = topic else {
            return readComponent() || readPlaceOfProcess() || readProcessesNamed()
        }
        if case .processesBeyond = topic, says("how many", "number of") { saidForm = .count }
        set(
            saidForm == .check || isPredicate || topic.isPredicate && words.plain.count <= 2
                ? .check : saidForm == .count ? .count : .value, .topic(topic))
        if topic != .summary, topic != .reboots { question.window = nil }
        question.statistic = .now
        if case .processesBeyond = topic {} else { question.threshold = nil }
        question.count = nil
        saysForm = true
        return true
    }

    private var isPredicate: Bool { isCheck }

    private var topic: Query.Topic? {
        if let limit = limit { return limit }
        if let threshold = question.threshold, has("process", "program"), question.window == nil,
            !has("count") || threshold.value != 0,
            Set(gauges).isSubset(of: [.processCount, .cpuBusy, .memoryUsed]),
            gauges.contains(.cpuBusy) || threshold.value > 1e6 || gauges.contains(.memoryUsed),
            !namesHostNames, !["when", "why"].contains(words.plain.first ?? "")
        {
            return .processesBeyond(gauges.contains(.cpuBusy) ? .cpu : .memory)
        }
        if has("free"), says("percent", "%", "percentage", "pct"), saidForm != .check, saidForm != .when,
            question.window == nil, question.threshold == nil, !saysStatistic, !isComparison
        {
            if gauges == [.memoryAvailable] { return .freeShare(.memory) }
            if gauges == [.diskFree] || gauges.isEmpty && namesMountPoint { return .freeShare(.disks) }
        }
        if let limits = limits { return limits }
        if asksForHeadroom { return .headroom }
        if let limiting = limiting { return .limiting(limiting) }
        if let activity = activity { return activity }
        if says("writable", "writeable", "write protected") || says("write to", "read write"),
            saidForm == .check,
            has("filesystem", "disk") || namesMountPoint || says("root", "writable", "writeable"),
            !has("process", "io", "traffic")
        {
            return .writable
        }
        if has("load"), has("core"), saidForm == .check || saidForm == .judge || saidForm == .compare,
            says("too", "for", "high", "ok", "fine", "much", "compare", "number of cores"),
            question.threshold == nil
        {
            return .loadOfCores
        }
        if let course = future { return course }
        return facts
    }

    private var facts: Query.Topic? {
        if says(
            "what time", "current time", "time now", "which time", "whats the time", "what date", "the date",
            "todays date", "what day", "time is it", "time of day", "local time", "server time",
            "system time", "host time", "clock say", "date and time")
            && (says(
                "is it", "time is", "current time", "the time", "server time", "local time", "the date",
                "date", "what day is", "now", "host time", "clock") || words.plain.count <= 3)
            && gauges.isEmpty && !has("boot", "uptime", "reading", "telemetry", "cpu", "anomaly")
            && !says(
                "since what time", "from what time", "until what time", "since what date", "since which date",
                "when", "did", "was", "at what time", "in sync", "timezone", "last", "start", "started",
                "happened")
        {
            return .clock
        }
        if has("boot"), !has("relay", "oom"),
            says(
                "how often", "how many times", "how many reboots", "how many restarts", "how many boots",
                "number of reboots", "number of boots", "count of reboots", "how many crashes",
                "reboot count", "number of restarts")
        {
            return .reboots
        }
        if says("container", "docker", "containerized", "containerised", "lxc", "pod"), isCheck,
            words.plain.count <= 8,
            says("is this", "is it", "in a", "inside", "are you in", "is the", "am i"),
            gauges.isEmpty || gauges == [.cgroupCPU]
        {
            return .container
        }
        if says(
            "vm", "virtual machine", "virtualized", "virtualised", "bare metal", "physical machine",
            "physical server", "kvm", "virtual server", "virtual", "vmware", "xen", "cloud server",
            "physical host", "dedicated server"), isCheck || says("or"), words.plain.count <= 9,
            gauges.isEmpty
        {
            return .virtualMachine
        }
        return nil
    }
}
