import MaintenanceAPI

/// Turns of phrase that name a thing by what it does: "how many days of space are left", "what is slowing it down".
extension QuestionReader {
    mutating func readSpoken() -> Bool {
        guard let (form, subject) = spoken else { return false }
        set(form, subject)
        question.threshold = nil
        if case .gauges = subject {} else { question.statistic = .now }
        saysForm = true
        return true
    }

    private var spoken: (Query.Form, Query.Subject)? {
        if says("which hour", "which minute", "what hour", "which time"),
            says("busiest", "highest", "worst", "most")
        {
            return (.when, .gauges(gauges.isEmpty ? [.cpuBusy] : Array(gauges.prefix(1))))
        }
        if says("how many days", "how many hours", "how many weeks", "how long"),
            has("disk", "space", "filesystem"),
            says("left", "last", "remain", "remaining", "enough"), !has("latency", "request")
        {
            return (.until, .disk)
        }
        if says("which", "what"),
            says("grow", "extend", "enlarge", "resize", "clean", "clean up", "empty", "tidy"),
            says("have to", "should", "need to", "must", "to grow", "first"), has("disk", "filesystem"),
            saidForm != .when
        {
            return (.value, .gauges([.diskUsed]))
        }
        if has("cpu"),
            says(
                "breakdown", "break down", "by mode", "by type", "by state", "composition", "split of",
                "time down", "divided",
                "distribution of cpu")
        {
            return (.value, .gauges([.cpuUser, .cpuSystem, .cpuIOWait, .cpuIdle]))
        }
        if says("slowing", "slows", "slowed"), gauges.isEmpty, !has("relay") { return (.why, .slow) }
        if says("how much time"), gauges.first?.traits.unit == .percent, !says("until", "left") {
            return (.value, .gauges(Array(gauges.prefix(1))))
        }
        if says(
            "full report", "complete report", "full overview", "full status", "entire report", "whole report")
        {
            return (.value, .host)
        }
        if says(
            "tasks wait", "tasks waiting", "tasks have to wait", "task waits", "tasks are waiting",
            "processes wait"),
            saidForm != .check, saidForm != .when, !has("blocked", "count"),
            !says("how many tasks", "how many processes")
        {
            if has("io", "disk", "iowait") { return (.value, .gauges([.ioPressure])) }
            if has("memory") { return (.value, .gauges([.memoryPressure])) }
            if has("cpu", "core") { return (.value, .gauges([.cpuPressure])) }
        }
        if has("telemetry"), !has("relay"), saidForm != .check {
            if has("memory") { return (.value, .gauges([.probeMemory])) }
            if has("cpu") { return (.value, .gauges([.probeCPU])) }
            if gauges == [.networkReceived], says("last", "when", "latest") { return (.value, .readingAge) }
        }
        if has("reading"), has("loss", "drop"), saidForm == .check {
            return (.check, .gauges([.probeDropped]))
        }
        if gauges == [.diskReadOperations, .diskWriteOperations], has("slow") {
            return (.check, .gauges([.diskWait]))
        }
        if says("on root", "root disk", "root partition"), has("free"), !has("inode"), gauges != [.diskFree],
            saidForm == .value
        {
            return (.value, .gauges([.diskFree]))
        }
        return nil
    }
}
