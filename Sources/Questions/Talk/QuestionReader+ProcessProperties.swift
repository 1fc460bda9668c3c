import MaintenanceAPI
import Values

/// What people ask of one process that readings do not hold: its owner, command line, age, threads, files.
extension QuestionReader {
    /// "Which user owns the busiest process?", "what is the command line of the top CPU consumer?"
    mutating func readPropertyOfProcess() -> Bool {
        guard question.threshold == nil, !has("relay", "filesystem", "interface"),
            let property = askedProperty
        else { return false }
        // "Which process has the most open files?": how many there are in all can be told.
        if property == .openFiles, says("most", "which", "who", "by process", "per process") {
            let total: Gauge = has("connection") && !has("openfile") ? .tcpEstablished : .openFiles
            set(.unmeasured, .gauges([total]))
        } else {
            let isOfMost =
                isOfTop && !says("most threads", "which") && !text.contains(Self.oldestPattern)
                || namesHostNames || has("hog")
            set(
                .unmeasured,
                .topic(.processProperty(property, isOfMost ? has("memory") ? .memory : .cpu : nil)))
        }
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        (question.count, question.rank) = (nil, nil)
        return true
    }

    /// Most questions hold none of these.
    private var mayAskProperty: Bool {
        says(
            "thread", "threads", "files", "sockets", "ports", "who", "which", "what", "when", "whose",
            "since when")
            || has("openfile", "connection")
            || [
                "root", "www-data", "nobody", "user", "own", "command", "cmd", "arg", "param", "flags", "run",
                "age",
                "old", "time", "long", "sec", "minutes", "young", "newest",
            ].contains(where: text.contains)
    }

    private var askedProperty: Query.ProcessProperty? {
        guard mayAskProperty,
            has("process", "hog") || namesHostNames || says("root", "www", "data", "nobody", "top")
                || ["consumer", "biggest", "busiest", "heaviest", "eater", "task", "program", "pid"].contains(
                    where: text.contains)
        else { return nil }
        if ["root", "www-data", "nobody", "user"].contains(where: text.contains),
            text.contains(Self.rootPattern)
        {
            return .owner
        }
        guard isOfOneProcess else { return nil }
        if saysCommandLine { return .commandLine }
        if text.contains(Self.ownerPattern) { return .owner }
        guard !namesHostNames else { return nil }
        if text.contains(Self.agePattern) || text.contains(Self.oldestPattern) { return .start }
        if says("thread", "threads"), text.contains(Self.holdingPattern), !has("core", "cpu") {
            return .threads
        }
        if has("openfile", "connection") || says("files", "sockets", "ports"),
            isOfTop || says("by process", "per process", "each process"),
            text.contains(Self.holdingPattern)
        {
            return .openFiles
        }
        if text.contains(Self.processorTimePattern) { return .processorTime }
        return nil
    }

    /// Whether one process is meant, by a name or by what it does.
    private var isOfOneProcess: Bool {
        isOfTop || has("process", "hog") || namesHostNames && !namesMountPoint
    }

    /// "The top process", "the busiest one", "the biggest consumer".
    private var isOfTop: Bool { text.contains(Self.topPattern) }

    private static let topPattern = Pattern(
        #/\b(?:top|busiest|biggest|largest|heaviest|main|worst|number one|first)\b(?: \w+){0,2} (?:process|proc|consumer|hog|user|eater|task|program|one|job)\b|\bwhich (?:pid|process|proc|task|program)\b/#
    )

    private var saysCommandLine: Bool {
        says(
            "command line", "commandline", "cmdline", "cmd line", "full command", "argv", "start command",
            "start parameters", "command lines", "which command", "what command")
            || says("arguments", "parameters", "flags", "args") && !says("kernel")
    }

    /// "What runs as root?": owners of all.
    private static let rootPattern = Pattern(
        #/\b(?:run|runs|running|started|owned|executed)(?: as| by| under)(?: the)? (?:root|www-data|nobody|admin|another user|which user|what user|superuser)\b|\b(?:does|do) (?:root|www-data|nobody) (?:own|run|have)\b|\b(?:root|www-data|nobody)(?:'s|’s| owned) process/#
    )

    private static let ownerPattern = Pattern(
        #/\b(?:which|what|whose) (?:\w+ )?(?:user|account|owner|uid)\b(?! (?:time|space|cpu))|\bwho (?:owns|runs|started|launched|starts|is running|does \w+ belong)\b|\bowner of\b|\bowned by\b|\b(?:belongs?|belonging) to (?:which|what|whom)\b|\b(?:its|the) (?:owner|uid)\b|\bwhose (?:process|job|task|program) (?:is|was)\b|\brun(?:s|ning)? as (?:which|what|whom)\b/#
    )

    private static let agePattern = Pattern(
        #/\b(?:how long|since when|when|at what time)\b[^?.!]{0,30}\b(?:top|busiest|biggest|largest|heaviest|main|oldest)\b[^?.!]{0,25}\b(?:run|runs|running|started?|launched|up|alive|exist|been|active)\b|\b(?:how long|since when)\b[^?.!]{0,10}\b(?:runs?|running|has been)\b[^?.!]{0,10}\b(?:top|busiest|biggest|largest|heaviest|main)\b|\b(?:age|start time|starting time|run ?time|start date|lifetime|etime) of (?:the |that |this |each )?(?:\w+ )?(?:process|proc|task|program|consumer|hog)|\bhow old (?:is|are)\b[^?.!]{0,20}\b(?:process|proc|task|program|consumer|hog)|\bwhen (?:was|did|were|has)\b[^?.!]{0,25}\b(?:process|proc|consumer|hog|task) (?:get |been )?(?:start(?:ed)?|launched|begin|spawned)\b/#
    )

    /// "What's the longest running process?"
    private static let oldestPattern = Pattern(
        #/\b(?:oldest|youngest|newest|longest[ -]running|longest[ -]lived|most recent(?:ly)? started)\b(?: \w+)? (?:process|proc|task|program)|\b(?:process|proc|task|program)(?:es)? (?:that |which )?(?:is |are |has |have )?(?:been )?(?:running|alive|up) (?:the |for the )?longest\b/#
    )

    private static let holdingPattern = Pattern(
        #/\b(?:has|have|had|holds?|of|does|do|uses?|owns?|most|per|each|by|keeps?)\b/#)

    private static let processorTimePattern = Pattern(
        #/\b(?:cpu|processor)[ -]?(?:seconds|minutes|hours)\b|\b(?:seconds|minutes|hours) of (?:cpu|processor)\b|\bcpu time (?:of|has|did|does|in seconds|in minutes)\b/#
    )
}
