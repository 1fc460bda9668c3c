import MaintenanceAPI
import Values

/// What a process has of the whole, what several have together, and under which number it runs.
extension QuestionReader {
    mutating func readShare() -> Bool {
        readNumberOfProcess() || readShareOfMemory() || readTogether() || readWholeCore()
    }

    /// "PID of the top process", "which process number has nginx?"
    private mutating func readNumberOfProcess() -> Bool {
        guard says("pid", "process id", "process number", "pids"),
            !words.plain.contains(where: { Int($0) != nil }),
            !has("count", "relay", "probe", "boot"), question.threshold == nil
        else { return false }
        guard
            namesHostNames
                || says(
                    "top", "most", "biggest", "largest", "busiest", "heaviest", "hungriest", "hog",
                    "greediest",
                    "that process", "highest")
        else { return false }
        set(.value, .topic(.numberOfProcess(orderAsked)))
        (question.window, question.statistic) = (nil, .now)
        saysForm = true
        return true
    }

    private var orderAsked: Query.Order { has("memory") ? .memory : .cpu }

    private var saysShare: Bool {
        says("%", "percent", "percentage", "share", "fraction", "proportion", "part", "pct")
    }

    /// "How much % of all RAM is postgres taking?"
    private mutating func readShareOfMemory() -> Bool {
        guard has("memory"), saysShare, question.threshold == nil, question.judged == nil,
            question.window == nil, !saysStatistic || question.statistic == .peak || has("process"), !isCheck,
            namesHostNames && !namesMountPoint
                || has("process") && says("top", "biggest", "largest", "most", "greediest", "hungriest")
        else { return false }
        set(.value, .topic(.shareOfMemory))
        question.statistic = .now
        saysForm = true
        return true
    }

    /// "postgres + nginx CPU together"
    private mutating func readTogether() -> Bool {
        guard namedCount >= 2, !namesMountPoint,
            says("together", "combined", "in total", "in sum", "sum", "altogether", "summed", "total"),
            question.window == nil, question.threshold == nil, question.form != .why, !isCheck
        else { return false }
        set(.value, .topic(.together(orderAsked)))
        question.statistic = .now
        saysForm = true
        return true
    }

    private static let coresPattern = Pattern(
        #/(?:more than|over|above|at least|exceed(?:ing|s)?) (an?|one|two|three|four|\d+)? ?(?:whole|full|entire|single|complete)? ?(?:cpu )?(?:cores?|cpus?)\b/#
    )

    /// "Does anything use more than a whole core?"
    private mutating func readWholeCore() -> Bool {
        guard let match = text.firstMatch(of: Self.coresPattern),
            has("process", "program")
                || says("anything", "anyone", "something", "any", "who", "what", "which"),
            question.window == nil, !namesHostNames, !has("load", "relay", "thread")
        else { return false }
        let cores = match.1.flatMap { number(String($0)) } ?? 1
        question.threshold = Query.Threshold(isAbove: true, value: Double(cores) * 100)
        set(isCheck ? .check : .value, .topic(.processesBeyond(.cpu)))
        (question.statistic, question.count, question.judged) = (.now, nil, nil)
        saysForm = true
        return true
    }
}
