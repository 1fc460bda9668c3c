import MaintenanceAPI

/// One thing or another, of which neither is yes: figures, numbers, one process or many.
extension QuestionReader {
    mutating func readOneOrOther() -> Bool {
        guard let place = words.plain.firstIndex(of: "or"), question.threshold == nil, !namesHostNames,
            !has("relay", "probe", "llm")
        else { return false }
        let (before, after) = (Array(words.plain[..<place]), Array(words.plain[(place + 1)...]))
        return readGoingOnOrOver(before, after) || readHigherOfTwo() || readNumberOfCores(before, after)
            || readOneOrMany(before, after)
    }

    /// "Which is fuller, the memory or the disk?", "is it the CPU or the memory that is higher?"
    private mutating func readHigherOfTwo() -> Bool {
        guard
            says("fuller", "busier", "more used", "more loaded")
                || says("higher", "worse") && begins("is it"),
            begins("which", "is it", "what", "who"), !saysStatistic, question.window == nil,
            !says("than", "when")
        else { return false }
        var both: [Gauge] = []
        if has("cpu") { both.append(.cpuBusy) }
        if has("memory") { both.append(.memoryUsed) }
        if has("swap") { both.append(.swapUsed) }
        if has("disk", "filesystem", "space") { both.append(says("busier") ? .diskBusy : .diskUsed) }
        guard both.count == 2 else { return false }
        set(.compare, .gauges(both))
        (question.comparison, question.statistic, hasSeveral, saysForm) = (.eachOther, .now, true, true)
        return true
    }

    /// "Is it still going on or already over?"
    private mutating func readGoingOnOrOver(_ before: [String], _ after: [String]) -> Bool {
        let over: Set = ["over", "finished", "done", "ended", "past", "gone", "stopped"]
        let isGoing = before.contains("still") && !over.isDisjoint(with: after)
        guard isGoing || !over.isDisjoint(with: before) && after.contains("still"), gauges.isEmpty, isCheck,
            !has("process"), question.window == nil
        else { return false }
        set(.value, .findings)
        (question.asksOngoing, question.statistic, saysForm) = (true, .now, true)
        return true
    }

    /// "Do I have two processors or four?"
    private mutating func readNumberOfCores(_ before: [String], _ after: [String]) -> Bool {
        guard has("cpu", "core"), question.window == nil,
            before.contains(where: { number($0) != nil }), after.contains(where: { number($0) != nil }),
            says("have", "has", "there", "cores", "processors", "cpus"),
            !says("working", "use", "busy", "load", "than", "fit", "ok")
        else { return false }
        set(.value, .gauges([.coreCount]))
        (question.count, question.judged, question.statistic, saysForm) = (nil, nil, .now, true)
        return true
    }

    /// "Is one single program to blame or is it many?"
    private mutating func readOneOrMany(_ before: [String], _ after: [String]) -> Bool {
        let many: Set = ["many", "several", "more", "lots", "multiple", "all", "few", "different"]
        let isOne = before.contains("one") || before.contains("single") || before.contains("1")
        guard isOne, !many.isDisjoint(with: after),
            has("process", "program") || says("program", "programs", "app", "job"), question.window == nil,
            isCheck || words.isQuestion || begins("one")
        else { return false }
        set(.list, .processes(has("memory") ? .memory : .cpu))
        (question.count, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    private static let ways: [(words: [String], gauges: [Gauge])] = [
        (
            [
                "reading or writing", "writing or reading", "reads or writes", "writes or reads",
                "read or write", "write or read", "read or written", "written or read", "reads than writes",
                "writes than reads", "reading than writing", "writing than reading",
            ], [.diskReads, .diskWrites]
        ),
        (
            [
                "in or out", "out or in", "upload or download", "download or upload", "up or down",
                "uploading or downloading", "downloading or uploading", "sending or receiving",
                "receiving or sending", "sent or received", "received or sent", "incoming or outgoing",
                "outgoing or incoming", "inbound or outbound",
            ], [.networkReceived, .networkSent]
        ),
    ]

    /// "Is the disk doing more reading or writing?"
    mutating func readEitherWay() -> Bool {
        guard let way = Self.ways.first(where: { way in way.words.contains { says($0) } }),
            says(
                "more", "mostly", "mainly", "rather", "bigger", "larger", "higher", "which", "is it", "what"),
            has("disk", "network", "traffic", "io")
                || Set(gauges).isSubset(of: way.gauges) && !gauges.isEmpty,
            question.threshold == nil, !namesHostNames, !has("relay", "process", "probe"),
            !says("load", "cpu", "memory", "going up", "why", "when", "fail")
        else { return false }
        set(.compare, .gauges(way.gauges))
        gauges = way.gauges
        (question.comparison, question.statistic, hasSeveral, saysForm) = (.eachOther, .now, true, true)
        return true
    }
}
