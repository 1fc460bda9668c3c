import Foundation
import MaintenanceAPI

/// Questions about facts and parts of the host.
extension QuestionReader {
    // MARK: Facts of the host

    mutating func readFacts() -> Bool {
        let form = question.form
        if says(
            "how many servers", "how many hosts", "how many machines", "how many boxes", "how many systems",
            "number of servers", "number of hosts"),
            gauges.isEmpty, !namesHostNames
        {
            set(.count, .hostname)
        } else if has("bootid") {
            set(.value, .bootID)
        } else if has("hostname")
            || says(
                "what host is", "which host", "which machine", "what machine is this", "what machine are",
                "what machine am i", "what server am i", "what host am i", "what system am i",
                "which server am i",
                "which machine are", "what host are", "this machine called", "name of the host",
                "name of this", "name of the machine", "name of the server", "which server", "what server is",
                "which box", "what box", "host am i", "host are you on", "where am i", "machine called",
                "server called", "box called", "host called", "name of my server", "name of my host")
                && !has("slow", "trouble", "cpu", "memory") && form != .why
        {
            set(.value, .hostname)
        } else if has("kernel"), gauges != [.cpuSystem], !has("busy", "kill", "kerneltime", "oom"),
            !has("cpu") && !says("time", "spend", "spent") || says("which kernel", "kernel version")
        {
            set(.value, .kernel)
        } else if has("os"), !has("kernel") || says("operating system", "os") {
            set(.value, .system)
        } else if says("linux") && words.plain.count <= 5 && !has("kill") {
            set(.value, says("version") ? .kernel : .system)
        } else if has("spec")
            || !says("anything", "something", "should know", "need to know")
                && says(
                    "about this machine", "about the machine", "about this host", "about this server",
                    "kind of machine", "describe the host", "describe the machine", "describe this",
                    "about the host", "about the server", "kind of server", "about this box",
                    "machine details",
                    "host details", "server details")
                && form != .why
        {
            set(.value, .facts)
        } else if has("interface"),
            !has("error", "drop", "traffic", "received", "sent", "loss", "busy", "hog"), form != .check
        {
            set(.value, .interfaces)
        } else if words.plain == ["ip", "link"] || words.plain == ["ifconfig"] {
            set(.value, .interfaces)
        } else if words.plain == ["lsblk"]
            || has("disk") && !has("busy", "free", "full", "total", "io", "read", "write")
                && says(
                    "block devices", "which drives", "what drives", "which disks", "what disks",
                    "disk devices", "block device", "which disk devices", "disk names", "list the disks",
                    "list disks")
                && !says("are ok", "mounted")
        {
            set(.value, .disks)
        } else if readBoot() {
            return true
        } else {
            return false
        }
        saysForm = true
        return true
    }

    mutating func readBoot() -> Bool {
        let isUp =
            says("how long") && says("up", "running", "run", "on", "online", "alive")
            && !says("going", "go", "this", "that")
            && !has("relay", "probe", "reading", "disk", "memory", "io", "process")
            && question.threshold == nil && !namesHostNames
        // "How long had it been up before it rebooted?"
        if says("before"), has("boot") || says("restart"), says("how long", "uptime", "how many days"),
            !has("relay", "oom", "probe")
        {
            set(.value, .gauges([.uptime]))
            question.isBefore = true
            return true
        }
        if question.form == .when, says("that", "this"), !has("boot", "host", "uptime") { return false }
        if has("relay", "oom") || gauges == [.relayUptime]
            || !gauges.isEmpty && !has("uptime", "boot", "host")
        {
            return false
        }
        if says("since when"), says("up", "running", "online", "on", "runs", "run", "alive") {
            set(.value, .gauges([.uptime]))
        } else if (has("uptime") && !has("load")) || isUp {
            set(.value, .gauges([.uptime]))
            question.statistic = .now
            question.window = nil
        } else if has("boot")
            || says(
                "restart", "restarted", "restarts", "come up", "came up", "switched on", "turned on",
                "powered on", "go down", "went down", "been down", "start up", "come back", "came back",
                "power up", "powered up")
            || question.form == .when && says("start", "started") && words.plain.count <= 6 && gauges.isEmpty
        {
            if has(
                "cpu", "memory", "disk", "network", "space", "filesystem", "load", "traffic", "queue", "swap"),
                !has("boot")
            {
                return false
            }
            let isCheck =
                question.form == .check || begins("any") || question.form == .count
                || says("how many", "how often")
            set(isCheck ? .check : question.form == .why ? .why : .when, .boot)
            question.statistic = .now
        } else {
            return false
        }
        saysForm = true
        return true
    }

    // MARK: Parts of the host

    /// "Least used mount", "which disk has the most room", "process with the lowest CPU".
    var wantsLeast: Bool {
        says("least", "lowest", "smallest", "idlest") && (!has("free") || has("full"))
            || says("emptiest", "most empty", "most room", "most space", "more room")
            || says("most", "biggest", "largest", "more") && has("free") && has("disk", "filesystem", "space")
    }

    mutating func readParts() -> Bool {
        let form = question.form
        if gauges == [.loadPerCore] { return false }
        if begins("list", "show", "sort", "rank", "order"), has("disk", "filesystem"),
            says("fullest", "emptiest"), says("to"), question.window == nil
        {
            set(.list, .fileSystems)
            question.statistic = .now
            saysForm = true
            return true
        }
        if wantsLeast,
            has("disk", "filesystem", "full") || says("most room", "most space", "more room", "emptiest"),
            question.window == nil,
            !has("io", "read", "write", "latency", "inode")
        {
            set(.which, .fileSystems)
            question.isLowest = true
            question.isOfRoom = says("room", "space", "available", "free", "gb")
            question.isOfBothEnds =
                says("most", "biggest", "largest", "emptiest")
                && says("least", "lowest", "fullest", "smallest")
            saysForm = true
            return true
        }
        if says("since when", "since what time"), has("network", "loss", "drop", "packet"),
            has("trouble", "loss", "drop", "slow", "error") || says("down", "like this")
        {
            gauges = [.receiveDrops]
            set(.when, .gauges(gauges))
            question.isSince = true
            saysForm = true
            return true
        }
        let isState = form == .check || form == .value && (words.isQuestion && words.plain.count <= 3)
        let isDisk = has("disk", "filesystem", "space", "nfs") || gauges == [.diskUsed] && has("full")
        if has("hung") && has("filesystem", "nfs", "disk") || has("nfs") && form == .check, !says("slow"),
            !has("read", "write")
        {
            set(form == .list || form == .which ? form : .check, .hungMount)
        } else if has("filesystem"),
            says(
                "respond", "responding", "answer", "answering", "answers", "reachable", "accessible", "dead",
                "broken",
                "stale", "gone", "reach", "usable", "unreachable", "down")
                || namesHostNames
                    && says(
                        "answer", "respond", "responding", "hang", "hanging", "answering", "reachable",
                        "reach", "dead",
                        "usable", "accessible", "access")
        {
            set(.check, .hungMount)
        } else if has("readonly") {
            set(.check, .readOnly)
        } else if has("leak") {
            set(form == .why || form == .which ? form : .check, .memoryLeak)
        } else if namesHostNames, !namesMountPoint, form == .check,
            has("growth") || question.statistic == .trend
        {
            set(.check, .memoryLeak)
        } else if form == .which, has("process", "program"), has("growth") || says("grew", "grown") {
            set(.which, .memoryLeak)
        } else if has("memory"), says("growing", "creeping up", "keeps growing", "grow"), form == .check,
            !namesHostNames
        {
            set(.check, .memoryLeak)
        } else if has("growth") || says("fill rate", "fill up speed", "filling speed")
            || says("how fast") && has("full") || says("grown", "rising") && form == .check,
            isDisk || namesMountPoint || namesHostNames && form != .check, form != .until, form != .why,
            !has("memory", "io", "read", "write") || namesHostNames, !isEitherOr
        {
            set(namesHostNames ? .value : form == .check ? .check : .value, .diskGrowth)
        } else if form == .until || isUntilFull {
            guard
                has("disk", "space", "memory", "filesystem", "swap", "runout", "full", "oom", "inode")
                    || namesHostNames
            else { return false }
            // Inodes are not forecast.
            if has("inode") {
                set(.check, .gauges([.inodesUsed]))
                (question.statistic, question.suspectsTrouble, saysForm) = (.now, true, true)
                return true
            }
            let isDisk = has("disk", "space") || !has("memory", "oom", "swap")
            set(.until, isDisk ? .disk : has("swap") ? .swap : .memory)
            question.statistic = .now
        } else if has("filesystem") || has("disk") && says("each", "every", "all", "list", "per"),
            form == .list
                || says(
                    "which file systems", "which filesystems", "which mounts", "what mounts",
                    "what filesystems", "what file systems", "all mounts", "all disks", "df", "show mounts",
                    "list"),
            !has("io", "read", "write", "latency", "iops", "inode"), form != .check
        {
            set(.list, .fileSystems)
        } else if words.plain == ["df", "h"] || says("df h") {
            set(.list, .fileSystems)
        } else if has("filesystem") || has("disk") && says("mounted"),
            has("count") || says("how many", "number of"), !has("inode", "full")
        {
            set(.count, .fileSystems)
        } else if has("core"),
            has("each")
                || says(
                    "which cores", "all cores", "per core", "every core", "list the cores", "list cores",
                    "cores usage", "core usage", "show cores", "each of the cores", "cores doing")
                || has("each") && has("cpu") && !has("memory", "disk")
                || says("each one", "each of them", "every one of them", "every single one")
                    && says("busy", "used", "loaded", "load")
        {
            set(.list, .cores)
        } else if has("each"), has("cpu"), !has("memory", "disk", "process") {
            set(.list, .cores)
        } else if has("core"), !has("count"),
            says(
                "busiest", "hottest", "which core", "most", "highest", "busy", "max", "one core",
                "single core", "any core"), !has("temperature") || says("usage", "which core")
        {
            set(.value, .gauges([.busiestCore]))
            if question.statistic == .peak, question.window == nil { question.statistic = .now }
        } else if !has("steal"), has("network", "packet", "loss", "drop") || has("error") && has("interface"),
            isState || form == .check, has("fine", "trouble", "loss", "drop", "error") || has("packet"),
            !says("how many", "rate", "per second", "how much", "number"),
            !has("steal", "cpu", "relay", "disk", "reading", "probe", "memory", "traffic") || has("loss"),
            form == .check || has("trouble") || has("loss") && words.isQuestion, question.window == nil,
            !isOfSentAlone
        {
            set(.check, .networkOK)
        } else {
            return false
        }
        saysForm = true
        return true
    }

    /// "Are packets dropped on the way out?"
    private var isOfSentAlone: Bool {
        has("drop", "error", "loss")
            && says("on the way out", "outgoing", "outbound", "sent", "sending", "outwards", "way out")
            && !says("in and out", "incoming", "received", "both")
    }

    var isUntilFull: Bool {
        question.form == .check && has("disk", "filesystem", "space")
            && !begins("did", "has", "have", "and did")
            && (says("filling up", "fill up", "going to fill", "run out", "will fill"))
    }
}
