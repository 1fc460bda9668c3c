import MaintenanceAPI

/// Whether to do something: whether anything needs attention answers that.
extension QuestionReader {
    /// "Should I restart something?" is whether anything needs attention.
    mutating func readAdvice() -> Bool {
        let asks = begins(
            "is it ok to", "is it safe to", "is it okay to", "is it fine to", "should i", "should we",
            "can i", "may i", "must i",
            "do i have to", "do i need to", "would it help to", "can we", "is it wise to",
            "is now a good time")
        if isCheck, says("need", "needs", "time for", "get", "buy", "should", "order"),
            says(
                "bigger", "stronger", "faster", "more powerful", "larger", "better", "another", "new",
                "additional", "second"),
            has("host") || says("hardware"), gauges.isEmpty, !namesHostNames
        {
            set(.check, .host)
            question.suspectsTrouble = true
            saysForm = true
            return true
        }
        guard asks, question.window == nil, question.needed == nil, !namesHostNames,
            has("boot")
                || says(
                    "install", "update", "upgrade", "restart", "deploy", "maintenance", "patch", "shut",
                    "turn", "stop", "kill", "buy", "do", "act", "intervene"),
            gauges.isEmpty || has("boot") || gauges == [.cgroupCPU] || gauges == [.oomKills]
        else { return false }
        set(.check, .host)
        question.suspectsTrouble = says("should", "must", "have to", "need to", "help")
        saysForm = true
        return true
    }
}
