import Values

/// What the columns of vmstat, top, iostat and the like stand for, in words that questions are made of.
enum ToolColumns {
    /// The words of a question about a tool's output, with the columns that it names written out.
    ///
    /// - Returns: Nil where the words name no tool.
    static func writtenOut(_ words: [String]) -> [String]? {
        if words.contains(where: { alwaysColumns[$0] != nil }) {
            return words.filter { tables[$0] == nil && !filler.contains($0) }.flatMap {
                alwaysColumns[$0].map(split) ?? [$0]
            }
        }
        if let whole = commands[words.joined(separator: " ")] { return split(whole) }
        let isFree =
            words.contains("column") || words.contains("field") || words.contains("output")
            || words.first == "free" && words.count > 2 && ["m", "h", "g", "k"].contains(words[1])
        guard let tool = words.first(where: { tables[$0] != nil && ($0 != "free" || isFree) }),
            let columns = tables[tool]
        else {
            return nil
        }
        let isAlone = words.allSatisfy { $0 == tool || filler.contains($0) && columns[$0] == nil }
        if isAlone, let usual = alone[tool] { return split(usual) }
        guard words.contains(where: { $0 != tool && columns[$0] != nil }) else { return words }
        return zip(words, words.dropFirst() + [""]).flatMap { word, next -> [String] in
            // "In vmstat" names no column.
            let isFiller = filler.contains(word) && (columns[word] == nil || next == tool)
            if word == tool || isFiller { return [] }
            return columns[word].map(split) ?? [word]
        }
    }

    private static let toolNamePattern = Pattern(#/\b(?:vmstat|h?top|iostat|mpstat|sar)\b/#)

    /// Whether a text names a tool whose columns are no words.
    static func isNamed(in text: String) -> Bool { text.contains(Self.toolNamePattern) }

    private static func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static let filler: Set<String> = [
        "column", "columns", "col", "field", "line", "of", "in", "the", "output", "value", "from", "row", "m",
        "h", "k",
        "number", "command", "it", "what", "would", "as", "print", "them", "they", "prints", "is", "my",
        "run", "shows", "would", "show", "says", "say",
    ]

    private static let modes = [
        "us": "usr", "sy": "sys", "ni": "nice", "id": "idle", "wa": "iowait", "hi": "irq", "si": "softirq",
        "st": "steal",
    ]

    private static let tables: [String: [String: String]] = [
        "vmstat": modes.merging([
            "r": "runnable processes", "b": "blocked processes", "swpd": "swap used", "free": "memory free",
            "buff": "memory buffers", "cache": "memory cache", "si": "pages swapped in",
            "so": "pages swapped out", "bi": "disk reads", "bo": "disk writes", "in": "interrupts per second",
            "cs": "context switches",
        ]) { $1 },
        "top": modes.merging([
            "id": "cpu idle", "wa": "iowait", "tasks": "number of processes", "res": "memory of processes",
        ]) { $1 },
        "htop": modes, "mpstat": modes.merging(["soft": "softirq", "iowait": "iowait"]) { $1 },
        "sar": modes,
        "iostat": modes.merging([
            "r/s": "disk read iops", "w/s": "disk write iops", "rkb/s": "disk read rate",
            "wkb/s": "disk write rate",
            "await": "disk latency", "util": "disk utilization", "tps": "disk iops", "svctm": "disk latency",
            "r_await": "disk latency", "w_await": "disk latency", "read/s": "disk read rate",
            "wrtn/s": "disk write rate", "busy": "disk utilization",
        ]) { $1 },
        "df": [
            "use": "disk full", "used": "disk used", "avail": "disk space free",
            "available": "disk space free",
            "size": "disk total", "i": "inodes", "iuse": "inodes used", "ifree": "inodes free",
        ],
        "free": [
            "available": "memory available", "total": "memory total", "used": "memory used",
            "buffers": "memory buffers",
            "cached": "memory cache", "shared": "memory cache",
        ],
    ]

    /// Columns that are no other words, of whatever tool.
    private static let alwaysColumns = [
        "iuse": "inodes used", "ifree": "inodes free", "swpd": "swap used", "rkb/s": "disk read rate",
        "wkb/s": "disk write rate", "r_await": "disk latency", "w_await": "disk latency",
        "buff/cache": "memory cache",
        "ldavg": "load average", "r/s": "disk read iops", "w/s": "disk write iops", "svctm": "disk latency",
    ]

    /// A tool by itself asks for what it shows first.
    private static let alone = [
        "vmstat": "runnable processes and blocked processes", "iostat": "disk io", "mpstat": "cpu",
        "sar": "cpu",
    ]

    /// Whole commands.
    private static let commands = [
        "free m": "memory", "free h": "memory", "free g": "memory", "free": "memory", "free k": "memory",
        "uname": "kernel", "uname a": "kernel", "uname r": "kernel", "cat /proc/loadavg": "load average",
        "/proc/loadavg": "load average", "cat /proc/meminfo": "memory", "/proc/meminfo": "memory",
        "cat /proc/cpuinfo": "how many cores", "lscpu": "how many cores", "sensors": "temperature",
        "ss s": "tcp connections", "ss": "tcp connections", "netstat": "tcp connections",
        "netstat an": "tcp connections", "ip a": "interfaces", "ip addr": "interfaces",
        "ip link": "interfaces",
        "cat /proc/uptime": "uptime", "lsof": "open files", "lsof wc l": "open files", "swapon": "swap",
        "swapon s": "swap", "mount": "list filesystems", "findmnt": "list filesystems", "df i": "inodes",
        "w": "load average", "hostnamectl": "hostname", "pstree": "top processes", "iotop": "disk io",
        "iftop": "network traffic", "nload": "network traffic", "sar n dev": "network traffic",
    ]
}
