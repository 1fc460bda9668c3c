import MaintenanceAPI
import Values

/// What people ask who are new to it of memory: free and available, the cache, what is without swap, what is when something is full.
extension QuestionReader {
    /// "What is the difference between free and available memory?"
    mutating func readFreeAndAvailable() -> Bool {
        guard has("memory") || says("ram") || words.plain.count <= 10 && !has("disk", "space", "swap"),
            says("free"), says("available"),
            says(
                "difference", "differ", "differs", "different", "distinguish", "same thing", "not the same",
                "mean", "means", "explain"),
            question.window == nil, question.threshold == nil
        else { return false }
        set(.explain, .gauges([.memoryFree]))
        saysForm = true
        return true
    }

    /// "I read that Linux eats all the RAM, must I be afraid?"
    mutating func readEatenMemory() -> Bool {
        if says("linux", "it", "free", "top"), has("memory"), begins("why", "how come"),
            says(
                "almost no free", "no free memory", "so little free", "hardly any free", "little free memory",
                "almost nothing"),
            !namesHostNames
        {
            set(.explain, .gauges([.memoryFree]))
            (question.threshold, question.judged, question.window, question.statistic) = (nil, nil, nil, .now)
            saysForm = true
            return true
        }
        guard has("memory"), says("linux", "it"), says("eats", "eat", "ate", "eating"), says("all", "my"),
            says(
                "afraid", "worry", "worried", "true", "normal", "bad", "scared", "concerned", "read", "heard"),
            !namesHostNames
        else { return false }
        set(.explain, .gauges([.memoryCached]))
        (question.threshold, question.judged, question.window, question.statistic) = (nil, nil, nil, .now)
        saysForm = true
        return true
    }

    private static let fullPattern = Pattern(
        #/\bwhat (?:will |would |does |could |can |is going to |should i expect to )?(?:it )?happens?\b[^?.!]{0,30}\b(?:if|when|once|after|should)\b[^?.!]{0,40}\b(?:full|fills?|filled|runs? out|ran out|exhausted|used up|out of|no (?:more )?(?:space|memory|room|ram|swap|inodes)|empty|gone)\b/#
    )

    /// "What happens when memory is full?"
    mutating func readWhenFull() -> Bool {
        guard text.contains("happen"), text.contains(Self.fullPattern) else { return false }
        let gauge: Gauge? =
            has("inode")
            ? .inodesUsed
            : has("swap") && !says("no swap", "without swap", "without any swap")
                ? .swapFree : has("memory") ? .oomKills : isAboutSpace ? .diskFree : nil
        guard let gauge else { return false }
        set(.explain, .gauges([gauge]))
        (question.threshold, question.judged, question.window, question.statistic) = (nil, nil, nil, .now)
        saysForm = true
        return true
    }

    /// "Is it dangerous that there is no swap?"
    mutating func readWithout() -> Bool {
        let asksToAdd =
            begins(
                "should", "do i need", "do we need", "would it help", "is it worth", "must i", "shall",
                "would adding")
            && says("add", "enable", "configure", "set up", "create", "get", "more", "need", "want", "have")
        guard has("swap"),
            asksToAdd
                || says(
                    "no swap", "without swap", "no swap space", "missing swap", "not have swap",
                    "have no swap"),
            asksToAdd
                || says(
                    "dangerous", "problem", "bad", "ok", "okay", "fine", "risky", "risk", "safe", "need",
                    "should", "worry",
                    "matter", "normal", "issue", "critical", "wrong")
        else { return false }
        set(.check, .topic(.withoutSwap))
        (question.threshold, question.judged, question.window, question.statistic) = (nil, nil, nil, .now)
        saysForm = true
        return true
    }
}
