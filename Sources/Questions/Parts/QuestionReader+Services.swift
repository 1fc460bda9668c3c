import Foundation
import MaintenanceAPI

/// Questions about the probe, the relay and the model.
extension QuestionReader {
    mutating func readService() -> Bool {
        let form = question.form
        if has("probe", "reading", "telemetry"),
            says(
                "sent nothing", "send nothing", "sends nothing", "sent no", "was silent", "been silent",
                "nothing came",
                "nothing arrived", "nothing sent", "not send anything", "send anything", "sent anything"),
            form != .why
        {
            set(.check, .gaps)
            clearTime()
        } else if has("gap")
            && (has("telemetry", "reading", "probe")
                || says(
                    "gap", "gaps", "data", "graph", "graphs", "chart", "charts", "curve", "curves",
                    "dashboard"))
            || has("reading") && says("without", "no reading", "no readings", "not come", "not arrive")
                && form != .when
        {
            set(.check, .gaps)
        } else if form == .check, has("telemetry", "reading") || says("data", "history"), isAboutCompleteness
        {
            set(.check, .gaps)
            question.wantsWhole = true
        } else if form == .check, isAboutFreshness {
            set(.check, .telemetry)
            clearTime()
        } else if has("age"),
            has("reading", "telemetry", "probe", "host")
                || says("when did you last", "last hear", "hear from")
        {
            if form == .check && says("fresh", "up to date", "stale", "recent", "old") && !says("how") {
                set(.check, .telemetry)
            } else {
                set(.value, .readingAge)
            }
            clearTime()
        } else if has("reading"), says("last", "newest", "latest", "when"), !has("failed", "drop", "trouble"),
            gauges != [.probeSampleTime], !says("take", "takes", "waiting", "in the last")
        {
            set(.value, .readingAge)
            clearTime()
        } else if has("probe", "telemetry", "reading")
            || says(
                "still get data", "getting data", "data coming", "data arriving", "get data", "receive data",
                "receiving data"),
            form == .check && !has("cost", "memory", "cpu", "drop")
                || words.plain.count <= 2 && has("telemetry")
                || says(
                    "probe status", "status of the probe", "how is the probe", "state of the probe",
                    "how is telemetry", "telemetry status"),
            !says("failed", "waiting", "fail", "fails")
        {
            set(.check, .telemetry)
            clearTime()
        } else if has("prekey") {
            return false
        } else if has("token"), !has("cost") {
            set(.value, .tokens)
        } else if has("budget") {
            set(.value, .budget)
        } else if has("cost"),
            !has("probe", "relay", "cpu", "irq", "usertime", "kerneltime", "iowait") || has("llm")
        {
            set(.value, .cost)
        } else if has("request"), has("llm") || words.plain.count <= 3 && !has("disk", "io") {
            set(.value, .requests)
        } else if has("llm"), !has("cpu", "memory", "disk") {
            set(.value, .model)
        } else if has("relay"),
            gauges.isEmpty || gauges == [.relayUptime] && form == .check
                || has("fine", "trouble", "health") && !has("queue", "latency", "connection", "memory")
                || gauges == [.processCount]
                || form == .check && says("running", "up", "alive", "reachable", "working", "down")
                    && !has("queue")
        {
            set(form == .check ? .check : form == .why ? .why : .value, .relay)
        } else if has("message"), form == .check,
            says(
                "being delivered", "get delivered", "getting delivered", "going through", "get through",
                "arriving", "flowing")
        {
            set(.check, .relay)
        } else if has("message", "queue"), form == .check, question.statistic != .trend,
            !says("above", "over", "more than"),
            question.threshold == nil
        {
            set(.check, .gauges([.relayQueued]))
            question.statistic = .now
            // "Any messages waiting?" asks whether there are some, "any stuck?" whether that is too many.
            if says("any", "anything", "are there", "are messages"),
                says("queued", "waiting", "wait", "queued up", "pending", "queue", "in the queue"),
                !says("stuck", "backlog", "piling", "pile up", "piling up", "too", "problem", "long", "no")
            {
                question.threshold = Query.Threshold(isAbove: true, value: 0)
            }
        } else {
            return false
        }
        saysForm = true
        return true
    }

    private var isAboutCompleteness: Bool {
        says(
            "complete", "gapless", "continuous", "uninterrupted", "without gaps", "full coverage", "unbroken",
            "no holes")
    }

    /// "Are the numbers up to date?", "is this dashboard live?"
    private var isAboutFreshness: Bool {
        says(
            "numbers", "figures", "values", "dashboard", "graphs", "charts", "stats", "metrics", "data",
            "readings")
            && says(
                "up to date", "current", "fresh", "live", "recent", "outdated", "stale", "old", "real time",
                "realtime", "delayed", "late", "out of date")
    }

    mutating func clearTime() {
        question.window = nil
        question.statistic = .now
    }
}
