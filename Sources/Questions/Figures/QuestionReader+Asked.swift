import MaintenanceAPI
import Values

/// Words that ask for a figure only beside others: "activity", "wait", "how many are running".
extension QuestionReader {
    private static let numberOfCoresPattern = Pattern(
        #/\b(?:\d+|one|two|three|four|six|eight|twelve|sixteen|dual|quad)[ -](?:cores?|cpus?)\b/#)

    /// What a disk is that has much to do.
    private static let strained = [
        "busier", "less busy", "more busy", "working hard", "working so hard", "work so hard", "hard at work",
        "a lot to do", "much to do", "under strain", "under stress", "strained", "stressed", "hammered",
        "thrashing", "struggling", "held up", "holding back", "holding us back",
        "hold back", "slower", "quieter", "disk activity", "slowing things down", "slowing us down",
        "slowing it down",
        "slowing everything down", "heavy use", "heavily used", "heavy load", "under load", "overworked",
        "maxed out",
    ]

    /// The concepts that may ask for a gauge.
    var asked: Set<String> {
        var asked = concepts
        if says("activity") { asked.insert("activity") }
        if says("how many times", "how often") { asked.remove("count") }
        if says("rate", "rates", "per second", "speed") { asked.insert("rate") }
        if says("how long") || has("relay") && says("since when") && says("up", "running", "alive", "online")
        {
            asked.insert("howlong")
        }
        if says("p99", "p50") { asked.insert("percentile") }
        if says("swap in", "swapped in"), !says("swap in use", "swap in total"),
            !says("swap out", "swap in and out", "swapped out")
        {
            asked.insert("swapin")
        }
        if says("swap out", "swapped out", "swap outs"), !says("in and out") { asked.insert("swapout") }
        if has("swap"), says("in and out", "pages", "ins") { asked.insert("pageswap") }
        if says("have", "has", "got", "is there", "are there"), says("how much", "how many", "how big"),
            has("memory", "swap", "disk", "space"), !has("free", "busy", "traffic", "io")
        {
            asked.insert("total")
        }
        if says("wait", "waiting", "waits", "stalled"), has("memory"), !has("relay") {
            asked.insert("pressure")
        }
        if says("reading"), has("disk") { asked.insert("read") }
        if says("how many"), has("read", "write"), !says("bytes", "data", "mb", "gb") { asked.insert("iops") }
        if says("failed", "fail") { asked.insert("failed") }
        if has("disk", "io"), has("busy", "overloaded") || says("busiest"),
            says("busy", "utilization", "utilisation", "busiest"),
            !says("disk space", "usage", "used", "space")
        {
            asked.insert("diskbusy")
        }
        // "Is the disk busier than before?", "why is the disk working so hard?": not how full it is.
        if has("disk"), Self.strained.contains(where: { says($0) }),
            !has("space", "full", "free", "filesystem", "read", "write", "inode"),
            !says("usage", "used", "space", "run out", "mounted")
        {
            asked.insert("diskbusy")
        }
        if has("disk", "io"), says("wait", "waiting", "how long do"), has("request", "latency") {
            asked.insert("latency")
        }
        if has("process"), says("started", "spawned", "created", "launched", "forked", "starting") {
            asked.insert("forkrate")
        }
        if says("how many"), says("really running", "actually running", "are running", "on cpu"),
            has("count"), !has("relay", "thread", "container", "docker", "probe"), words.unknown.isEmpty,
            !says("processes are running", "processes running", "programs are running", "services")
        {
            asked.insert("runnable")
        }
        if says("capacity"), has("free") { asked.remove("total") }
        if says("total storage", "total space", "total disk space", "total capacity") {
            asked.remove("filesystem")
        }
        if has("load"), says("per core", "per cpu", "per processor") { asked.remove("count") }
        if says("running"), says("blocked") && says("vs", "versus", "and", "or") || says("state") {
            asked.insert("runnable")
            asked.remove("process")
        }
        if says("system", "kernel", "sys"), says("user"), has("cpu"),
            says("vs", "versus", "and", "or", "compared")
        {
            asked.formUnion(["usertime", "kerneltime"])
        }
        if has("process"), says("wait", "waiting", "waits"), has("io", "disk", "iowait") {
            asked.insert("blocked")
        }
        if says("wait", "waits", "waiting", "waited"), has("disk"),
            has("host", "cpu", "process") || says("we", "it", "everything", "i", "us"),
            !has("request", "memory")
        {
            asked.insert("iowait")
        }
        if has("cpu", "core"), asked.remove("queue") != nil { asked.insert("runnable") }
        // "A load of 1.3 on 4 cores" is no load per core.
        if has("core", "cpu"), has("load"), text.contains(Self.numberOfCoresPattern) {
            asked.subtract(["core", "cpu", "count"])
        }
        if says("hardware interrupts") { asked.insert("irq") }
        if says("reading", "sample"), says("time", "duration", "long") { asked.insert("sampletime") }
        return asked
    }
}
