import MaintenanceAPI

/// What goes on from an order, from what was said of the program itself, and from what no reading tells.
extension QuestionReader {
    /// Whether it is short enough, and names nothing of the host by itself: all others need not know what was before.
    var mayFollowTalk: Bool {
        words.plain.count <= 10
            && (gauges.isEmpty || says("it", "that", "this", "them", "then") || saysItIsGood)
            && !namesHostNames && question.threshold == nil
            && ![.goodbye, .order].contains(question.form) || asksHowMyself
    }

    func afterTalk(_ previous: Query) -> Query? {
        if saysItIsGood { return .talk(.thanks) }
        if previous.form == .order { return asksWhyNot ? previous : asksHowMyself ? previous.byHand : nil }
        if previous.form == .unmeasured, asksAdvice { return .advice }
        if previous.form == .help || previous.subject == .topic(.product(.example)) {
            return asksForExample ? .of(.example) : nil
        }
        return afterProduct(previous) ?? afterFact(previous) ?? staysUnmeasured(previous)
    }

    // MARK: Praise

    private static let praise: Set<String> = [
        "good", "great", "nice", "fine", "excellent", "very", "well", "cool", "that", "is", "it", "glad",
        "to", "hear", "know", "sounds", "i", "see", "understood", "makes", "sense", "noted", "then", "so",
        "gotcha", "am", "alright", "right", "all", "thats", "pleased",
    ]

    /// "Good.", "nice to know": said of an answer.
    private var saysItIsGood: Bool {
        guard !words.isQuestion, words.plain.count <= 5, words.plain.allSatisfy(Self.praise.contains) else {
            return false
        }
        return words.plain.count == 1
            ? ["good", "nice", "excellent", "understood", "noted", "gotcha"].contains(words.plain[0])
            : says(
                "very good", "to hear", "to know", "sounds good", "i see", "makes sense", "good then",
                "is good", "all good", "is great", "is nice")
    }

    // MARK: Orders

    /// Whether the order is to end a process: "kill the one that uses most CPU".
    var wantsProcessEnded: Bool {
        question.form == .order && says("kill", "end", "terminate", "stop", "quit", "close")
            && (has("process", "program", "hog") || namesHostNames && !namesMountPoint)
    }

    /// "Then how do I do it?", "tell me the command for it", after an order.
    var asksHowMyself: Bool {
        guard words.plain.count <= 12, question.window == nil else { return false }
        return says("how") && (says("myself", "by hand", "on my own", "ourselves") || asksTheWay)
            || says("command", "commands", "steps", "instructions", "procedure")
                && says("what", "which", "tell", "give", "show", "the")
                && !says("which command", "what command", "list of")
            || says(
                "what is the command", "what would be the command", "which command do", "what command do",
                "which command would", "what command would", "which command should")
    }

    private static let ofWays: Set<String> = [
        "how", "do", "does", "can", "could", "would", "should", "must", "to", "we", "one", "it", "that",
        "this", "at", "least", "tell", "me", "then", "i", "explain", "show", "know", "is", "done", "him",
        "them", "here", "myself", "please", "just", "go", "about", "ok", "have", "but", "and", "so", "you",
        "now", "on", "the", "host", "server", "machine", "exactly", "kill", "stop", "end", "restart",
    ]

    /// "How would I do that?"
    private var asksTheWay: Bool {
        words.plain.allSatisfy(Self.ofWays.contains) && !says("how many", "how much")
    }

    // MARK: The program itself

    /// "Does it cost anything?", "can that be made faster?", of what was said of the program.
    private func afterProduct(_ previous: Query) -> Query? {
        let isOfInterval =
            previous.gauges == [.probeInterval] || previous.subject == .telemetry
            || previous.subject == .topic(.product(.probe)) || previous.subject == .readingAge
        if isOfInterval, asksToChange { return .of(.settings, isCheck) }
        let isOfProduct: Bool
        let fact: Query.ProductFact?
        switch previous.subject {
        case .topic(.product(let own)): (isOfProduct, fact) = (true, own)
        case .model: (isOfProduct, fact) = (true, nil)
        default: (isOfProduct, fact) = (previous.form == .smalltalk, nil)
        }
        guard isOfProduct else { return nil }
        if says(
            "cost", "costs", "charge", "charged", "expensive", "price", "pay", "for free", "it free",
            "that free"),
            words.plain.count <= 8, !has("memory", "disk", "cpu")
        {
            var next = Query()
            (next.form, next.subject) = (isCheck && !says("free") ? .check : .value, .cost)
            return next
        }
        if says("internet", "the net", "online", "the cloud", "a cloud", "outside", "network connection") {
            return .of(.elsewhere)
        }
        if asksToChange, fact == .settings || fact == .readings { return .of(.settings, isCheck) }
        if fact == .alerts, gauges.isEmpty, isWholeByDefault || namesNothing { return .of(.alerts) }
        guard let fact,
            namesNothing || fact == .encryption && says("method", "algorithm", "protocol", "key", "keys")
        else { return nil }
        return .of(fact)
    }

    private static let ofChanging: Set<String> = [
        "faster", "slower", "shorter", "longer", "often", "change", "changed", "adjust", "adjusted", "set",
        "configure", "configured", "increase", "decrease", "reduce", "raised", "lowered", "different",
    ]

    /// "Can I change that?", "can it be made faster?"
    private var asksToChange: Bool {
        words.plain.count <= 10 && says("can", "could", "how", "possible", "is there a way", "may", "where")
            && !Self.ofChanging.isDisjoint(with: words.plain)
            && says("it", "that", "this", "i", "we", "you", "interval", "rate")
            && !says("how often", "did", "was", "has")
    }

    private var asksForExample: Bool { says("example", "examples", "for instance", "such as") }

    // MARK: Facts

    private static let age: Set<String> = [
        "up to date", "latest", "newest", "outdated", "current", "recent", "old", "patched", "supported",
        "still maintained", "vulnerable", "out of date", "uptodate",
    ]

    /// "Is it up to date?" of the kernel, "is any of them down?" of interfaces: what no reading tells.
    private func afterFact(_ previous: Query) -> Query? {
        guard words.plain.count <= 9, gauges.isEmpty || gauges == [.uptime] else { return nil }
        switch previous.subject {
        case .kernel, .system, .topic(.product(.version)):
            return isCheck && Self.age.contains { says($0) }
                ? .absent("which version is the newest") : nil
        case .interfaces:
            return says("down", "up", "connected", "link", "plugged", "active", "cable", "speed", "fast")
                && !says("uptime")
                ? .absent("whether a link is up, or how fast") : nil
        case .relay, .gauges([.relayQueued]):
            return says("oldest", "how old", "from whom", "who sent", "whose", "for whom", "to whom")
                ? .absent("how old messages are, or whose") : nil
        default: return nil
        }
    }

    // MARK: What is not measured

    /// Whether it is only words that ask and point.
    private var namesNothing: Bool {
        guard gauges.isEmpty, question.window == nil, question.judged == nil, words.plain.count <= 8,
            ![.greeting, .thanks, .goodbye, .smalltalk, .help, .order].contains(question.form)
        else { return false }
        return words.plain.allSatisfy {
            Self.pointing.contains($0) || Self.linking.contains($0) || Self.ofAsking.contains($0)
        }
    }

    private static let ofAsking: Set<String> = [
        "how", "why", "where", "when", "whom", "whose", "since", "from", "many", "much", "often", "long",
        "you", "i", "me", "we", "find", "out", "can", "could", "would", "tell", "make", "to", "not", "last",
        "time", "at", "all", "any", "with", "by", "to", "then", "now", "every", "there", "know", "check",
        "see", "look", "up", "really", "sure", "it", "about", "first", "get", "other", "else", "exactly",
        "please", "ok",
    ]

    /// "From where?", "can you find out?", of what no reading tells.
    private func staysUnmeasured(_ previous: Query) -> Query? {
        let isAbsent = if case .topic(.absent) = previous.subject { true } else { false }
        guard previous.form == .unmeasured, isAbsent || previous.figures.isEmpty else { return nil }
        guard namesNothing || isAbsent && namesNoPart && !has("memory") else { return nil }
        var next = previous
        next.also = []
        return next
    }
}

extension Query {
    fileprivate static func talk(_ form: Form) -> Query {
        var query = Query()
        query.form = form
        return query
    }

    fileprivate static func of(_ fact: ProductFact, _ isCheck: Bool = false) -> Query {
        var query = Query()
        (query.form, query.subject) = (isCheck ? .check : .value, .topic(.product(fact)))
        return query
    }

    /// What to look at first.
    fileprivate static var advice: Query {
        var query = Query()
        (query.form, query.subject, query.isAdvice) = (.why, .host, true)
        return query
    }

    fileprivate static func absent(_ thing: String) -> Query {
        var query = Query()
        (query.form, query.subject) = (.unmeasured, .topic(.absent(thing, nearest: [])))
        return query
    }

    /// How what an order wanted is done by hand.
    fileprivate var byHand: Query {
        var query = Query()
        query.names = names
        query.subject = .topic(endsProcess ? .ending(.cpu) : .product(.byHand))
        return query
    }
}
