import MaintenanceAPI
import Values

/// "Since you were installed", "compared to when you started": all the time of which there are readings.
extension QuestionReader {
    private static let beginningPattern = Pattern(
        #/\b(?:since|after|from) (?:the (?:time|moment|minute|day) )?(?:(?:that )?you(?:'ve|’ve| have|'re| are| were| got| did)?(?: been)? (?:first )?(?:install\w*|start\w*|running|here|up|watch\w*|monitor\w*|record\w*|set up|there|launch\w*|began|begin|begun|look\w*|measur\w*|collect\w*|live|on|deployed|exist\w*|came|arrived)(?: (?:up|here|watching|running|monitoring|recording|measuring|looking|on it))?|(?:i|we)(?:'ve|’ve| have| had)? (?:first )?(?:install\w*|start\w*|set up|got|deployed|launch\w*) (?:you|this|it|sysmaint)(?: up)?|(?:the |this |your )?(?:monitoring|recordings?|readings?|measuring|measurements?|agent|tool|history|records|data|observation|watch|sysmaint) (?:has |have |was |were |is |are )?(?:been )?(?:start\w*|begins?|began|begun|came up|exists?|goes|up|install\w*|running|there)|install(?:ing|ation)?(?: (?:you|this|it|sysmaint))?|(?:the )?(?:very )?(?:beginning|start)(?: of (?:the )?(?:monitoring|recording|readings|measurements|data|history|records|your watch))?)(?=[ ?.!,;:]|$)/#
    )
    private static let whilePattern = Pattern(
        #/\b(?:while|as long as|during the time) (?:you|we|sysmaint)(?:'ve|’ve|'re| are| were| have| has| had| was| is)? ?(?:been )?(?:watch\w*|look\w*|run\w*|monitor\w*|measur\w*|record\w*|here|on|up|observ\w*)(?: (?:it|this|me))?(?=[ ?.!,;:]|$)/#
    )
    private static let thenPattern = Pattern(
        #/\b(?:when|at the time|at the moment|before)? ?(?:you (?:were|got|was) (?:first )?(?:install\w*|start\w*|set up|launched)|you (?:first )?(?:start\w*|began|begin|begun|came)|(?:i|we) (?:install\w*|start\w*|set up|got|deployed) (?:you|this|it|sysmaint)|(?:the )?(?:monitoring|recording|readings?) (?:start\w*|began|begins?))(?=[ ?.!,;:]|$)|\b(?:at|in|from) (?:the )?(?:very )?(?:begin|beginning|start|outset)(?=[ ?.!,;:]|$)/#
    )
    private static let marks = [
        "since", "while", "as long as", "during the time", "after ", "from ", "before ", "begin", "start",
        "began", "outset", "install", "set up",
        "launched",
    ]
    private static let comparingPattern = Pattern(
        #/\b(?:compared (?:to|with)|than|vs\.?|versus|against|and now|relative to|unlike)\b/#)

    /// Takes the beginning out of a question, as the window of all readings; "than at the beginning" compares with it.
    /// Nil where it names none.
    static func readSinceBeginning(_ text: String) -> (text: String, compares: Bool?) {
        let lowered = text.lowercased()
        // Patterns are slow: most questions hold none of these.
        guard Self.marks.contains(where: lowered.contains) else { return (text, nil) }
        // "Since when", "when did you start": that is what is asked for.
        guard !lowered.contains("since when"), !lowered.contains("how long") else { return (text, nil) }
        if lowered.contains(comparingPattern) {
            let rest = lowered.replacing(thenPattern, with: "").replacing(beginningPattern, with: "")
            if rest != lowered { return (rest.replacing(comparingPattern, with: " "), true) }
        }
        let rest = lowered.replacing(whilePattern, with: "over the last \(TimeWindow.maxMinutes) minutes")
            .replacing(beginningPattern, with: "over the last \(TimeWindow.maxMinutes) minutes")
        return rest == lowered ? (text, nil) : (rest, false)
    }

    private static let firstMinutesPattern = Pattern(
        #/\b(?:(?:in|during|over|within|for|of|from|between the (?:start|beginning) and|from the (?:start|beginning) (?:to|until)) )?(?:the |your |its |those )?first (\d+|few|couple of)? ?(?:minutes?|min|mins)\b(?: (?:of (?:the |your )?(?:run|monitoring|recording|recordings|readings|data|time|life)|after (?:the )?(?:start|you started|you were started)|you were (?:up|running|on)))?/#
    )
    private static let minutesAfterPattern = Pattern(
        #/\b(?:about |some )?(\d+) (?:minutes?|min|mins) after (?:you (?:were )?(?:first )?(?:started|installed|began|start)|i (?:installed|started) you|(?:the |your )?(?:start|beginning|installation|startup)(?: of (?:the )?(?:monitoring|recording|readings))?)\b/#
    )
    private static let beginningMomentPattern = Pattern(
        #/\b(?:at|in|right at|near) (?:the )?(?:very )?(?:begin|beginning|start|outset)(?: of (?:the )?(?:monitoring|recording|readings|data))?(?=[ ?.!,;:]|$)|\b(?:when|just after|right after|shortly after) (?:you (?:were|got) (?:just |first )?(?:started|installed)|you (?:just |first )?(?:started|began)|(?:the )?start)(?=[ ?.!,;:]|$)/#
    )

    /// Takes "in the first five minutes", "5 minutes after you started", "at the beginning" out of a question, in favour of
    /// words for a window as long; with how many minutes after the readings begin that is.
    static func readFirstMinutes(_ text: String) -> (text: String, minutesAfter: Int?) {
        let lowered = text.lowercased()
        guard ["first", "after", "begin", "start", "outset"].contains(where: lowered.contains),
            !lowered.contains("when did"), !lowered.contains("uptime"), !lowered.contains("boot")
        else { return (text, nil) }
        let figures = lowered.split(separator: " ").map { numbers[String($0)].map(String.init) ?? String($0) }
            .joined(separator: " ")
        if let match = figures.firstMatch(of: firstMinutesPattern) {
            let count = match.1.map { Int($0) ?? 3 } ?? 1
            return (figures.replacing(firstMinutesPattern, with: "over the last \(max(1, count)) minutes"), 0)
        }
        if let match = figures.firstMatch(of: minutesAfterPattern), let count = Int(match.1), count < 10_000 {
            return (figures.replacing(minutesAfterPattern, with: "7 minutes ago"), count)
        }
        guard figures.contains(beginningMomentPattern), !figures.contains(comparingPattern) else {
            return (text, nil)
        }
        return (figures.replacing(beginningMomentPattern, with: "7 minutes ago"), 1)
    }

    /// What changes is asked of the whole time.
    var isOfWholeTime: Bool { saysBeginning || question.window?.minutes == TimeWindow.maxMinutes }

    private static let changes = [
        "change", "changed", "fill", "filled", "grow", "grown", "grew", "rise", "risen", "rose", "fall",
        "fell", "fallen",
        "shrink", "shrunk",
    ]
    private static let differing = [
        "used up", "fill", "filled", "filled up", "taken up", "gone", "disappeared", "eaten up",
        "rose", "fall", "fell", "fallen",
        "more", "less", "higher", "lower", "fuller", "emptier", "bigger", "larger", "smaller", "worse",
        "better", "grow", "grown", "grew", "rise", "risen", "rose", "shrunk", "shrink", "look", "changed",
        "change", "now", "differ", "different", "develop", "developed", "hotter", "warmer", "busier",
    ]

    /// "How does the disk look compared to when you started?", "did the disk get fuller since you are here?"
    mutating func readSinceBeginning() -> Bool {
        let isDifference =
            comparesBeginning
            || isOfWholeTime && isCheck && !saysStatistic && question.threshold == nil
                && (says(
                    "fuller", "emptier", "get bigger", "get smaller", "got bigger", "more", "less", "hotter")
                    || Self.changes.contains { says($0) } && !says("stable", "constant"))
            || isOfWholeTime && begins("how much") && isAboutSpace
                && says(
                    "used up", "filled", "filled up", "taken up", "gone", "disappeared", "eaten up", "grown",
                    "grew")
        guard isDifference, comparesBeginning || Self.differing.contains(where: { says($0) }),
            !namesHostNames || namesMountPoint, let gauge = differing
        else { return false }
        set(.value, .topic(.difference(gauge)))
        question.window = TimeWindow(minutes: TimeWindow.maxMinutes)
        (question.statistic, question.comparison, question.threshold, question.judged) = (.now, nil, nil, nil)
        saysForm = true
        return true
    }
}
