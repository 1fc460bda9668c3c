import MaintenanceAPI

/// What a question for a cause takes for granted, which need not be so.
extension QuestionReader {
    private static let high: Set<String> = [
        "high", "busy", "full", "much", "many", "slow", "burst", "peak", "spike", "hot", "heavy", "lot",
        "loaded",
        "hammered", "maxed", "pegged", "limit", "huge", "big", "large", "extreme", "elevated", "saturated",
        "exhausted", "overloaded", "overload", "100", "spiking", "surge", "stressed", "hard",
    ]
    private static let low: Set<String> = ["low", "little", "small", "few", "short", "scarce", "tight"]

    /// "Why is the load so high?", "why is so little memory free?", "why is iowait not zero?"
    var premise: Query.Premise? {
        guard question.form == .why || question.form == .when && question.isSince,
            !question.gauges.isEmpty
        else { return nil }
        // "High while the CPU is idle": of two figures one is.
        if says("while", "although", "though", "idle"), has("load") || has("cpu") && has("disk", "memory") {
            return nil
        }
        if says("not zero", "above zero", "any") || says("is there", "are there") && !says("so") {
            return .present
        }
        if !Self.low.isDisjoint(with: words.plain) { return .low }
        return Self.high.isDisjoint(with: words.plain) ? nil : .high
    }
}
