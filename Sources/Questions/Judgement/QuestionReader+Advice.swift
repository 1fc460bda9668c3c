import MaintenanceAPI

/// Whether to do something, and what: what needs attention answers that.
extension QuestionReader {
    /// "What should I do about the CPU?"
    mutating func readWhatToDo() -> Bool {
        let asks = says(
            "i should do about", "i can do about", "should i do about", "should we do about",
            "can i do about", "can we do about", "do i do about",
            "do we do about", "could i do about", "to do about", "should i do against", "can i do against",
            "to do against", "be done about", "be done against", "should i do with", "how do i fix",
            "how do we fix", "how can i fix", "how to fix", "how do i solve", "how to solve",
            "how can i solve", "how should i handle", "how do i handle", "how do i deal with",
            "how to deal with", "what do you recommend", "what would you recommend", "any advice",
            "what do you suggest", "what would you suggest", "how would you fix", "how should i fix")
        let isOfHost = gauges.isEmpty && has("slow", "trouble", "host", "hung")
        guard asks, isOfHost || !gauges.isEmpty, question.window == nil, question.threshold == nil,
            question.needed == nil, !namesHostNames || namesMountPoint, !has("relay", "cost", "token")
        else { return false }
        set(.why, gauges.isEmpty ? has("slow") ? .slow : .host : .gauges([gauges[0]]))
        (question.isAdvice, question.statistic, question.judged) = (true, .now, nil)
        saysForm = true
        return true
    }

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
