import MaintenanceAPI
import Values

/// What a word of the trade means, whether or not a figure is called so.
extension QuestionReader {
    mutating func readTerm() -> Bool {
        guard !namesHostNames, question.window == nil, words.plain.count <= 16, mayAskMeaning else {
            return false
        }
        return readVictim() || readCacheNotUsed() || readFreeAndAvailable() || readEndOfZombie()
            || readPairOfTerms() || readNamedTerm() || readCalculation()
            || readHarmOfFigure()
    }

    /// Most questions hold none of these.
    private var mayAskMeaning: Bool {
        [
            "what", "how", "why", "mean", "expl", "defin", "vs", "versus", "differ", "sentence", "words",
            "stand",
        ]
        .contains(
            where: text.contains)
    }

    private mutating func explain(_ subject: Query.Subject) -> Bool {
        set(.explain, subject)
        (question.statistic, saysForm) = (.now, true)
        (question.threshold, question.judged, question.count) = (nil, nil, nil)
        question.comparison = nil
        return true
    }

    // MARK: Terms

    /// Words around a term that ask what it means.
    private static let asking: Set<String> = [
        "what", "whats", "what's", "what’s", "is", "are", "does", "do", "exactly", "explain", "explained",
        "define", "definition", "meaning", "mean", "means", "of", "tell", "me", "please", "pls", "can",
        "could",
        "you",
        "stand", "stands", "for", "in", "one", "sentence", "simple", "plain", "short", "words", "terms",
        "english",
        "anyway", "actually", "again", "that", "they", "it", "them", "counts", "as", "meant", "by", "with",
        "to",
        "called", "a", "an", "the", "ok", "okay", "so", "and", "term", "word", "even", "i", "dont", "don't",
        "know", "idea", "behind", "abbreviation", "short", "layman's", "this", "thing", "called", "all",
        "about",
        "explanation", "brief", "briefly", "s", "pray",
    ]

    /// What is left of the text without the words that only ask.
    private var bareTerm: [String] {
        var rest = text.split { !$0.isLetter && !$0.isNumber && !"'’%".contains($0) }.map(String.init)[...]
        while let first = rest.first, Self.asking.contains(first), rest.count > 1 { rest.removeFirst() }
        while let last = rest.last, Self.asking.contains(last), rest.count > 1 { rest.removeLast() }
        return Array(rest)
    }

    /// "Explain", "stands for", "in one sentence": the meaning is asked for, not the figure.
    private var saysMeaning: Bool {
        says(
            "explain", "explained", "define", "definition", "meaning", "mean", "means", "meant", "stand for",
            "stands for", "counts as", "explanation", "short for")
            || text.contains("sentence") || says("simple words", "plain words", "simple terms", "layman")
            || says("what is that", "what are they", "what is it", "what are those") && !begins("what")
                && text.contains(Self.whatIsThatPattern)
    }

    private static let whatIsThatPattern = Pattern(
        #/[,;:?.-] *what(?:'s|’s|s| is| are) (?:that|they|it|those|this)(?: even| exactly| again)?[?.! ]*$/#)

    /// "What is a kernel?", as opposed to "what is the kernel?"
    private var asksWhatOneIs: Bool {
        begins("what is a", "what is an", "whats a", "whats an", "and what is a", "so what is a")
            || begins("what are", "whats") && !says("the", "my", "our", "you", "we") && words.plain.count <= 4
    }

    private static let whatIsPattern = Pattern(#/\W*(?:and |so )?what(?:'s|’s|s| is| are| does)\b/#)

    private mutating func readNamedTerm() -> Bool {
        let isWhatIs = text.prefixMatch(of: Self.whatIsPattern) != nil
        guard saysMeaning || isWhatIs, !says("and what", "and how", "and when") else { return false }
        let bare = bareTerm
        guard (1...4).contains(bare.count) else { return false }
        let name = bare.filter { !["mean", "means"].contains($0) }.joined(separator: " ")
        let singular = (bare.dropLast() + [bare[bare.count - 1].singular]).joined(separator: " ")
        if let term = Self.terms[name] ?? Self.terms[singular] {
            guard saysMeaning || asksWhatOneIs || Self.meantAlone.contains(term) && !says("the", "my", "our")
            else { return false }
            // Of memory and reading figures are asked for as well.
            if [.mainMemory, .reading, .core].contains(term), !saysMeaning, !asksWhatOneIs { return false }
            return explain(.topic(.term(term)))
        }
        guard saysMeaning || begins("what is a", "what is an", "whats a", "whats an"),
            let gauge = Self.figures[name] ?? Self.figures[singular]
        else { return false }
        return explain(.gauges([gauge]))
    }

    /// Terms for which "what is" asks for the meaning, without an article: nothing here has a figure of that name.
    private static let meantAlone: Set<Query.Term> = [
        .residentSize, .virtualSize, .percentile, .virtualMemory, .minorFault, .dirtyPages, .paging,
        .thrashing,
        .serviceTime, .operations, .throughput, .bandwidth, .latency, .controlGroup, .someAndFull,
    ]

    /// Figures by the words that their meaning is asked by.
    private static let figures: [String: Gauge] = [
        "softirq": .cpuSoftIRQ, "soft irq": .cpuSoftIRQ, "soft interrupt": .cpuSoftIRQ,
        "software interrupt": .cpuSoftIRQ,
        "zombie": .zombies, "zombie process": .zombies, "defunct process": .zombies, "defunct": .zombies,
        "time wait": .tcpTimeWait, "timewait": .tcpTimeWait, "context switch": .contextSwitches,
        "page cache": .memoryCached, "cache": .memoryCached, "cached": .memoryCached,
        "buffer": .memoryBuffers, "buff": .memoryBuffers,
        "iowait": .cpuIOWait, "io wait": .cpuIOWait, "i o wait": .cpuIOWait, "wa": .cpuIOWait,
        "steal": .cpuSteal, "steal time": .cpuSteal, "nice": .cpuNice, "nice time": .cpuNice,
        "idle": .cpuIdle, "idle time": .cpuIdle, "load": .load1, "load average": .load1, "loadavg": .load1,
        "await": .diskWait, "disk latency": .diskWait, "%util": .diskBusy, "util": .diskBusy,
        "%util on ssd": .diskBusy, "disk utilization": .diskBusy, "disk utilisation": .diskBusy,
        "swap": .swapUsed, "inode": .inodesUsed, "major fault": .majorFaults, "page fault": .majorFaults,
        "major page fault": .majorFaults, "oom": .oomKills, "oom killer": .oomKills, "oom kill": .oomKills,
        "available memory": .memoryAvailable, "free memory": .memoryFree, "used memory": .memoryUsed,
        "retransmit": .retransmits, "retransmission": .retransmits, "file descriptor": .openFiles,
        "fd": .openFiles, "thread": .threads, "process": .processCount, "runnable process": .runningProcesses,
        "runnable": .runningProcesses, "run queue": .runningProcesses, "blocked process": .blockedProcesses,
        "d state": .blockedProcesses, "uptime": .uptime, "uninterruptible": .blockedProcesses,
        "listen overflow": .listenOverflows,
    ]

    private static let terms: [String: Query.Term] = Dictionary(
        Query.Term.allCases.flatMap { term in term.words.map { ($0, term) } },
        uniquingKeysWith: { first, _ in first })

    // MARK: Two terms

    private static let pairs = Query.Term.allCases.compactMap { term in
        term.pair.map { (term: term, one: Set($0.one), other: Set($0.other)) }
    }

    private static let betweenPattern = Pattern(
        #/\s*(?:\b(?:vs\.?|versus|and|or|from|to|against|compared (?:to|with))\b|\/|,)\s*/#)

    /// "RSS vs VSZ", "the difference between major and minor faults".
    private mutating func readPairOfTerms() -> Bool {
        let asksDifference =
            says("difference", "differ", "differs", "distinguish", "vs", "versus", "different", "distinction")
            || text.contains(" vs") || saysMeaning || begins("what are", "what is", "whats")
        guard asksDifference, !begins("is", "are", "does", "do", "did", "was", "were", "has", "have"),
            ["rss", "major", "hard", "buff", "avail", "some", "resident"].contains(where: text.contains)
        else { return false }
        let plain = text.replacing("\"", with: " ").replacing("“", with: " ").replacing("”", with: " ")
        let parts = plain.split(separator: Self.betweenPattern.regex).map { Self.bare(String($0)) }
        guard parts.count >= 2 else { return false }
        for pair in Self.pairs {
            let term = pair.term
            let isOne = parts.contains { pair.one.contains($0) || pair.one.contains($0.singular) }
            let isOther = parts.contains { pair.other.contains($0) || pair.other.contains($0.singular) }
            guard isOne, isOther else { continue }
            // "Used vs available" may ask for both figures.
            if [.usedAndAvailable, .buffersAndCache].contains(term),
                !says("difference", "differ", "differs", "distinguish", "different", "distinction"),
                !saysMeaning, !says("what are")
            {
                return false
            }
            if term == .someAndFull, !has("pressure"), !saysMeaning, !says("psi", "difference") {
                return false
            }
            return explain(.topic(.term(term)))
        }
        return false
    }

    /// A part of a text without the words that only ask.
    private static func bare(_ part: String) -> String {
        let around = asking.union([
            "difference", "between", "differ", "differs", "different", "how", "why", "psi", "pressure",
            "compared",
            "distinguish", "figure", "figures", "here", "box", "on", "there", "tell", "apart", "distinction",
        ])
        let words = part.split { !$0.isLetter && !$0.isNumber && !"'’".contains($0) }.map(String.init)
        let rest = words.filter { !around.contains($0) }
        return rest.joined(separator: " ")
    }

    // MARK: How and why

    /// "Why is the cache not counted as used?": because of what it is.
    private mutating func readCacheNotUsed() -> Bool {
        guard has("cache"), says("why", "how come"),
            says(
                "count", "counts", "counted", "part of", "included", "belong", "considered", "not used",
                "in used")
        else { return false }
        return explain(.gauges([.memoryCached]))
    }

    private static let calculationPattern = Pattern(
        #/\bhow (?:is|are|does|do you|did you|do they|was)\b.*\b(?:calculated?|computed?|derived?|worked out|determined?|defined|work out|come about|measured?)\b/#
    )

    /// "How is the load calculated?": what it is.
    private mutating func readCalculation() -> Bool {
        guard text.contains("how"), text.contains(Self.calculationPattern),
            !has("process", "relay", "probe"),
            let gauge = Vocabulary.gauges(in: concepts.subtracting(["busy", "percent", "host"]))?.gauges.first
        else { return false }
        return explain(.gauges([has("load") ? .load1 : has("memory") ? .memoryUsed : gauge]))
    }

    /// "How does the OOM killer choose?", "how does the kernel decide which process to kill?"
    private mutating func readVictim() -> Bool {
        guard
            says(
                "choose", "chooses", "pick", "picks", "decide", "decides", "select", "selects", "victim",
                "chosen",
                "selected", "picked"),
            says("how", "which", "whom", "who", "what"),
            has("oom") || says("kernel", "linux") && says("kill", "kills", "killed"),
            !says("did", "was", "were", "last")
        else { return false }
        return explain(.topic(.term(.choiceOfVictim)))
    }

    /// "How do I get rid of a zombie?"
    private mutating func readEndOfZombie() -> Bool {
        guard has("zombie"), says("how"),
            says(
                "get rid", "remove", "clean up", "reap", "kill", "get them", "end", "go away", "vanish",
                "clear"),
            !says("how many", "how often", "how long")
        else { return false }
        return explain(.topic(.term(.endOfZombie)))
    }

    private static let harmPattern = Pattern(
        #/\b(?:should|must|need|do) i (?:have to |need to |be )*(?:scared|afraid|worr(?:y|ied)|care|concerned|alarmed|mind|panic|fear)|\bwhy (?:do|should|would) (?:i|we|one) care|\b(?:can|does|do|could|will) (?:it|they|that|this|these|one|those) (?:hurt|harm|do harm|matter|be dangerous|do damage|cause (?:trouble|problems|harm))|\b(?:is|are) (?:it|they|that|this|these|those) (?:a )?(?:bad|dangerous|harmful|serious|problem|evil|something to worry)/#
    )

    private static let countPattern = Pattern(
        #/,? (?:and )?(?:do (?:i|we) have|are there|is there|how many)(?: any| some| many| one| of them| are there| do (?:i|we) have| here)*\W*$/#
    )

    /// "What is a zombie, should I be scared?": what it is, and whether it does harm, or how many there are.
    private mutating func readHarmOfFigure() -> Bool {
        guard begins("what is", "whats", "what are", "what does", "explain"),
            let end = text.firstMatch(of: Self.harmPattern)?.range.lowerBound
                ?? text.firstMatch(of: Self.countPattern)?.range.lowerBound,
            saysMeaning || asksWhatOneIs || words.plain.count <= 12,
            !says("my", "our", "now", "current", "the")
        else { return false }
        var head = text[..<end]
        while head.last.map({ !$0.isLetter }) ?? false { head.removeLast() }
        let asked = Words(String(head))
        guard asked.plain.count <= 7, let gauge = Vocabulary.gauges(in: asked.set)?.gauges.first else {
            return false
        }
        question.asksHarm = text.contains(Self.harmPattern)
        return explain(.gauges([gauge]))
    }
}
