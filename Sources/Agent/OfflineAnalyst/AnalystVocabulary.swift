import MaintenanceAPI

/// The words by which questions are understood.
extension AnalystRequest {
    static let brief = [
        "one line", "one-line", "single line", "one sentence", "brief", "briefly", "short", "shortly",
    ]

    static let words: [Topic: [String]] = [
        .help: [
            "help", "what can you", "how do i", "commands", "who are you", "hello", "hi", "hey", "thanks",
            "thank you",
        ],
        .unmeasured: [
            "gpu", "battery", "fan", "fans", "voltage", "wifi", "bluetooth", "printer", "weather", "rain",
            "certificate", "certificates", "requests per second", "queries", "visitors", "firewall", "backup",
            "backups", "updates", "licence", "license", "humidity", "power consumption", "watts", "inodes",
            "hostname",
            "kernel", "users", "logs", "logged",
        ],
        .cost: [
            "cost", "costs", "spend", "spent", "spending", "tokens", "budget", "usage of the llm", "bill",
            "price",
        ],
        .relay: ["relay", "queue", "queues", "queued", "messages", "message", "delivery", "backlog"],
        .processes: [
            "process", "processes", "top", "program", "programs", "hog", "who uses", "what uses", "using",
            "running", "zombie", "zombies", "fork", "alive",
        ],
        .disk: [
            "disk", "disks", "filesystem", "filesystems", "file system", "file systems", "storage", "mount",
            "mounts", "mounted", "mounting", "space", "nfs",
        ],
        .throughput: [
            "throughput", "disk io", "disk i/o", "iops", "reads", "writes", "read rate", "write rate",
            "read and write",
            "disk speed", "disk activity",
        ],
        .pressure: ["pressure", "psi", "iowait", "io wait", "i/o wait", "stall", "stalls", "stalled"],
        .memory: [
            "memory", "ram", "swap", "swapping", "swapped", "oom", "leak", "leaks", "leaking", "killed",
        ],
        .network: [
            "network", "net", "traffic", "bandwidth", "tcp", "packets", "packet", "connection", "connections",
            "retransmissions", "retransmits", "download", "upload", "downloads", "uploads",
        ],
        .temperature: ["temperature", "temperatures", "hot", "warm", "heat", "overheating"],
        .openFiles: ["open files", "file descriptors", "descriptors", "handles"],
        .cpu: ["cpu", "cpus", "core", "cores", "load", "processor", "steal", "stealing", "hypervisor"],
        .boot: [
            "reboot", "rebooted", "reboots", "restart", "restarted", "boot", "booted", "uptime", "been up",
            "crash",
            "crashed", "crashes",
        ],
        .silence: [
            "telemetry", "probe", "missing", "gap", "gaps", "reading", "readings", "silent", "silence",
            "data", "stale", "clock",
        ],
        .anomalies: [
            "anomaly", "anomalies", "anomalous", "unusual", "strange", "wrong", "alert", "alerts", "problem",
            "problems", "odd", "issue", "issues", "happen", "happened", "happening", "trouble", "spike",
            "spikes",
            "warning", "warnings", "critical", "worry", "worried", "concern", "concerns", "normal", "usual",
            "error",
            "errors", "incident", "incidents",
        ],
        .change: [
            "changed", "change", "changes", "compare", "compared", "difference", "different", "versus", "vs",
        ],
        .slowness: [
            "slow", "slower", "slowly", "take so long", "takes so long", "taking so long", "unresponsive",
            "lag", "laggy", "sluggish", "hang", "hangs", "hanging", "why is it", "stuck",
            "slowness",
        ],
        .history: [
            "history", "trend", "trends", "recent", "recently", "last", "past", "over time", "graph", "ago",
            "yesterday", "today", "between",
        ],
        .status: [
            "status", "state", "health", "healthy", "summary", "overview", "how is", "how are", "ok", "okay",
            "system", "host", "machine", "server", "up", "report", "doing", "fine", "going on", "good",
            "well", "box",
            "news", "new", "summarize", "summarise",
        ],
    ]

    /// What a sentence begins with that wants something done.
    static let orders: Set<String> = [
        "restart", "reboot", "kill", "stop", "start", "shutdown", "shut", "run", "execute", "delete",
        "remove", "clean",
        "clear", "install", "uninstall", "update", "upgrade", "fix", "repair", "mount", "unmount", "reset",
        "write",
    ]

    /// Words that questions are made of, whatever processes may be called.
    static let ordinaryWords: Set<String> = Set(
        (words.values.flatMap(\.self) + brief).flatMap { $0.split(separator: " ").map(String.init) }
    ).union([
        "a", "about", "all", "am", "an", "and", "any", "anything", "are", "at", "be", "been", "being", "by",
        "can", "could", "day", "days", "did", "do", "does", "else", "every", "everything", "for", "free",
        "from", "full", "fullest", "has", "have", "hour", "hours", "how", "i", "if", "in", "is", "it", "its",
        "just", "lack", "last", "like", "line", "long", "lot", "low", "many", "me", "minute", "minutes",
        "more", "most", "much", "my", "name", "no", "normal", "not", "now", "of", "off", "on", "one", "or",
        "our", "please", "right", "say", "see", "she", "he", "show", "since", "so", "some", "something",
        "still", "tell", "than", "that", "the", "their", "them", "there", "these", "they", "thing", "this",
        "time", "to", "too", "use", "used", "uses", "using", "very", "was", "we", "week", "were", "what",
        "when", "where", "which", "who", "why", "will", "with", "word", "you", "your", "high", "answer",
        "question", "instruction", "instructions", "user", "assistant", "tool", "tools",
    ])
}
