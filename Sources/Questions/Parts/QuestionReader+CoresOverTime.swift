import MaintenanceAPI

/// Which core worked most over a stretch of time.
extension QuestionReader {
    /// "Which core was busiest over the last ten minutes?"
    mutating func readCoreOverTime() -> Bool {
        guard let told = coreOverTime else { return false }
        set(.which, .topic(.component(told)))
        (question.statistic, question.count, saysForm) = (.now, nil, true)
        question.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        return true
    }

    private var coreOverTime: Query.Component? {
        guard kindOfComponent == .core, numberOfCore == nil,
            question.window.map({ !$0.isMoment }) ?? says("on average", "so far", "over time", "earlier"),
            !has("process", "relay", "probe"), !says("how many", "when"), question.threshold == nil
        else { return nil }
        let rank = rankOfComponent ?? (says("harder", "more", "busier") ? .most(1) : nil)
        guard rank != nil || says("each core", "per core", "both cores", "all cores") else { return nil }
        return Query.Component(kind: .core, measure: .use, rank: rank == .even ? nil : rank)
    }

    /// "Which one worked harder over the whole time?", of cores.
    var asksCoreOverTime: Bool {
        says("which one", "which of them", "which of the two", "which") && gauges.isEmpty
            && words.plain.count <= 12
            && (question.window.map { !$0.isMoment } ?? false
                || says("whole time", "so far", "on average", "over time", "all the time"))
            && says("harder", "more", "busier", "busiest", "most", "hardest", "worked", "less", "least")
    }

    func coreOverTime(_ previous: Query) -> Query? {
        guard asksCoreOverTime else { return nil }
        switch previous.subject {
        case .cores: break
        case .topic(.component(let component)) where component.kind == .core: break
        default: return nil
        }
        var next = same(previous)
        let rank: Query.Component.Rank = says("less", "least", "lazier", "idler") ? .least(1) : .most(1)
        (next.form, next.subject) = (
            .which, .topic(.component(Query.Component(kind: .core, measure: .use, rank: rank)))
        )
        next.window = question.window ?? TimeWindow(minutes: TimeWindow.maxMinutes)
        next.isYesNo = false
        return next
    }
}
