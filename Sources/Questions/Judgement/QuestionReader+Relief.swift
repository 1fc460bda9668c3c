import MaintenanceAPI
import Values

/// How to use less of something, and questions that are not about the host at all.
extension QuestionReader {
    private static let easing = [
        "reduce", "free", "free up", "lower", "decrease", "save", "reclaim", "bring down", "get down", "cut",
        "relieve", "ease", "lessen", "drop", "clean up", "clean", "make room", "make more room", "more room",
        "more space", "gain", "shrink", "minimise",
        "minimize", "less",
    ]

    /// "How do I reduce memory usage?", "how can I lower the load?": what uses most is what to look at first.
    mutating func readRelief() -> Bool {
        guard
            begins(
                "how do i", "how can i", "how to", "how do we", "how can we", "how could i", "how should i",
                "how could we", "how would i", "what can i do to", "what should i do to",
                "what could i do to",
                "tips to", "ways to", "best way to", "what is the best way to", "any way to", "and how do i",
                "so how do i", "how can one", "any tips to", "what can be done to", "what could be done to"),
            Self.easing.contains(where: { says($0) }) || says("get", "bring") && says("down"),
            !has("relay", "cost", "token", "packet", "probe"),
            question.window == nil
        else { return false }
        let resource: Query.Resource? =
            if has("memory") || has("swap") { .memory } else if has("disk", "space", "filesystem") {
                .disks
            } else if has("cpu", "load") || says("temperature") { .cpu } else { nil }
        guard let resource else { return false }
        set(.value, .topic(.relief(resource)))
        (question.threshold, question.judged, question.needed, question.statistic) = (nil, nil, nil, .now)
        saysForm = true
        return true
    }

    private static let weekdays: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "christmas",
        "easter", "holiday", "birthday", "january", "february", "march", "april", "june", "july", "august",
        "september", "october", "november", "december",
    ]
    private static let weather: Set<String> = [
        "raining", "snowing", "sunny", "cloudy", "windy", "rainy", "rain", "snow", "foggy", "stormy",
        "freezing",
        "summer", "winter", "spring", "autumn",
    ]
    private static let frame: Set<String> = [
        "is", "it", "will", "was", "does", "today", "tomorrow", "outside", "out", "there", "now", "already",
        "a",
        "the", "still", "be", "or", "not", "yet", "currently", "going", "to", "in", "here", "hey", "so", "ok",
        "and", "hi", "tonight", "really", "name",
    ]

    /// "Is it raining?", "is it Friday?"
    mutating func readElsewhere() -> Bool {
        let written = text.split { !$0.isLetter }.map(String.init)
        guard let first = written.first(where: { !["hey", "hi", "ok", "so", "and"].contains($0) }),
            ["is", "will", "was", "does"].contains(first), written.count <= 8
        else { return false }
        let things = written.filter { !Self.frame.contains($0) }
        guard !things.isEmpty,
            things.allSatisfy({ Self.weekdays.contains($0) || Self.weather.contains($0) })
        else { return false }
        set(.check, .topic(.elsewhere))
        (question.window, question.statistic) = (nil, .now)
        saysForm = true
        return true
    }
}
