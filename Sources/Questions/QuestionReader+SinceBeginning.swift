import MaintenanceAPI
import Values

/// "Since you were installed", "compared to when you started": all the time of which there are readings.
extension QuestionReader {
    private static let beginningPattern = Pattern(
        #/\b(?:since|after|from) (?:the (?:time|moment|minute|day) )?(?:(?:that )?you(?:'ve|’ve| have|'re| are| were| got| did)?(?: been)? (?:first )?(?:install\w*|start\w*|running|here|up|watch\w*|monitor\w*|record\w*|set up|there|launch\w*|began|begin|begun|look\w*|measur\w*|collect\w*|live|on|deployed|exist\w*|came|arrived)(?: (?:up|here|watching|running|monitoring|recording|measuring|looking|on it))?|(?:i|we)(?:'ve|’ve| have| had)? (?:first )?(?:install\w*|start\w*|set up|got|deployed|launch\w*) (?:you|this|it|sysmaint)(?: up)?|(?:the |this |your )?(?:monitoring|recordings?|readings?|measuring|measurements?|agent|tool|history|records|data|observation|watch|sysmaint) (?:has |have |was |were |is |are )?(?:been )?(?:start\w*|begins?|began|begun|came up|exists?|goes|up|install\w*|running|there)|install(?:ing|ation)?(?: (?:you|this|it|sysmaint))?|(?:the )?(?:very )?(?:beginning|start)(?: of (?:the )?(?:monitoring|recording|readings|measurements|data|history|records|your watch))?)(?=[ ?.!,;:]|$)/#
    )
    private static let thenPattern = Pattern(
        #/\b(?:when|at the time|at the moment|before)? ?(?:you (?:were|got|was) (?:first )?(?:install\w*|start\w*|set up|launched)|you (?:first )?(?:start\w*|began|begin|begun|came)|(?:i|we) (?:install\w*|start\w*|set up|got|deployed) (?:you|this|it|sysmaint)|(?:the )?(?:monitoring|recording|readings?) (?:start\w*|began|begins?))(?=[ ?.!,;:]|$)|\b(?:at|in|from) (?:the )?(?:very )?(?:begin|beginning|start|outset)(?=[ ?.!,;:]|$)/#
    )
    private static let marks = [
        "since", "after ", "from ", "before ", "begin", "start", "began", "outset", "install", "set up",
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
        let rest = lowered.replacing(beginningPattern, with: "over the last \(TimeWindow.maxMinutes) minutes")
        return rest == lowered ? (text, nil) : (rest, false)
    }

    /// What changes is asked of the whole time.
    var isOfWholeTime: Bool { saysBeginning || question.window?.minutes == TimeWindow.maxMinutes }

    private static let differing = [
        "more", "less", "higher", "lower", "fuller", "emptier", "bigger", "larger", "smaller", "worse",
        "better", "grow", "grown", "grew", "rise", "risen", "rose", "shrunk", "shrink", "look", "changed",
        "change", "now", "differ", "different", "develop", "developed", "hotter", "warmer", "busier",
    ]

    /// "How does the disk look compared to when you started?", "did the disk get fuller since you are here?"
    mutating func readSinceBeginning() -> Bool {
        let isDifference =
            comparesBeginning
            || isOfWholeTime && isCheck && !saysStatistic && question.threshold == nil
                && says(
                    "fuller", "emptier", "get bigger", "get smaller", "got bigger", "more", "less", "hotter")
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
