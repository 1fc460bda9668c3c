import MaintenanceAPI
import Values

/// What a word or a figure means.
extension QuestionReader {
    mutating func readExplanation() -> Bool {
        // "Explain the memory situation": how it is, and why.
        if begins("explain"), says("situation", "state", "status", "problem", "issue"), !gauges.isEmpty {
            set(.why, .gauges([gauges[0]]))
            saysForm = true
            return true
        }
        if readStateOfConnection() { return true }
        // "What is the difference between load and CPU usage?"
        if says("difference between", "differ from", "differs from", "different from", "differ"), has("load"),
            has("cpu"),
            question.window == nil, question.threshold == nil, !says("now", "ago")
        {
            set(.explain, .gauges([.cpuBusy, .load1]))
            (question.statistic, saysForm, isCertain, hasSeveral) = (.now, true, true, true)
            return true
        }
        // "Why is so much memory used for cache?": because of what the cache is.
        if gauges == [.memoryCached] || gauges == [.memoryBuffers], says("why", "how come"),
            question.window == nil
        {
            set(.explain, .gauges([.memoryCached]))
            return true
        }
        if begins(
            "what is that", "whats that", "what is this", "what is it", "what does that", "what does it"),
            isOnly(Self.pointing.union(["mean", "means", "actually", "exactly", "anyway", "again", "for"])),
            words.plain.count >= 3, words.plain.last != "for"
        {
            set(.explain)
            return true
        }
        // "The CPU is idle and the load is 3, how does that go together?"
        if has("load"),
            says(
                "go together", "fit together", "how can that be", "how is that possible", "make sense",
                "makes sense",
                "contradiction", "contradict")
        {
            set(.explain, .gauges([.load1]))
            (question.threshold, question.judged, question.window, question.statistic) = (nil, nil, nil, .now)
            isCertain = true
            return true
        }
        let isInPlainWords = says(
            "in plain words", "in simple words", "in simple terms", "in plain english", "in plain terms",
            "in layman", "for dummies",
            "for a beginner", "in your own words")
        let asksMeaning =
            isInPlainWords || says("what does") && says("tell")
            || says(
                "explain", "what does", "meaning", "define", "definition", "what do you mean", "means",
                "understand", "teach me", "eli5", "is meant",
                "describe what", "tell me what", "what are", "difference between", "what is the idea",
                "clarify")
                && !says(
                    "what does it cost", "what does the probe", "what does the relay", "what does the ai",
                    "what are the", "what are we", "what are you", "what are my", "what does the model",
                    "explain why", "tell me what is", "what does the host", "what does it",
                    "what does the disk")
        let isThat =
            begins("what is that", "whats that", "what is this", "whats this")
            && says("stuff", "business", "all about", "one sentence") && !says("doing")
        let isMeaning =
            isInPlainWords || isThat || says("what does") && says("tell")
            || says(
                "explain", "mean", "meaning", "means", "define", "definition", "understand", "eli5",
                "is meant", "clarify", "stand for", "stands for")
        var subject: Query.Subject?
        // "What is steal?", as opposed to "what is the load average?".
        let isWhatIs =
            begins("what is a", "what is an", "what are")
            || (begins("what is", "whats") && words.plain.count <= 5
                && (has(
                    "steal", "load", "iowait", "swap", "inode", "pressure", "oom", "softirq", "contextswitch",
                    "zombie", "retransmit", "nice", "conntrack", "cgroup", "prekey")
                    && (!says("the") || has("oom"))
                    && !says(
                        "usual", "normal", "typical", "current", "now", "my", "our", "at", "doing", "usage",
                        "using", "used", "on", "rate",
                        "percentage", "percent", "this", "that")
                    || says("for")))
            || begins("what is", "whats") && says("anyway", "anyways", "actually", "exactly")
                && words.plain.count <= 7
            || isThat
        guard asksMeaning && isMeaning || isWhatIs && !gauges.isEmpty else { return false }
        if isWhatIs, !isMeaning,
            says("current", "now", "top", "biggest", "the") && !says("oom killer", "the oom")
        {
            return false
        }
        if says("explain why") || says("why") { return false }
        if isWhatIs, !isMeaning, begins("what are"),
            !has(
                "zombie", "inode", "retransmit", "contextswitch", "steal", "swap", "cgroup", "prekey",
                "fault", "softirq", "irq", "load") || begins("what are the")
        {
            return false
        }
        if let gauge = gauges.first { subject = .gauges([gauge]) }
        if gauges.contains(.load1) { subject = .gauges([.load1]) }
        if gauges == [.swapTotal] || gauges == [.swapFree] { subject = .gauges([.swapUsed]) }
        guard let subject else {
            guard isMeaning, words.plain.count <= (says("number", "figure", "value") ? 8 : 6) else {
                return false
            }
            set(.explain)
            return true
        }
        if !isMeaning, words.plain.count > 7 { return false }
        set(.explain, subject)
        return true
    }

    /// "What does CLOSE-WAIT mean?"
    mutating func readStateOfConnection() -> Bool {
        guard says("mean", "means", "meaning", "explain", "what is", "whats", "stand for"),
            !says("how many", "any", "why"), question.window == nil, question.threshold == nil,
            let state = namedState
        else { return false }
        set(.explain, .topic(.tcpState(state)))
        (question.statistic, saysForm) = (.now, true)
        return true
    }

    private var namedState: Query.TCPState? {
        let text = text.replacing("_", with: " ").replacing("-", with: " ")
        return Query.TCPState.allCases.first { $0.words.contains(where: text.contains) }
    }
}
