import Foundation
import MaintenanceAPI

/// What kind of answer is wanted.
extension QuestionReader {
    var form: Query.Form {
        if says("any reason", "any cause", "a reason to") { return .check }
        if says("which process", "what process", "which program", "what program", "which app", "which one"),
            says("responsible", "to blame", "causing", "at fault", "behind"), !says("why")
        {
            return .which
        }
        if says(
            "why", "reason", "how come", "what caused", "what causes", "what is causing", "causing", "caused",
            "what made", "because of what", "root cause", "responsible",
            "what makes", "what is making", "cause of", "blame", "what drives", "what triggered",
            "explain why", "what is behind", "where does", "where do", "what is driving", "due to what",
            "what led to", "whose fault", "to blame", "at fault", "the fault")
        {
            return .why
        }
        if isOfBusiestTime { return .when }
        if isUntil { return .until }
        if says("how many times", "how often", "number of times"),
            question.threshold != nil || saysStatistic || says("peak", "spike", "spiked")
        {
            return .count
        }
        if isDuration { return .duration }
        if isSince || isEnding || says("since when") && saysWellAgain { return .when }
        if says(
            "when", "at what time", "what time", "since when", "at which time", "on which day",
            "at which hour", "at what hour", "which hour", "what hour"),
            !says("from time")
        {
            return .when
        }
        if isComparison { return .compare }
        if question.judged != nil, question.threshold == nil, isJudgement { return .judge }
        if isCheck { return .check }
        if says(
            "list", "show all", "name all", "enumerate", "show me all", "show me each", "show every",
            "name the", "each", "every", "rank", "ranking", "sort", "sorted", "ordered by", "in order")
            || says("top") && !says("top of it", "top of that") || question.count != nil
        {
            return .list
        }
        if says("which", "who", "whose") || has("hog") { return .which }
        return .value
    }

    /// "How long was the CPU above 80 %", "for how many minutes did it last".
    var isDuration: Bool {
        guard
            says("how long", "how many minutes", "how many hours", "how much time", "duration", "what length")
        else {
            return false
        }
        if question.threshold != nil { return true }
        let isPast = says(
            "did", "was", "were", "lasted", "last", "took", "had", "duration", "spent", "been", "stayed",
            "spend")
        return isPast && !says("will", "does", "until", "ago", "old") && gaugesInText != [.uptime]
            && !has("uptime", "relay", "probe", "reading") && !isSince
    }

    /// "How long has the CPU been high?"
    var isSince: Bool {
        says("since when", "since what time", "from when", "since what date", "since which day")
            && question.threshold == nil
            && !gaugesInText.isEmpty
            && gaugesInText != [.uptime] && !has("uptime", "probe", "reading")
            || (says("how long has", "how long is", "how long have", "how long are", "for how long"))
                && question.threshold == nil
                && !gaugesInText.isEmpty
                && says(
                    "high", "busy", "full", "so", "low", "overloaded", "like this", "been", "hot", "already",
                    "waiting", "above", "stuck")
                && !has("uptime", "relay", "probe", "reading", "host") && gaugesInText != [.uptime]
    }

    var isUntil: Bool {
        if isEnding || says("since when", "since what time") || begins("did", "and did") { return false }
        if says(
            "until", "till", "before it", "how soon", "eta", "forecast", "predict", "prediction",
            "projection", "projected", "extrapolate")
        {
            return true
        }
        if says(
            "in how many minutes", "in how many hours", "in how many days", "how long have i got",
            "how long have we got", "how long do i have", "how long do we have",
            "how much time do i have", "how much time have i got", "how much time do we have",
            "how long before",
            "how much time before"), has("full", "runout") || says("left")
        {
            return true
        }
        if begins("when disk full", "when memory full", "when full", "when swap full", "disk full when") {
            return true
        }
        let isFuture = says(
            "will", "going to", "gonna", "when do", "when are", "when does", "when is", "soon", "ever",
            "about to", "time to", "are we going", "tomorrow", "this week", "next week", "next month",
            "by when", "shall", "would")
        return isFuture
            && (has("runout", "full", "oom")
                || says(
                    "last", "enough", "overflow", "burst", "suffice", "sufficient", "run", "be out", "out of",
                    "fill", "hold"))
            && !says("the last", "in the last", "last hour", "last day")
            && (has("disk", "memory", "space", "filesystem", "swap", "inode", "runout", "oom")
                || namesHostNames || says("full", "space"))
            && !(says("about to") && !says("when", "will"))
    }

    var isComparison: Bool {
        if says("than"), question.threshold == nil,
            says(
                "usual", "usually", "normal", "normally", "yesterday", "before", "ago", "last week",
                "typical", "average", "earlier", "always", "last", "it was", "this morning")
        {
            return true
        }
        // "In versus out": two figures, of now.
        if says("vs", "versus", "against"), gaugesInText.count > 1, question.window == nil,
            !says("usual", "normal", "yesterday", "before", "now", "current", "last")
        {
            return false
        }
        if says(
            "compare", "compared", "versus", "vs", "comparison", "against", "difference between",
            "relative to", "as usual", "as always", "as yesterday", "as before")
        {
            return true
        }
        if says("or"), says("today", "now"), says("yesterday", "last week", "ago", "earlier", "before"),
            !Self.comparatives.isDisjoint(with: words.plain)
        {
            return true
        }
        return !gaugesInText.isEmpty
            && (says(
                "is this", "usual", "usually", "unusual", "abnormal", "unusually", "normal level",
                "normal value", "normal range", "is normal", "normal here", "baseline")
                || says("normal") && !says("back to normal") && question.judged == nil)
    }

    var gaugesInText: [Gauge] { Vocabulary.gauges(in: asked)?.gauges ?? [] }

    /// "Normal or too many?"
    var asksWhichJudgement: Bool {
        guard let index = words.plain.firstIndex(of: "or") else { return false }
        let judged = { (words: ArraySlice<String>) in
            words.contains {
                [
                    "normal", "ok", "okay", "fine", "high", "low", "bad", "good", "many", "much", "usual",
                    "unusual", "alarming",
                    "dangerous", "healthy", "acceptable", "hot", "fresh", "current", "live", "recent",
                    "new", "stale", "old", "outdated", "critical", "scaling", "scale", "problem", "worrying",
                    "concerning",
                    "tight", "serious", "worry", "worried", "problematic", "overloaded",
                ].contains($0)
            }
        }
        return judged(words.plain[..<index]) && judged(words.plain[(index + 1)...])
    }

    var isJudgement: Bool {
        !gaugesInText.isEmpty
            && (has("trouble", "fine")
                || says(
                    "high", "too much", "much", "low", "lot", "acceptable", "too high", "too low", "too hot",
                    "hot", "warm", "dangerous", "safe", "healthy", "many", "too many"))
            && !has("reading")
    }

    static let auxiliaries: Set<String> = [
        "is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can", "could", "will",
        "would", "should", "am", "any", "anything", "anybody", "anyone", "must", "may", "isn't", "shall",
        "no", "enough", "still", "got",
    ]

    /// "Could you tell me how …", which is no question whether somebody can.
    private var asksToBeTold: Bool {
        begins("can you", "could you", "would you", "will you", "can u", "could u", "please")
            && says(
                "give", "show", "tell me the", "tell me how", "tell me what", "tell me which", "tell me when",
                "list", "name")
            && !says("if", "whether")
    }

    var isCheck: Bool {
        let plain = words.plain.drop {
            [
                "hey", "hi", "hello", "hm", "hmm", "please", "so", "ok", "and", "but", "well", "um",
                "briefly", "short",
                "brief", "now", "tell", "me", "if", "whether", "check", "know", "to", "i", "want", "need",
                "see", "quick", "question", "dear", "team", "then", "also", "wondering", "or", "just",
                "wonder", "good", "morning", "sysmaint",
            ].contains($0)
        }
        guard let first = plain.first else { return false }
        if isEitherOr || asksToBeTold { return false }
        if isTagged { return true }
        if saysStatistic || says("high water"), !Self.auxiliaries.contains(first) { return false }
        if words.isQuestion, plain.contains("still"), plain.count <= 6,
            !["what", "how", "which", "who", "why", "when", "where"].contains(first)
        {
            return true
        }
        if says(
            "worth worrying", "worth a worry", "worrying about", "a reason to worry", "reason for concern")
        {
            return !begins("how", "what", "which", "who", "when", "why")
        }
        if words.isQuestion, ["something", "nothing", "everything", "all"].contains(first) { return true }
        if Self.auxiliaries.contains(first) { return true }
        if says(
            "is there", "are there", "do we have", "is it", "is the", "are we", "does it", "has it", "is any",
            "is everything", "are all", "if there", "whether", "there is")
            && !["what", "which", "how", "who", "when", "where", "why", "since"].contains(first)
        {
            return true
        }
        // "disk full?", "memory ok"
        if plain.count <= 4,
            !begins("how", "what", "which", "who", "list", "show", "top", "when", "why", "where"),
            says("ok", "okay", "fine", "high", "alive", "alright", "healthy", "reachable", "stable")
                || plain.last == "full" || plain.last == "running" || plain.last == "up"
                || plain.last == "down"
        {
            return true
        }
        if words.isQuestion, plain.count <= 4,
            says(
                "tight", "leak", "oom", "killer", "low", "hanging", "hung", "problem", "problems", "growing",
                "rising", "overheating", "swapping", "use", "neighbour", "problems", "overloaded",
                "throttled", "readonly", "burst", "neighbours", "neighbor", "neighbors")
                && !begins("how", "what", "which", "who")
        {
            return true
        }
        return false
    }
}
