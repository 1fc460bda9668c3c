import MaintenanceAPI

/// From when on a figure would be too much, asked of what was told.
extension QuestionReader {
    private static let harmful: Set<String> = [
        "when", "from", "what", "at", "level", "value", "point", "bad", "critical", "high", "too", "much",
        "many",
        "dangerous", "problem", "worrying", "worry", "alarming", "start", "starts", "become", "becomes",
        "get",
        "gets", "should", "would", "i", "be", "concerned", "worried", "unhealthy", "limit", "on",
        "percentage",
        "percent", "which", "how", "trouble", "number", "act", "react",
    ]

    /// "And when is it bad?", after what something means or is.
    var asksWhenBad: Bool {
        question.window == nil && question.threshold == nil && gauges.isEmpty && saysOnly(Self.harmful)
            && says(
                "when is", "when does", "when would", "when should", "from when", "from what", "from which",
                "at what", "at which", "what level", "which level", "what value", "which value",
                "what is too", "what would be too", "what is bad", "what is high", "how much is too",
                "how high is too", "when do i", "what is dangerous", "what is critical")
            && !Self.judging.union(["trouble", "problem", "bad", "worry", "act", "react"]).isDisjoint(
                with: words.plain)
    }

    private static let wouldBe = [
        ["what", "would", "be"], ["which", "would", "be"], ["when", "would", "it", "be"],
        ["when", "would", "that", "be"], ["what", "would"], ["when", "would", "it"], ["when", "is", "it"],
        ["from", "when", "on"], ["what", "is", "then"], ["when", "then"], ["when", "would", "it", "become"],
        ["what", "would", "then", "be"],
    ]

    /// "What would be?", "when would it be?", after whether something is too much.
    var asksWhatWouldBe: Bool {
        Self.wouldBe.contains(words.plain.filter { !Self.linking.contains($0) || $0 == "then" })
            || asksWhetherHighIsBad
    }

    /// "Is it bad when it's high?", after what it means.
    private var asksWhetherHighIsBad: Bool {
        isCheck && gauges.isEmpty && words.plain.count <= 9
            && says("bad", "good", "problem", "dangerous", "harmful", "serious", "worrying")
            && says("high", "low", "big", "large") && says("it", "that", "value", "number", "one")
    }

    func whatWouldBe(_ previous: Query) -> Query? {
        let isMount = previous.names.first.map { $0.hasPrefix("/") || previous.judged != nil } ?? false
        guard asksWhatWouldBe, !previous.figures.isEmpty || isMount,
            asksWhetherHighIsBad
                ? previous.form == .explain : [.judge, .check, .compare].contains(previous.form)
        else { return nil }
        var next = badFrom(previous)
        if asksWhetherHighIsBad { next.form = .check }
        return next
    }

    /// From when on the figure would need attention.
    private func badFrom(_ previous: Query) -> Query {
        var next = same(previous)
        (next.form, next.window, next.statistic, next.comparison) = (.value, nil, .now, nil)
        (next.needed, next.threshold, next.judged, next.isYesNo) = (nil, nil, nil, false)
        let loads: Set<Gauge> = [.load1, .load5, .load15]
        // The load has no limit of its own: it shows in how busy the CPU is; of what is free, in what is used.
        let figures = previous.figures.isEmpty ? [.diskUsed] : previous.figures
        next.subject = .topic(
            .thresholds(loads.contains(figures[0]) ? [.cpuBusy] : figures.map { Self.used[$0] ?? $0 }))
        next.names = []
        return next
    }

    func whenBad(_ previous: Query) -> Query? {
        guard asksWhenBad, !previous.figures.isEmpty else { return nil }
        return badFrom(previous)
    }
}
