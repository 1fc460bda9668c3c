import Foundation
import MaintenanceAPI

/// Questions about what is to come: what nobody can wait for, and better or worse.
extension QuestionReader {
    var future: Query.Topic? {
        if says(
            "tell me when", "let me know when", "let me know if", "notify me", "warn me", "inform me",
            "alert me", "ping me",
            "keep an eye", "watch the", "keep watching", "remind me", "message me when", "tell me if",
            "tell me as soon")
            && (says(
                "when", "if", "as soon", "once", "keep an eye", "watch the", "keep watching", "remind me"))
            && says(
                "drops", "drop", "rises", "exceeds", "goes", "gets", "falls", "is over", "is above",
                "happens", "again",
                "fails", "fills", "is full", "is done", "full", "reaches", "hits", "recovers", "changes",
                "breaks", "eye", "watch", "watching", "remind", "becomes", "dies", "finished", "over", "down",
                "up", "below", "above")
            && !words.isQuestion
        {
            return .watch(Array(gauges.prefix(1)))
        }
        let isWhole = gauges.isEmpty || has("health", "host")
        if isWhole,
            says(
                "better", "worse", "improving", "improve", "worsening", "recovering", "getting better",
                "getting worse", "calming down", "deteriorating"),
            !says("than"), saidForm == .check || saidForm == .value, !namesHostNames, !has("relay", "probe")
        {
            return .course
        }
        let isAhead = says(
            "tomorrow", "next week", "next days", "next hours", "next hour", "next month", "in the future",
            "coming days",
            "coming hours", "coming week", "later today", "ahead", "tonight", "soon", "next few")
        if gauges.isEmpty || has("boot"), says("will it", "is it going to", "will the", "going to"),
            has("boot", "kill", "slow", "overloaded")
                || says("survive", "fail", "break", "die", "stay up", "hold up"),
            !says("when"), !namesHostNames, !has("relay", "probe")
        {
            return .outlook
        }
        if has("runout") || says("run out", "running out"), has("memory", "disk", "swap", "space") {
            return nil
        }
        if gauges.isEmpty, isAhead, !says("what is up", "whats up", "going on"),
            says(
                "will happen", "happen", "expect", "expected", "forecast", "predict", "prediction", "outlook",
                "will", "going to", "look like", "ok", "problems", "trouble"),
            !has("runout", "full"), !namesHostNames
        {
            return .outlook
        }
        if words.plain == ["forecast"] || words.plain == ["outlook"] || words.plain == ["prediction"] {
            return .outlook
        }
        if gauges.isEmpty, question.window != nil,
            !says("it", "that") || says("summary", "recap", "summarize", "summarise", "what happened"),
            !has(
                "anomaly", "trouble", "change", "boot", "slow", "gap", "relay", "message", "cost", "token",
                "request", "process", "leak"),
            says(
                "show me", "show", "give me", "tell me about", "how was", "how were", "how did", "what was",
                "summary", "summarise", "summarize", "recap", "review", "report", "overview", "what happened",
                "history", "what did", "how has"),
            !namesHostNames,
            words.unknown.isEmpty || says("summary", "summarise", "summarize", "recap", "what happened")
        {
            return .summary
        }
        return nil
    }

    private static let forecast: Set<Gauge> = [
        .diskUsed, .diskFree, .diskTotal, .memoryUsed, .memoryAvailable, .swapUsed, .swapFree, .inodesUsed,
        .inodesFree,
        .diskUsedBytes, .memoryUsedBytes,
    ]

    /// "Will the CPU still be busy tomorrow?": only what fills is forecast.
    mutating func readFuture() -> Bool {
        guard begins("will", "is it going to", "are we going to", "will it"),
            !gauges.isEmpty, Set(gauges).isDisjoint(with: Self.forecast), question.needed == nil,
            says(
                "tomorrow", "tonight", "later", "soon", "next week", "next hour", "in an hour", "next month",
                "next day", "still"),
            !has("full", "runout", "disk", "memory", "space", "oom"), !says("run out", "running out"),
            !namesHostNames
        else { return false }
        set(.unmeasured, .topic(.absent("what will be", nearest: Array(gauges.prefix(1)))))
        question.window = nil
        return true
    }
}
