import MaintenanceAPI
import Values

/// Whether something of size happened, whether it is over, and how large the largest was.
extension QuestionReader {
    mutating func readHappened() -> Bool {
        readLargestOnce() || readMostAtOnce() || readSuddenly() || readHeavyJob() || readThreeLoads()
    }

    /// "The biggest burst of disk writing", "largest jump in memory".
    private mutating func readLargestOnce() -> Bool {
        guard says("biggest", "largest", "highest", "strongest", "worst"),
            says("burst", "spike", "jump", "surge", "peak", "bump", "increase"), let gauge = gauges.first,
            gauge.traits.unit != .count, question.threshold == nil,
            !says("which", "who", "why", "when", "what time", "caused", "how long", "list", "every"),
            !has("relay", "probe", "process"), !namesHostNames
        else { return false }
        set(.value, .gauges(Array(gauges.prefix(1))))
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.peak, true, .peak, true)
        return true
    }

    /// "What's the most processes that we had at one time?"
    private mutating func readMostAtOnce() -> Bool {
        guard says("the most", "most"),
            says("at one time", "at any time", "at once", "ever had", "we had", "at any moment", "so far"),
            let gauge = gauges.first, gauge.traits.unit == .count, !has("cpu", "memory", "relay", "probe"),
            !says("which", "who", "when"), !namesHostNames
        else { return false }
        set(.value, .gauges([gauge]))
        (question.statistic, saysStatistic, saidStatistic, saysForm) = (.peak, true, .peak, true)
        return true
    }

    /// "Did anything jump suddenly?"
    private mutating func readSuddenly() -> Bool {
        guard isCheck, says("anything", "something", "any figure", "any value", "any metric"),
            says(
                "jump", "jumped", "jumps", "surge", "surged", "shoot up", "shot up", "skyrocket", "explode",
                "exploded", "suddenly", "change abruptly", "changed abruptly"),
            gauges.isEmpty, !namesHostNames, !has("relay", "probe", "process", "boot")
        else { return false }
        set(.check, .findings)
        (question.suspectsTrouble, question.statistic, saysForm) = (true, .now, true)
        return true
    }

    private static let jobs = ["job", "jobs", "task", "load", "work", "workload", "thing", "batch", "run"]

    /// "Did some big job run recently?", "is the heavy job from before finished?"
    private mutating func readHeavyJob() -> Bool {
        guard isCheck, says("big", "heavy", "large", "huge", "expensive", "hungry"),
            Self.jobs.contains(where: { says($0) }),
            gauges.allSatisfy({ [.load1, .load5, .load15].contains($0) }),
            question.needed == nil, question.threshold == nil, !namesHostNames,
            !says("can", "could", "more", "another", "room", "would", "should", "start", "too")
        else { return false }
        let isOver = says(
            "finished", "done", "over", "ended", "gone", "complete", "completed", "through", "stopped")
        let isPast = says(
            "run", "ran", "happen", "happened", "recently", "earlier", "was", "were", "did", "lately")
        guard isOver || isPast else { return false }
        set(isOver ? .value : .check, .findings)
        (question.asksOngoing, question.isYesNo) = (isOver, true)
        (question.suspectsTrouble, question.statistic, saysForm) = (!isOver, .now, true)
        return true
    }

    private static let threePattern = Pattern(
        #/\b1(?: ?(?:m|min|minutes?))?,? ?(?:and )?/? ?5(?: ?(?:m|min|minutes?))?,? ?(?:and )?/? ?15\b/#)

    /// "The load average over 1, 5 and 15 minutes."
    private mutating func readThreeLoads() -> Bool {
        guard has("load"), text.contains(Self.threePattern), !says("why", "when", "trend", "mean", "explain")
        else { return false }
        set(isCheck ? .check : .value, .gauges([.load1, .load5, .load15]))
        gauges = question.gauges
        (question.window, question.threshold, question.judged, question.statistic) = (nil, nil, nil, .now)
        (hasSeveral, saysForm) = (true, true)
        return true
    }
}
