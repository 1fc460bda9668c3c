import MaintenanceAPI
import Values

/// Words of orders that are nouns and adjectives as well: "free on / in percent", "start time", "OOM kills", "set size".
extension QuestionReader {
    func isNounOrAdjective(_ word: String, _ words: [String]) -> Bool {
        let next = words.dropFirst().first ?? ""
        switch word {
        case "free":
            // "Free up some memory", "free the cache" are orders.
            return !["up", "some", "the", "all", "my", "more", "it", "everything"].contains(next)
                || next == "the" && words.contains("percent")
        case "kill", "stop", "start", "reset", "update", "boot", "reboot", "restart", "write", "drop", "set",
            "run", "mount",
            "limit", "load", "power", "backup", "install", "format", "end", "block", "page", "close",
            "launch", "upgrade",
            "alert", "clear", "move", "scale", "create":
            return Self.nouns.contains(next)
        default: return false
        }
    }

    private static let politenessPattern = Pattern(
        #/^\s*(?:(?:hey|hi|hello|ok|okay|please|pls|plz),?\s+)*(?:(?:could|can|would|will) (?:you|u) (?:please |kindly |pls |plz )?(?:tell|show|give) me (?:please )?|(?:i (?:want|need|would like|wish|like)|i'd like) to (?:know|see) (?:please )?|can i (?:see|get|have) )(?!if\b|whether\b|know\b|how to\b)/#
            .ignoresCase())

    /// "Ok and the average?" says nothing of what is ok; "could you tell me the free memory?" asks for the memory, and not whether I could.
    static func withoutPoliteness(_ text: String) -> String {
        let text = text.replacing(interjectionPattern) { "\($0.1)" }.replacing(politenessPattern, with: "")
            .replacing(toolPattern) { "\($0.1)" }
        return text.lowercased().contains("core") ? text.replacing(alternativePattern, with: "") : text
    }

    /// "Run df -h": what the tool would show can be told.
    private static let toolPattern = Pattern(
        #/^\s*(?:please |pls |can you |could you )?(?:run|execute|show me the output of|output of|do) (?:an? |the )?((?:df|free|uptime|vmstat|iostat|top|htop|ps|nproc|uname|lscpu|mpstat|ss|netstat|lsof|sar|w)\b(?: -?[a-zA-Z]{1,6})?)(?: please| for me| command)?[?.! ]*$/#
            .ignoresCase())

    /// "Which core is busier, 0 or 1?"
    private static let alternativePattern = Pattern(
        #/,? (?:(?:core|number) ?)?\d{1,3} or (?:(?:core|number) ?)?\d{1,3}(?=[?.! ]*$)/#)

    private static let interjectionPattern = Pattern(
        #/^\s*(?:(?:ok|okay|thanks|thx|thank you|great|cool|alright|good|nice|hmm?)(?:[,.!]+\s*|\s+))+((?:and|but|what|when|how|which|who|why|since|until|where|average|mean|peak)\b)/#
            .ignoresCase())

    private static let nouns: Set<String> = [
        "time", "times", "date", "count", "counts", "rate", "rates", "size", "sizes", "speed", "throughput",
        "latency", "queue",
        "events", "history", "reason", "reasons", "statistics", "stats", "level", "levels", "usage",
        "consumption", "ratio",
        "errors", "per", "ops", "iops", "bytes", "bandwidth", "volume", "today", "yesterday", "list",
        "duration", "limit",
        "point", "points", "options", "status", "traffic", "amplification", "load", "length", "limits",
        "threshold",
        "thresholds",
    ]
}
