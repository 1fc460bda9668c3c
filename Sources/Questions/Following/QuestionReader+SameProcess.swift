import Foundation
import MaintenanceAPI
import Values

/// Whether a process that was told is still there, how to end it, and how it was at the peak.
extension QuestionReader {
    // MARK: Whether it is still there

    /// "Is it still running?", of the process that was named.
    var asksWhetherRunning: Bool {
        says(
            "still running", "still there", "still active", "still alive", "still up", "running now",
            "running still", "still on")
            && words.plain.count <= 9 && gauges.isEmpty && !namesHostNames && question.window == nil
            && question.threshold == nil
    }

    func stillRunning(_ previous: Query) -> Query? {
        guard asksWhetherRunning || asksWhetherStill, !says("something", "anything", "everything"),
            case .processes = previous.subject
        else { return nil }
        var next = previous
        next.isEnd = !asksWhetherRunning && saysEnded
        (next.form, next.isYesNo, next.also, next.asksStillThere) = (.check, true, [], true)
        return next
    }

    // MARK: How to end it

    /// "How do I get rid of it?", of a process.
    var asksToEnd: Bool {
        (says(
            "get rid of", "stop it", "stop that", "stop this", "kill it", "kill that", "end it",
            "terminate it", "turn it off",
            "shut it down", "make it stop", "close it", "stop them", "quit it"))
            && (begins("how", "can i", "and how", "so how", "how can", "what") || words.isQuestion)
            && Set(gauges).isSubset(of: [.oomKills]) && words.plain.count <= 10
    }

    func ending(_ previous: Query) -> Query? {
        guard asksToEnd else { return nil }
        let order: Query.Order
        switch previous.subject {
        case .processes(let own): order = own
        case .topic(.processAt(_, let own)): order = own
        case .process: order = .cpu
        default:
            guard !previous.names.isEmpty, previous.gauges.isEmpty || previous.form == .when else {
                return nil
            }
            order = .cpu
        }
        var next = same(previous)
        (next.form, next.subject, next.window, next.statistic) = (.value, .topic(.ending(order)), nil, .now)
        return next
    }

    // MARK: When it was so

    private static let thenPhrases = [
        "when it was busy", "when it was high", "when it was slow", "when it was so high",
        "when it was at its peak",
        "when it peaked", "at the peak", "during the peak", "during the spike", "in the spike",
        "during that time",
        "at that time", "back then", "when it happened", "when that happened", "when it was bad",
        "when it was full",
        "at its highest", "at its peak", "during that",
    ]

    /// "And when it was busy?", after which processes use most.
    var asksOfThePeak: Bool {
        Self.thenPhrases.contains { says($0) } && words.plain.count <= 9 && question.unknownWords.isEmpty
            && question.threshold == nil
            && Set(gauges).isSubset(of: [.cpuBusy, .load1, .load5, .load15, .memoryUsed])
    }

    func ofThePeak(_ previous: Query) -> Query? {
        guard asksOfThePeak else { return nil }
        var next = same(previous)
        switch previous.subject {
        case .processes(let order):
            next.about = [order == .cpu ? .cpuBusy : .memoryUsed]
            (next.form, next.isAtPeak, next.window, next.count) = (.which, true, nil, nil)
        case .gauges(let gauges) where previous.form == .value && gauges != [.uptime]:
            next.subject = .gauges(Array(gauges.prefix(1)))
            (next.statistic, next.window) = (.peak, previous.window ?? TimeWindow(minutes: 1440))
        default: return nil
        }
        return next
    }

    // MARK: How long it ran

    /// "For how long did it run?", of the process that was told.
    var asksHowLongItRan: Bool {
        says("how long", "since when", "until when", "till when", "when")
            && says(
                "did it run", "it run", "it ran", "was it running", "is it running", "has it been running",
                "it running",
                "did that run", "did it take", "was it active", "did they run", "it been running",
                "did it last", "it runs", "does it run", "it started", "did it start")
            && !says("run out", "runs out", "running out", "out of") && words.plain.count <= 9
            && !namesHostNames && question.window == nil
            && question.threshold == nil
    }

    func howLongItRan(_ previous: Query) -> Query? {
        guard asksHowLongItRan, case .processes = previous.subject else { return nil }
        let isLength = says("how long")
        guard previous.isAtPeak, let gauge = previous.about.first else {
            var next = same(previous)
            (next.form, next.isSince, next.isOfFirst, next.window) = (.when, true, false, nil)
            return next
        }
        var next = ofNow(previous, gauge)
        next.isEnd = says("until when", "till when")
        (next.form, next.isSince) = (isLength ? .duration : .when, !next.isEnd)
        next.window = previous.window ?? TimeWindow(minutes: 1440)
        return next
    }

    // MARK: Whether it is done

    /// "Is it done now?", of a process that was named.
    func whetherDone(_ previous: Query) -> Query? {
        guard asksWhetherStill, !previous.names.isEmpty, !previous.names[0].hasPrefix("/"),
            previous.gauges.isEmpty
        else {
            return nil
        }
        var next = Query()
        (next.form, next.subject, next.names, next.isYesNo) = (.check, .nothing, previous.names, true)
        next.isEnd = saysEnded && !says("not over", "not done")
        return next
    }
}
