import Foundation
import MaintenanceAPI

/// Questions about processes.
extension QuestionReader {
    /// "The second biggest", "the runner-up".
    var rank: Int? {
        if says(
            "runner up", "runnerup", "runner-up", "second most", "second biggest", "second largest",
            "number two", "2 nd", "second highest", "second one", "the second", "next biggest",
            "second place", "is second", "comes second",
            "comes next", "is next"
        ) {
            return 2
        }
        return says(
            "third most", "third biggest", "third largest", "number three", "third one", "the third",
            "third highest", "third place") ? 3 : nil
    }

    /// "What's running on this box?"
    private var isWhatRuns: Bool {
        let asks = [
            "what is", "what all is", "what else is", "show what is", "show me what is", "list what is",
        ]
        let rest: Set = [
            "what", "all", "else", "is", "running", "show", "me", "list", "on", "here", "there", "it",
            "right", "now",
            "currently", "at", "the", "moment", "this", "my", "our", "host", "server", "box", "machine",
            "system",
            "in", "background", "up", "please",
        ]
        return gauges.isEmpty && question.window == nil && words.plain.contains("running")
            && words.begins(with: asks) && rest.isSuperset(of: words.plain)
    }

    /// "Did sort and gzip run at the same time?"
    private mutating func readTogether() -> Bool {
        guard namesHostNames, !namesMountPoint, namedCount == 2, isCheck,
            says(
                "same time", "at once", "simultaneously", "together", "overlap", "in parallel",
                "concurrently", "side by side")
        else { return false }
        set(.check, .nothing)
        question.isTogether = true
        saysForm = true
        return true
    }

    /// "When did gzip start?", "until when did it run?": of a process that is named.
    private mutating func readTimeOfProcess() -> Bool {
        let isEnd = says(
            "stop", "stopped", "end", "ended", "finish", "finished", "exit", "exited", "die", "died", "quit",
            "until when",
            "till when", "go away", "disappear", "disappeared", "last seen", "over", "done")
        guard namesHostNames, !namesMountPoint, namedCount == 1,
            gauges.isEmpty || says("until when", "till when"),
            question.form == .when || says("until when", "till when"),
            isEnd
                || says(
                    "start", "started", "begin", "began", "launched", "run", "ran", "running", "appear",
                    "appeared", "seen",
                    "come up", "came up", "active")
        else { return false }
        set(.when, .nothing)
        (question.isEnd, question.isSince, question.statistic) = (isEnd, !isEnd, .now)
        saysForm = true
        return true
    }

    mutating func readProcesses() -> Bool {
        if readTimeOfProcess() || readTogether() { return true }
        // "How long has nginx been running?": since when it is seen.
        if namesHostNames, !namesMountPoint, says("how long", "since when", "since what time"),
            says("running", "runs", "run", "up", "active", "alive")
        {
            set(.when, .nothing)
            question.isSince = true
            saysForm = true
            return true
        }
        if has("oom", "kill"), question.form != .when, question.form != .check, !namesHostNames,
            says(
                "name", "names", "which process", "which processes", "what process", "which program", "who",
                "which one")
        {
            set(.unmeasured, .topic(.absent("which process was killed", nearest: [.oomKills])))
            question.window = nil
            return true
        }
        if let index = words.plain.firstIndex(of: "pid"), index + 1 < words.plain.count,
            let number = Int(words.plain[index + 1])
        {
            set(question.form, .pid(number))
            return true
        }
        if let index = words.plain.firstIndex(of: "process"), index + 1 < words.plain.count,
            let number = Int(words.plain[index + 1])
        {
            set(question.form, .pid(number))
            return true
        }
        if question.threshold != nil, gauges == [.processCount] { return false }
        // "The top three problems".
        if has("trouble", "anomaly"), !has("process", "program", "cpu", "memory", "hog") { return false }
        if isWhatRuns {
            set(.list, .processes(.cpu))
            return true
        }
        question.rank = rank
        let isSubjectElse =
            has(
                "leak", "uninspected", "relay", "probe", "thread", "zombie", "blocked", "runnable",
                "forkrate",
                "llm",
                "cgroup",
                "openfile", "filesystem", "oom", "temperature", "reading")
            || has("core") && (!has("hog") || says("busiest"))
        let isMemory = has("memory", "swap", "oom")
        let isLarge =
            says("largest", "biggest", "fattest", "footprint", "big") && !has("cpu", "hog")
        let order: Query.Order = isMemory || isLarge ? .memory : .cpu
        let asksCount =
            (has("count") || says("how many", "number of", "amount of")) && !has("hog")
            && question.count == nil
        let consumes =
            has("hog")
            || says(
                "most", "use most", "uses the most", "biggest", "largest", "top", "using the", "using my",
                "using all", "using so", "is using", "taking", "takes", "take up", "takes up", "taking up",
                "uses", "heavy",
                "highest", "busiest", "using up", "who uses", "what uses", "what is using", "responsible",
                "sucking", "behind")
        let isWhoQuestion =
            says(
                "which process", "which processes", "which program", "which programs", "what process",
                "what processes", "what program", "what programs", "which app", "what app",
                "what application", "which application", "which task", "which tasks", "which job",
                "what task", "who", "what is using", "what uses", "what is eating", "what eats", "what takes",
                "what is taking", "what consumes", "what is consuming", "whats", "which service",
                "what service", "what services", "what is hogging", "who is", "what else is using",
                "what is burning", "what burns")
            || has("hog")
                && begins(
                    "what", "biggest", "top", "largest", "main", "worst", "cpu", "memory", "ram", "number",
                    "the", "list", "show", "name", "find", "give", "tell")
            || says("memory hog", "cpu hog")
        if says("which process", "which program", "which processes", "what process"),
            has("growth") || says("grew", "grown")
        {
            return false
        }
        if has("slow"), gauges.isEmpty || gauges == [.processCount] { return false }
        if says("busiest disk", "busiest drive") { return false }
        if says("in programs", "spent in", "user", "goes to") && has("cpu")
            && (!says("process", "processes") || says("percentage", "percent", "share", "time"))
        {
            return false
        }
        if isSubjectElse && !says("which process", "what process", "which processes") { return false }
        if says("per core", "which core") { return false }
        if question.form == .why || question.form == .when || question.form == .until
            || question.form == .judge || question.form == .compare
        {
            return false
        }
        let isList =
            says(
                "list", "top", "ps", "processes", "show", "programs", "tasks", "hogs", "consumers", "users",
                "process list", "all processes", "htop") || (question.count ?? 0) > 1
        let isAboutProcesses = has("process", "program", "hog") || says("users", "consumers") && isMemory
        if has("disk", "io", "network", "traffic", "space", "swap"), isWhoQuestion || isAboutProcesses,
            consumes, !has("cpu", "memory") || has("swap")
        {
            // No reading tells which process uses a disk, the network or swap.
            set(
                .unmeasured,
                has("network", "traffic")
                    ? .gauges([.networkReceived, .networkSent])
                    : has("swap") ? .gauges([.swapUsed]) : .gauges([.diskReads, .diskWrites]))
            return true
        }
        if words.plain == ["top"] || words.plain == ["ps"] || words.plain == ["htop"]
            || says("ps aux", "ps ax", "process list", "process table")
        {
            set(.list, .processes(.cpu))
            return true
        }
        if isAboutProcesses, wantsLeast, !has("core"),
            isWhoQuestion || has("cpu", "memory") || begins("list", "show", "name")
        {
            set(.which, .processes(order))
            question.isLowest = true
            question.statistic = .now
            saysForm = true
            return true
        }
        if asksCount || (question.form == .check && !consumes && !isWhoQuestion) { return false }
        guard
            isAboutProcesses || isWhoQuestion && (consumes || has("cpu", "memory"))
                || (question.count != nil && (consumes || has("cpu", "memory")) && !has("filesystem", "disk"))
                || says("top") && words.plain.count <= 4 && !has("temperature", "disk", "filesystem", "core")
                    && question.form == .list
        else { return false }
        if namesHostNames && !isWhoQuestion { return false }
        let isSingular =
            says(
                "process", "program", "what", "who", "hog", "task", "app", "application", "culprit",
                "consumer", "service", "job")
            && !says(
                "processes", "programs", "hogs", "tasks", "apps", "consumers", "applications", "services")
        guard consumes || isList || isWhoQuestion else { return false }
        // "How many processes", "processes?" count.
        if !consumes, !isWhoQuestion,
            words.plain.allSatisfy({
                [
                    "process", "processes", "programs", "tasks", "count", "number", "of", "the", "and",
                    "what", "about", "how", "system", "current",
                ].contains($0)
            })
        {
            return false
        }
        if question.count != nil && question.count != 1 || says("top processes", "top process list")
            || begins("list", "show") && !isSingular || !isSingular
        {
            set(.list, .processes(order))
        } else {
            set(.which, .processes(order))
        }
        if question.statistic == .peak || question.statistic == .total { question.statistic = .now }
        saysForm = true
        return true
    }
}
