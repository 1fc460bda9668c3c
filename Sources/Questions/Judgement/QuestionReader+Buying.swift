import MaintenanceAPI

/// Whether to get more of something: whether there is too little of it now.
extension QuestionReader {
    private var asksForAdvice: Bool {
        says("would you add", "would you buy", "would you get", "would you upgrade", "would you order")
    }

    /// "If you were me, would you add RAM?", which is no order to add some.
    mutating func readOfferedAdvice() -> Bool { asksForAdvice && readToBuy() }

    /// "Do I need to buy a bigger disk?"
    mutating func readToBuy() -> Bool {
        // "Would 2 GB more RAM help?"
        if begins("would"),
            says(
                "help", "make a difference", "change anything", "do any good", "be of use", "improve", "speed"
            ),
            says("more", "another", "additional", "extra") || has("core") && question.count != nil,
            has("memory") || has("disk") || has("cpu", "core"), !says("if")
        {
            set(.check, .gauges([has("memory") ? .memoryUsed : has("disk") ? .diskUsed : .cpuBusy]))
            (question.needed, question.window, question.statistic) = (nil, nil, .now)
            (question.suspectsTrouble, question.judgesAmount, saysForm) = (true, true, true)
            return true
        }
        guard asksForAdvice || isCheck,
            says("need", "needs", "buy", "get", "add", "order", "should", "time for", "worth"),
            says("bigger", "larger", "more", "another", "second", "extra", "additional", "faster", "new")
                || asksForAdvice,
            says("buy", "order", "add", "get", "need", "upgrade", "install", "replace"),
            question.threshold == nil, question.needed == nil, !namesHostNames,
            !says("ago", "than", "now than"),
            !has("process", "relay", "probe", "host")
        else { return false }
        let gauge: Gauge? =
            has("disk", "space", "filesystem")
            ? says("faster", "quicker", "ssd") ? .diskBusy : .diskUsed
            : has("memory") || has("swap") ? .memoryUsed : has("cpu", "core") ? .cpuBusy : nil
        guard let gauge else { return false }
        set(.check, .gauges([gauge]))
        (question.window, question.statistic, question.suspectsTrouble, question.judgesAmount) = (
            nil, .now, true, true
        )
        saysForm = true
        return true
    }

    private static let adding: Set<String> = [
        "should", "i", "we", "add", "some", "more", "any", "buy", "get", "install", "need", "enable",
        "configure", "set",
        "up", "one", "create", "to", "do", "have", "increase", "extend", "worth", "make", "it", "bigger",
        "larger", "another",
        "then", "must", "adding", "buying", "would", "help", "order",
    ]

    /// "Should I add some?", of memory, swap or disks: whether it is too full.
    var asksToAdd: Bool {
        saysOnly(Self.adding) && question.window == nil && question.threshold == nil && gauges.isEmpty
            && says("should", "need", "needs", "must", "worth", "have to", "would it help")
            && says(
                "add", "buy", "get", "install", "enable", "configure", "set up", "create", "increase",
                "extend", "more",
                "another", "bigger", "larger", "adding", "buying", "order")
    }

    func adding(_ previous: Query) -> Query? {
        guard asksToAdd, let gauge = previous.figures.first else { return nil }
        let name = gauge.rawValue
        let wanted: Gauge? =
            name.hasPrefix("swap") || name.hasPrefix("memory")
            ? .memoryUsed
            : name.hasPrefix("disk")
                ? .diskUsed : name.hasPrefix("cpu") || name.hasPrefix("load") ? .cpuBusy : nil
        guard let wanted else { return nil }
        var next = ofNow(previous, wanted)
        (next.form, next.threshold, next.isYesNo, next.judgesAmount) = (.check, nil, true, true)
        (next.suspectsTrouble, next.direction) = (true, nil)
        return next
    }
}
