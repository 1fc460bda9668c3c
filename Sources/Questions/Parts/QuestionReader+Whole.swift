import Foundation
import MaintenanceAPI

/// Questions about the host as a whole.
extension QuestionReader {
    mutating func readWhole() -> Bool {
        let form = question.form
        let isParticular = !gauges.isEmpty
        if isNetworkAlone {
            set(.value, .networkOK)
        } else if saidForm == .check, says("or"), has("network", "cpu", "memory", "disk", "io"),
            has("overloaded", "host", "slow", "busy"), says("is it"), gauges.count <= 2,
            question.window == nil,
            question.threshold == nil, !namesHostNames
        {
            set(.why, .slow)
        } else if isCheck, has("network"), gauges == [.networkReceived, .networkSent], question.window == nil,
            question.threshold == nil,
            says("is it the", "is it our", "is it my", "is it a", "the problem", "to blame")
        {
            set(.check, .networkOK)
            question.suspectsNetworkTrouble = true
        } else if isSuspicion {
            set(.value, .bottleneck)
            question.suspected = gauges.count == 1 ? gauges[0] : .ioPressure
        } else if has("bottleneck"), isParticular, form == .when || form == .duration,
            has("cpu", "memory", "disk", "io")
        {
            // "How long has the disk been saturated?"
            set(.when, .gauges(has("cpu") ? [.cpuBusy] : has("memory") ? [.memoryUsed] : [.ioPressure]))
            question.isSince = true
        } else if has("bottleneck")
            && !(isParticular && form == .check && gauges.count == 1 && !says("which", "what", "bound"))
            || says(
                "short of cpu or", "cpu or waiting", "out of cpu or", "cpu or is it", "disk or is it",
                "memory or is it",
                "cpu or disk", "cpu or the disk", "cpu or io", "cpu or memory", "disk or cpu", "io or cpu",
                "memory or cpu", "bound")
            || isWhichResource
        {
            set(.value, .bottleneck)
            if gauges.count == 1, !words.plain.contains("or") { question.suspected = gauges[0] }
        } else if has("slow"),
            !isParticular || has("slow") && form == .why && gauges == [.processCount]
                || says("site", "web", "application", "app", "everything"), !has("relay", "probe")
        {
            set(form == .check || form == .compare ? .check : form == .when ? .when : .why, .slow)
        } else if has("hung", "overloaded") && !isParticular || has("overloaded") && has("host"),
            !has("cpu", "memory", "disk", "network")
        {
            set(form == .why || has("hung") ? .why : .check, .slow)
        } else if isParticular, has("anomaly") || says("unusual", "abnormal", "strange", "odd", "weird"),
            question.window != nil,
            form == .check || form == .compare || begins("any", "what"), gauges != [.oomKills], !says("than")
        {
            question.about = gauges
            set(.value, .findings)
            clearStatistic()
        } else if has("anomaly") || says("alerts", "alarms", "incidents", "warnings"),
            says("open", "active", "unresolved", "pending", "current"),
            question.window == nil, !isParticular
        {
            set(.check, .host)
            question.suspectsTrouble = true
        } else if has("anomaly"),
            gauges != [.oomKills]
                && !(isParticular
                    && (form == .when || form == .why || form == .compare || question.statistic == .peak)),
            !isParticular || form != .check, !says("usual", "usually") || !isParticular
        {
            if has("network"), gauges.isEmpty { question.about = [.networkReceived, .networkSent] }
            if has("count") || says("how many", "number of") {
                set(.count, .findings)
            } else if form == .why {
                set(.why, .findings)
            } else {
                set(.value, .findings)
            }
            clearStatistic()
        } else if namesMountPoint, form == .compare {
            set(.compare, .gauges([.diskUsed]))
        } else if has("change") && !isParticular || form == .compare && !isParticular {
            set(.value, .changes)
            clearStatistic()
        } else {
            return readHealth()
        }
        saysForm = true
        return true
    }

    /// "Is it the disk?", "is the CPU the problem?"
    private var isSuspicion: Bool {
        guard isCheck, gauges.count == 1 || gauges == [.diskReads, .diskWrites],
            !words.plain.contains("or"), has("cpu", "memory", "disk", "network", "io"), !namesHostNames,
            question.window == nil, question.threshold == nil, words.plain.count <= 7
        else { return false }
        return begins("is it the", "is it a", "is it just", "is it") && words.plain.count <= 5
            && Self.suspects.isSuperset(of: words.concepts)
            || says("the problem", "the culprit", "the cause", "the reason", "to blame")
    }

    private static let suspects: Set<String> = [
        "is", "it", "the", "a", "just", "our", "my", "cpu", "memory", "disk", "network", "io", "maybe",
        "then", "again",
        "still", "now", "really", "problem", "trouble", "here", "or", "not",
    ]

    /// "Network?", "how is the network doing": how much goes through it, and what is wrong with it.
    private var isNetworkAlone: Bool {
        let rest: Set = [
            "how", "is", "the", "my", "our", "doing", "looking", "state", "status", "of", "today", "now",
        ]
        return question.window == nil && !isCheck
            && words.concepts.filter { !rest.contains($0) } == ["network"]
    }

    /// What is said of the one that is to blame.
    private static let faults: Set<String> = [
        "that", "which", "slow", "trouble", "limit", "limits", "bottleneck", "broken", "wrong", "blame", "to",
        "cause", "culprit", "fault", "at", "here", "now", "us", "overloaded", "problem", "down", "a", "what",
    ]

    /// "Network or relay?"
    var isRelayOrHost: Bool {
        guard let place = words.concepts.firstIndex(of: "or"), place > 0 else { return false }
        let sides: Set = ["cpu", "memory", "disk", "network", "io", "relay", "host", "probe"]
        let before = words.concepts[place - 1]
        let after = words.concepts[(place + 1)...].filter { !["the", "my", "our", "it", "is"].contains($0) }
        guard let first = after.first, sides.isSuperset(of: [before, first]),
            before == "relay" || first == "relay"
        else { return false }
        return Self.faults.isSuperset(of: after.dropFirst())
    }

    /// "Network or CPU?"
    private var isWhichResource: Bool {
        guard let place = words.concepts.firstIndex(of: "or"), place > 0, !has("relay"),
            question.window == nil
        else {
            return false
        }
        let resources: Set = ["cpu", "memory", "disk", "network", "io"]
        let after = words.concepts[(place + 1)...].filter { !["the", "my", "our", "it", "is"].contains($0) }
        guard resources.contains(words.concepts[place - 1]), let first = after.first,
            resources.contains(first)
        else { return false }
        return Self.faults.isSuperset(of: after.dropFirst())
            && Self.comparatives.isDisjoint(with: words.plain)
    }

    mutating func clearStatistic() { question.statistic = .now }

    mutating func readHealth() -> Bool {
        let form = question.form
        guard gauges.isEmpty || gauges == [.cpuBusy] && has("spike") else { return false }
        guard
            has("health", "host", "trouble", "fine")
                || says(
                    "how is it", "how are things", "going on", "what is up", "whats up", "news",
                    "how is everything", "how goes", "attention", "take care", "to do", "should know",
                    "look at", "need to know", "go home", "to bed", "feel", "how it is", "doing",
                    "how does it look", "anything else", "what else is", "something else", "how are we",
                    "look like", "looking")
        else { return false }
        guard
            question.unknownWords.isEmpty && !namesHostNames
                || has("health", "trouble", "fine", "slow") && !isAboutName
                || says("going on", "what is up", "whats up", "happening") && !namesHostNames
        else { return false }
        question.isRest = says(
            "rest", "otherwise", "apart from that", "other than that", "besides that", "aside from that",
            "anything else", "something else", "everything else", "what else")
        question.suspectsTrouble =
            has("trouble")
            && !says(
                "no problems", "no issues", "no trouble", "no alerts", "nothing wrong", "no errors",
                "not bad", "no warnings", "all", "free of")
            || says(
                "attention", "take care", "need to do", "have to do", "should know", "must do", "should i do",
                "to do anything", "need to know", "anything else", "something else", "anything i should",
                "something i should", "look into")
        if form == .why {
            set(.why, .host)
        } else if form == .when && has("trouble") || (form == .when || form == .duration) && says("going on")
        {
            set(.when, .host)
        } else if form == .check
            || words.isQuestion && words.plain.count <= 3 && has("trouble", "fine")
                && !begins("what", "which", "how")
            || has("fine") && words.plain.count <= 4 && !begins("how", "what", "which") || begins("nothing")
        {
            set(.check, .host)
        } else {
            question.suspectsTrouble = false
            set(.value, .host)
        }
        saysForm = form != .value
        return true
    }

    var isAboutName: Bool {
        !question.unknownWords.isEmpty && !has("host", "health")
            && says("running", "up", "alive", "down", "ok", "fine", "crashed", "working", "healthy", "there")
    }
}
