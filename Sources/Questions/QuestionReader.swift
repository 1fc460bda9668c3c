import Foundation
import MaintenanceAPI
import Values

/// Reads one question.
struct QuestionReader {
    var question = Query()
    let text: String
    let now: Date
    var words: Words
    var concepts: Set<String>
    let namesHostNames: Bool
    let namesMountPoint: Bool
    /// How long after the readings begin the time is that it names, where it names one so.
    let minutesAfterBeginning: Int?
    /// What stands in the text, as it was written and as it was read.
    let phrases: (written: Phrases, meant: Phrases)
    /// What the text itself says, as opposed to what is taken for granted.
    var saysForm = false
    var saidForm = Query.Form.value
    var saysStatistic = false
    var saidStatistic = Query.Statistic.now
    /// The particulars that the text itself names, before anything is taken for granted.
    private(set) var particulars = Particulars()
    var gauges: [Gauge] = []
    var hasSeveral = false
    /// It was read by words that mean nothing else: no likeness to other wordings corrects it.
    var isCertain = false
    /// It names nothing that it is about.
    var isWholeByDefault = false
    var isUnclearByDefault = false
    /// "Up for more than a day?"
    var asksUptimeBeyond = false
    /// "…, compared to when you started?"
    var comparesBeginning = false
    /// "… since you were installed".
    var saysBeginning = false
    /// How many minutes two stretches have that are compared.
    var stretches: (Int, Int)?
    /// "…, right?" stood at its end.
    var isTagged = false
    /// It cannot be read part by part.
    var isOneQuestion: Bool {
        hasSeveral || question.form == .judge || question.form == .order || question.needed != nil
            || question.form == .help || question.isOfBothEnds
            || isCertain
                && (question.form == .explain || question.subject == .findings || question.subject == .slow)
    }

    private static let emphasisPattern = Pattern(
        #/(?i)\b(what|why|how|who|where|when|which) (?:on earth|in the world|the heck|the hell|the fuck|the devil|exactly|even)\b/#
    )
    private static let howLongPattern = Pattern(
        #/(?i)\bsince how (?:much|many|long)(?: time)?\b|\b(?:for|from) how (?:much|many) time\b/#)

    private static let excludedPattern = Pattern(
        #/(?i),? (?:(?:i\.?e\.?|that is|namely),? not|and not|but not|instead of|rather than|as opposed to|excluding|not counting) (?:(?:to|by|in|of|for|on|from|the|a) )*[\w-]+(?=[?.!,]|$)/#
    )

    /// "…, one number": how it is to be told.
    private static let oneNumberPattern = Pattern(
        #/(?i)[,;:] *(?:just |only |as )?(?:one|a|a single|the) (?:number|figure|value)(?: only| please| pls)?(?=[?.! ]*$)/#
    )

    private static let faultPattern = Pattern(
        #/(?i)\b(?:whose|at|the|our|my|your|their|\w+['’]s) fault\b/#)

    init(_ text: String, names: [String], now: Date) {
        let whole = Self.leavingOut(text, names: names)
        let names = whole.names
        question.leftOut = whole.left
        // What something is not, it does not ask for.
        let (timedText, minutesAfterBeginning) = Self.readFirstMinutes(whole.text)
        self.minutesAfterBeginning = minutesAfterBeginning
        let (wholeText, comparesBeginning) = Self.readSinceBeginning(timedText)
        self.comparesBeginning = comparesBeginning ?? false
        saysBeginning = comparesBeginning != nil
        let text = Self.readSinceBoot(
            Self.withoutPoliteness(wholeText).replacing(Self.howLongPattern, with: "how long")
                .replacing(Self.emphasisPattern) { "\($0.1)" }
                .replacing(Self.excludedPattern, with: "").replacing(Self.oneNumberPattern, with: ""),
            &question)
        self.text = text.lowercased()
        self.now = now
        // Whose fault it is asks why, and nothing of page faults.
        words = Words(text.replacing(Self.faultPattern, with: "to blame"), names: names)
        concepts = words.set
        // "Why did memory go down?" asks for no restart.
        if words.contains(phrase: "go down") || words.contains(phrase: "went down"),
            !concepts.isDisjoint(with: [
                "memory", "cpu", "load", "traffic", "swap", "space", "process", "thread",
            ])
        {
            concepts.remove("boot")
        }
        namesHostNames = words.plain.contains(Vocabulary.name)
        namesMountPoint = names.contains { $0.hasPrefix("/") }
        phrases = (Self.written(self.text), words.phrases)
        // "Did the load go down?" asks after no boot.
        if concepts.contains("boot"), says("go down", "went down", "gone down"),
            let found = Vocabulary.gauges(in: concepts.subtracting(["boot"])), found.gauges != [.uptime]
        {
            concepts.remove("boot")
        }
        readTag()
        question.unknownWords = words.unknown
        question.names = Self.inOrder(names, of: self.text)
        question.isBrief = isBrief
        readWindow(text, now: now)
        question.window?.minutesAfterBeginning = minutesAfterBeginning
        readWholeTime()
        readCount()
        readThreshold()
        readLengthOfUptime()
        readEmptiness()
        particulars = Particulars(
            window: question.window, count: question.count, threshold: question.threshold,
            judged: question.judged)
        readStatistic()
        read()
        question.isOfPast =
            namesHostNames && !namesMountPoint
            && begins("did", "was", "were", "has", "have", "had", "and did")
            && !says("still", "now", "been")
        question.endsProcess = wantsProcessEnded
        if question.form == .explain, question.gauges == [.cpuPressure], !has("cpu") {
            question.subject = .gauges([.cpuPressure, .memoryPressure, .ioPressure])
        }
        if question.isSinceBoot { question.window = TimeWindow(minutes: TimeWindow.maxMinutes) }
        finish(now: now)
        finishTwoStretches()
        if question.subject == .boot, isOfWholeTime,
            question.form == .check || words.isQuestion && !says("when", "what time")
        {
            (question.form, question.subject) = (.check, .topic(.reboots))
            isCertain = true
        }
        // "Now with five minutes after you started".
        if minutesAfterBeginning != nil, case .before? = question.comparison,
            var moment = TimeWindow(in: "7 minutes ago", now: now)
        {
            moment.minutesAfterBeginning = minutesAfterBeginning
            (question.form, question.statistic, question.comparison) = (.value, .mean, nil)
            (question.window, question.isWithNow) = (moment.middle, true)
        }
        if question.subject != .gauges([.memoryAvailable]), question.subject != .gauges([.diskFree]) {
            question.needed = nil
        }
    }

    struct Particulars {
        var window: TimeWindow?
        var count: Int?
        var threshold: Query.Threshold?
        var judged: Double?
    }

    /// The names that a text holds, as they follow one another in it.
    private static func inOrder(_ names: [String], of text: String) -> [String] {
        func isInside(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "/_-".contains(character)
        }
        let places = names.compactMap { name -> (name: String, at: String.Index)? in
            let ranges = text.ranges(of: name.lowercased())
            let own = ranges.first { range in
                !(text[..<range.lowerBound].last.map(isInside) ?? false)
                    && !(text[range.upperBound...].first.map(isInside) ?? false)
            }
            return (own ?? ranges.first).map { (name, $0.lowerBound) }
        }
        return places.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element.name)
    }

    func has(_ words: String...) -> Bool { words.contains { concepts.contains($0) } }
    func says(_ phrases: String...) -> Bool { phrases.contains { words.contains(phrase: $0) } }
    func begins(_ phrases: String...) -> Bool { words.begins(with: phrases) }

    var isBrief: Bool {
        says("short")
            && !says(
                "short of", "short on", "in short supply", "short circuit", "short lived", "run short",
                "runs short")
            || says(
                "one line", "single line", "one sentence", "brief", "briefly", "shortly", "tldr",
                "tl dr", "concise", "in a word")
    }

    // MARK: What

    mutating func set(_ form: Query.Form, _ subject: Query.Subject = .nothing) {
        question.form = form
        question.subject = subject
    }

    private static let degreesPattern = Pattern(#/\d ?(?:°|c\b|celsius|degrees)/#)

    /// What was read by words that mean nothing else is not corrected.
    private mutating func certainly(_ isRead: Bool) -> Bool {
        isCertain = isCertain || isRead
        return isRead
    }

    mutating func read() {
        // No "RAM", and no time to wait.
        if certainly(readTimeline() || readStateOfConnection())
            || certainly(readInterrupts())
            || certainly(
                readTerm() || readPropertyOfProcess() || readArchitecture() || readPlainlyAbsent()
                    || readStateOfLink() || readDeadProcesses() || readKindOfMachine())
            || certainly(readCommand()) || certainly(readOfferedAdvice()) || certainly(readRemark())
        {
            return
        }
        if certainly(readCostOfAsking() || readMostlyIdle() || readMissed() || readProductAsked())
            || readProduct() || readTalk() || readRelief()
            || readOrder()
            || readHelp()
        {
            return
        }
        let found = Vocabulary.gauges(in: asked)
        gauges = asksUptimeBeyond ? [.uptime] : found?.gauges ?? []
        readAveragesOfPressure()
        readBothPressures()
        // "The most write operations": of both directions the one that is named.
        if gauges == [.diskReadOperations, .diskWriteOperations],
            says("read", "reads", "reading") != says("write", "writes", "written")
        {
            gauges = says("read", "reads", "reading") ? [.diskReadOperations] : [.diskWriteOperations]
        }
        // "Was the server busy?", "how long did the busy phase last?"
        if gauges.isEmpty,
            says("busy", "busier", "quieter", "idler", "loaded")
                || question.window != nil && says("quiet", "calm", "idle"),
            has("host") || says("it", "phase", "period", "spell", "stretch", "time", "hour", "hours"),
            !has("relay", "probe", "process")
        {
            gauges = [.cpuBusy]
        }
        if gauges.isEmpty, says("how hard"), has("host"), says("work", "working", "works") {
            gauges = [.cpuBusy]
        }
        if gauges.isEmpty, has("network"), says("busy", "busiest", "busier") {
            gauges = [.networkReceived, .networkSent]
        }
        readSizeBelow()
        // "When was the machine the quietest?"
        if gauges.isEmpty, says("quietest", "busiest", "calmest", "idlest"),
            says("when", "what time", "moment"),
            !has("disk", "network", "process", "core", "interface")
        {
            gauges = [.cpuBusy]
            question.statistic = says("busiest") ? .peak : .low
            (saysStatistic, saidStatistic) = (true, question.statistic)
        }
        if question.needed != nil {
            gauges = has("disk", "space", "filesystem") ? [.diskFree] : [.memoryAvailable]
        }
        if gauges.isEmpty, question.threshold != nil || question.judged != nil,
            text.contains(Self.degreesPattern), !namesHostNames
        {
            gauges = [.temperature]
        }
        if certainly(
            readTwoStretches() || readCoreOverTime() || readNamedValue() || readLimits() || readOneOrOther())
            || readPair()
        {
            return
        }
        readSeveral()
        readBareFigures()
        if certainly(
            readUsualOfProcess() || readOngoing() || readEver() || readSometimes() || readFuture()
                || readNotice()
                || readProcessorTime())
        {
            return
        }
        if certainly(
            readHappened() || readMinutely() || readBestMinute() || readEachHigh() || readLastHigh()
                || readGrowthRate()
                || readRange() || readEitherWay() || readLeakOfCount() || readProcessesOfTime())
        {
            return
        }
        if certainly(
            readAlternatives() || readShareOfTime() || readExtremeAndNow() || readGoodMoment()
                || readInSoManyWords()
                || readBeginner()) || readSinceBeginning() || readWhatToDo()
            || readLevel()
            || readDifference()
            || readClockError() || readMounts()
            || readShare()
            || readElsewhere()
        {
            return
        }
        if readNeed() || readExplanation() { return }
        question.form = form
        saysForm = question.form != .value
        saidForm = question.form
        if certainly(readNamedCulprit()) { return }
        if readCourseOfLoad() || readPastOfSpace() || readPastCause() || readOfService() || readAbsent()
            || readUnmeasured()
        {
            return
        }
        if readComparedNames() || readCulprit() || readDowntime() || readTopic() { return }
        if readProcesses() || readFacts() || readParts() || readService() || readWhole() { return }
        if readGauges(found?.concepts ?? []) { return }
        readRest()
    }
}
