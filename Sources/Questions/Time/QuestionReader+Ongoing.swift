import MaintenanceAPI
import Values

/// What of it all goes on, what was of a time that is told, and why an order is not carried out.
extension QuestionReader {
    mutating func readOngoing() -> Bool {
        readCalmWhen() || readSuddenChange() || readFrozen() || readStillOddNow() || readOddOfNetwork()
            || readCalmAgain() || readTroubleThen() || readNewNow()
            || readAllOdd()
            || readNotRebooted() || readWasOverloaded() || readProblemsThen()
    }

    private static let odd = [
        "out of the ordinary", "unusual", "strange", "odd", "weird", "abnormal", "suspicious", "remarkable",
        "noteworthy",
    ]
    private static let unwanted = ["shouldnt be", "should not be", "shouldn't be", "not be"]
    /// What is no thing that is looked for, but how something is that goes on.
    static let notNormal = ["isnt normal", "isn't normal", "not normal", "is not normal"]

    /// "Is something still going on that is out of the ordinary?", "is anything running that shouldn't be?"
    private mutating func readStillOddNow() -> Bool {
        let isGoing =
            says("still", "ongoing", "right now", "at the moment", "at this moment")
            || says("running") && Self.unwanted.contains { says($0) }
        guard isCheck, says("something", "anything", "somthing"), isGoing,
            (Self.odd + Self.unwanted + Self.notNormal + ["still going on", "still happening"]).contains(
                where: {
                    says($0)
                }),
            question.window == nil || isOfWholeTime,
            gauges.isEmpty || gauges == [.processCount] || gauges == [.runningProcesses],
            !has("relay", "probe"), !namesHostNames
        else { return false }
        set(.value, .findings)
        (question.asksOngoing, question.isYesNo, question.suspectsTrouble) = (true, true, true)
        (question.statistic, question.window, saysForm) = (.now, nil, true)
        return true
    }

    /// "Was there anything unusual on the network?"
    private mutating func readOddOfNetwork() -> Bool {
        guard has("network"), has("anomaly"), gauges.isEmpty, question.threshold == nil,
            !has("relay", "cpu", "memory", "disk"),
            !says("why", "usual", "than")
        else { return false }
        set(.value, .findings)
        question.about = [.networkReceived, .networkSent]
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "… calmed down again", "… back to where it was".
    var saysCalmAgain: Bool {
        says(
            "calmed down", "calm down", "calming down", "calm again", "quiet again", "settled",
            "settled down",
            "settle down", "back to normal", "normal again", "quieted down", "quietened down", "died down",
            "cooled down", "back to where it was", "back where it was", "back at its old level",
            "come down again", "came down again", "gone down again", "back down", "recovered", "eased off",
            "subsided", "blown over", "recover", "free again")
    }

    /// "Has everything calmed down again?", "did the load come down again?"
    private mutating func readCalmAgain() -> Bool {
        let isOfAll = gauges.isEmpty || gauges == [.openFiles] || has("host") && gauges == [.cpuBusy]
        let isOfOne = gauges.count == 1 || gauges.first == .load1
        guard isCheck || words.isQuestion && says("now", "again", "yet"), saysCalmAgain,
            question.window == nil,
            question.threshold == nil, !has("relay", "probe", "process"), !namesHostNames,
            !says("why", "when", "how", "who", "what", "which", "or")
        else { return false }
        if !isOfAll, isOfOne, let gauge = gauges.first {
            set(
                .check,
                .gauges([gauge == .diskUsed ? .diskBusy : gauge == .memoryAvailable ? .memoryUsed : gauge]))
            (question.asksOngoing, question.statistic, saysForm) = (true, .now, true)
            return true
        }
        guard isOfAll,
            has("host")
                || says(
                    "everything", "it all", "things", "all", "it", "that", "this", "we", "situation", "storm")
        else { return false }
        set(.value, .findings)
        (question.asksOngoing, question.isYesNo, question.suspectsTrouble) = (true, true, false)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "My API had timeouts about 5 minutes ago, was it the machine?"
    private mutating func readTroubleThen() -> Bool {
        guard var window = question.window, window.isMoment, window.middleMinutesAgo <= 120,
            says(
                "was it the", "was it this", "was it my", "was it our", "was that the", "was that this",
                "could it have been", "could that have been", "could this have been", "was the machine",
                "was the server", "was the host", "was the box", "because of the machine",
                "because of the server", "because of this"),
            has("host") || says("machine", "server", "box", "computer"),
            gauges.isEmpty || gauges == [.networkReceived, .networkSent], !namesHostNames,
            !says("why", "when", "how", "up", "down", "rebooted", "restarted"),
            !has("boot", "relay", "probe")
        else { return false }
        // People know only about when it was.
        window = TimeWindow(minutes: window.minutes + 4, endsMinutesAgo: max(0, window.endsMinutesAgo - 2))
        set(.check, .findings)
        (question.window, question.isYesNo, question.suspectsTrouble) = (window, true, true)
        (question.statistic, question.comparison, saysForm) = (.now, nil, true)
        return true
    }

    /// "How long ago did things calm down?"
    private mutating func readCalmWhen() -> Bool {
        guard begins("when", "how long ago", "since when"), saysCalmAgain, gauges.isEmpty,
            question.window == nil,
            !has("relay", "probe", "process"), !namesHostNames
        else { return false }
        set(.when, .gauges([.cpuBusy]))
        question.window = TimeWindow(minutes: 1440)
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.peak, true, .peak, true)
        return true
    }

    /// "Did anything jump suddenly?"
    private mutating func readSuddenChange() -> Bool {
        guard isCheck, says("anything", "something", "any figure", "any value"), gauges.isEmpty,
            says("jump", "jumped", "spike", "spiked", "surge", "surged", "shoot up", "shot up", "leap"),
            question.threshold == nil, !has("relay", "probe", "process"), !namesHostNames
        else { return false }
        set(.check, .findings)
        (question.suspectsTrouble, question.statistic, saysForm) = (true, .now, true)
        return true
    }

    /// "Did the machine freeze at some point?": whether readings are missing.
    private mutating func readFrozen() -> Bool {
        guard isCheck, says("freeze", "froze", "frozen", "freezes"), has("host") || says("it", "everything"),
            !says("now", "currently", "is it"), begins("did", "has", "was", "were", "had"), !namesHostNames
        else { return false }
        set(.check, .gaps)
        (question.suspectsTrouble, question.statistic, saysForm) = (true, .now, true)
        return true
    }

    private static let notThenPattern = Pattern(
        #/\b(?:was(?: not|n'?t)|were(?: not|n'?t)|did(?: not|n'?t)) [^?.!]{0,60}\b(?:ago|earlier|before|yesterday)\b/#
    )

    /// "What is going on now that wasn't going on ten minutes ago?"
    private mutating func readNewNow() -> Bool {
        guard let window = question.window, window.isMoment, begins("what"), gauges.isEmpty,
            says("now", "right now", "currently", "today"), text.contains(Self.notThenPattern)
        else { return false }
        set(.value, .changes)
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "List everything unusual", "the last strange thing", "what was the worst moment?"
    private mutating func readAllOdd() -> Bool {
        let isOdd = has("anomaly") || Self.odd.contains { says($0) }
        guard !begins("how", "and how") else { return false }
        let isAll = says("everything", "all", "anything") && begins("list", "show", "tell", "give", "name")
        let isWorst = says(
            "worst moment", "worst time", "worst thing", "worst things", "worst phase", "worst minute")
        let isOne =
            says("last", "latest", "most recent", "first") && says("thing", "event", "incident", "episode")
        guard isOdd && (isAll || isOne && begins("what", "which", "when", "show", "tell")) || isWorst,
            gauges.isEmpty, question.threshold == nil, !has("relay", "probe", "process"), !namesHostNames
        else { return false }
        if isWorst, says("now", "right now", "at the moment", "currently", "at this moment", "at present") {
            set(.value, .topic(.nearestLimit(isFarthest: false)))
            (question.statistic, question.count, question.window, saysForm) = (.now, nil, nil, true)
            return true
        }
        set(.value, .findings)
        question.isInOrder = saysInOrder
        question.pick =
            isWorst
            ? .worst : !isOne ? nil : says("first") ? .at(1) : .last
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    /// "So it was not rebooted last night?"
    private mutating func readNotRebooted() -> Bool {
        guard has("boot"), words.isQuestion, !isCheck,
            says("was not", "wasnt", "wasn't", "has not", "hasnt", "hasn't", "did not", "didnt", "didn't"),
            !has("relay", "probe", "oom")
        else { return false }
        set(.value, .boot)
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    /// "Did we have any problem in the last ten minutes?"
    private mutating func readProblemsThen() -> Bool {
        guard let window = question.window, !window.isMoment, gauges.isEmpty,
            says("had", "was", "were", "did", "been", "there"),
            says(
                "any problem", "any problems", "any trouble", "any issue", "any issues", "anything wrong",
                "anything go wrong", "anything bad", "a problem"),
            isCheck || says("whether", "if we", "if there"), !has("relay", "probe", "disk", "network"),
            !namesHostNames
        else { return false }
        set(.check, .findings)
        (question.suspectsTrouble, question.statistic, saysForm) = (true, .now, true)
        return true
    }

    /// "My site could not be reached for a while, was the server overloaded?"
    private mutating func readWasOverloaded() -> Bool {
        guard has("overloaded") || says("contention", "saturation", "saturated"), says("was", "were"),
            has("host") || says("it", "everything", "there"),
            question.window == nil,
            gauges.isEmpty, !says("why", "when", "which", "what", "how", "who"),
            !has("relay", "probe", "disk"),
            !namesHostNames
        else { return false }
        set(.check, .slow)
        (question.window, question.statistic, saysForm) = (TimeWindow(minutes: 1440), .now, true)
        question.isBrief = false
        return true
    }

    // MARK: Of what was asked before

    /// "Which of these is still going on?"
    var asksWhichGoesOn: Bool {
        says("which of", "which ones", "which one", "what of", "how many of") && words.plain.count <= 10
            && says("still", "going on", "ongoing", "goes on", "go on") && question.window == nil
    }

    func stillOngoing(_ previous: Query) -> Query? {
        guard asksWhichGoesOn, previous.isOfAll else { return nil }
        var next = same(previous)
        (next.form, next.subject) = (.which, .findings)
        (next.asksOngoing, next.isYesNo, next.window, next.pick) = (true, false, nil, nil)
        return next
    }

    private static let back = [
        "given back", "gave it back", "give it back", "give it all back", "gave it all back", "give back",
        "released", "freed again", "freed since", "go back down", "gone back down", "went back down",
        "come back down", "came back down", "come down", "came down", "drop again", "dropped again",
        "back down", "go down again", "gone down again", "went down again", "fall again", "fallen again",
        "back to before", "returned to normal", "give it up", "given up again",
    ]

    /// "Has it been given back since?", "did it come down again?"
    var asksWhetherBack: Bool {
        isCheck && words.plain.count <= 10
            && (Self.back.contains { says($0) }
                || says("back") && says("give", "gave", "given", "return", "returned"))
            && question.threshold == nil
            && Set(gauges).isSubset(of: [.memoryUsed, .memoryAvailable, .cpuBusy])
            && !says("can", "could", "will", "i", "how")
    }

    func whetherBack(_ previous: Query) -> Query? {
        let isReturn = comesBack && [.low, .peak].contains(previous.statistic)
        guard asksWhetherBack || isReturn && isCheck else { return nil }
        let gauge: Gauge? =
            previous.isAtPeak
            ? previous.about.first : previous.figures.first ?? Self.figure(of: previous.subject)
        guard var gauge, gauge != .uptime, gauge != .oomKills else { return nil }
        if gauge == .memoryAvailable || gauge == .memoryFree { gauge = .memoryUsed }
        var next = ofNow(previous, gauge)
        (next.form, next.threshold, next.also, next.names) = (.value, nil, [], [])
        (next.statistic, next.isYesNo, next.direction) = (.trend, true, .down)
        next.window = TimeWindow(minutes: TimeWindow.maxMinutes)
        return next
    }

    private static func figure(of subject: Query.Subject) -> Gauge? {
        switch subject {
        case .processes(let order): order == .memory ? .memoryUsed : .cpuBusy
        default: nil
        }
    }

    /// "Has that gone up in the last 5 minutes?"
    var asksWhetherItMoved: Bool {
        isCheck && words.plain.count <= 11 && gauges.isEmpty && says("that", "it", "this", "they", "those")
            && says(
                "gone up", "gone down", "go up", "go down", "went up", "went down", "risen", "grown",
                "increased",
                "decreased", "fallen", "dropped", "changed much")
            && question.threshold == nil && !namesHostNames
    }

    func moved(_ previous: Query) -> Query? {
        guard asksWhetherItMoved, let gauge = previous.figures.first, gauge != .uptime, gauge != .diskUsed,
            gauge != .oomKills
        else { return nil }
        var next = ofNow(previous, gauge)
        (next.form, next.statistic, next.isYesNo, next.threshold) = (.value, .trend, true, nil)
        next.direction = direction ?? (says("risen", "grown", "increased") ? .up : nil)
        next.window = question.window ?? TimeWindow(minutes: 60)
        return next
    }

    /// "What happened then?", after when something was highest.
    var asksWhatThen: Bool {
        words.plain.count <= 7 && gauges.isEmpty
            && says(
                "what happened then", "what was going on then", "what happened at that time",
                "what was that then",
                "what was happening then", "what went on then")
    }

    func whatThen(_ previous: Query) -> Query? {
        guard asksWhatThen, let gauge = previous.gauges.first, gauge != .uptime,
            previous.statistic == .peak || previous.form == .when
        else { return nil }
        var next = ofNow(previous, gauge)
        (next.form, next.isAtPeak, next.about, next.isYesNo) = (.why, true, [gauge], false)
        next.window = previous.window
        return next
    }

    /// "Why not?", after an order.
    var asksWhyNot: Bool {
        [["why", "not"], ["why", "cant", "you"], ["why", "can't", "you"], ["and", "why", "not"], ["why"]]
            .contains(words.plain)
    }
}
