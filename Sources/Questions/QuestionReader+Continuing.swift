import Foundation
import MaintenanceAPI

/// How a question goes on from the one before.
extension QuestionReader {
    /// Whether it says too little by itself, or says that it goes on.
    var isContinuation: Bool {
        switch question.form {
        case .greeting, .thanks, .goodbye, .smalltalk, .help, .order, .unmeasured: return false
        default: break
        }
        let isLinked =
            words.plain.count <= 8
            && begins(
                "and", "what about", "how about", "same for", "same", "also", "or", "ok and", "then", "but",
                "by", "what of", "now", "only", "not", "and what about", "the same")
        let isBare =
            isWholeByDefault || isUnclearByDefault
            || (question.form == .explain && question.subject == .nothing)
            || question.form == .unclear && words.plain.count <= 3 && words.unknown.isEmpty
        let refers =
            words.plain.count <= 6 && says("that", "it", "this", "there", "of it", "those")
            && question.subject == .nothing
            || words.plain.count <= 6 && says("there", "on it", "on that") && gauges == [.diskFree]
                && !has("disk", "space")
        return isLinked || isBare || refers || words.plain == ["top", String(question.count ?? 0)]
    }

    /// What is left of it.
    static let free: [Gauge: Gauge] = [
        .diskUsed: .diskUsed, .memoryUsed: .memoryAvailable, .swapUsed: .swapFree, .cpuBusy: .cpuIdle,
        .inodesUsed: .inodesFree,
    ]

    func continuing(_ previous: Query) -> Query {
        var next = previous
        next.unknownWords = question.unknownWords
        // "How much is free there?"
        if question.form == .unclear || gauges == [.diskFree] && has("free") && !has("disk", "space"),
            has("free"),
            let gauge = previous.gauges.first, let free = Self.free[gauge]
        {
            next.form = .value
            next.subject = .gauges([free])
            next.statistic = .now
            next.window = nil
            next.threshold = nil
            return next
        }
        let hasSubject = question.subject != .nothing && !isWholeByDefault && question.form != .unclear
        let explicit = saysForm || isWholeByDefault && question.form == .why
        if let count = question.count {
            next.count = count; if case .processes = previous.subject { next.form = .list }
        }
        if hasSubject {
            switch (previous.subject, question.subject) {
            case (.processes, .gauges(let gauges))
            where gauges == [.memoryUsed] || gauges == [.memoryAvailable]:
                next.subject = .processes(.memory)
                return next
            case (.processes, .gauges(let gauges)) where gauges == [.cpuBusy]:
                next.subject = .processes(.cpu)
                return next
            case (.gauges, .gauges):
                next.subject = question.subject
                if case .gauges(let gauges) = question.subject, gauges.count > 1, gauges.first == .load1,
                    next.statistic != .now
                {
                    next.subject = .gauges([.load1])
                }
            default:
                var own = question
                if own.window == nil, case .gauges = own.subject { own.window = previous.window }
                return own
            }
        }
        let form = hasSubject || isWholeByDefault || question.form == .explain ? question.form : saidForm
        if explicit, form != .unclear, form != .check || hasSubject { next.form = form }
        if question.form == .explain {
            next.form = .explain
            if case .gauges(let gauges) = next.subject { next.subject = .gauges(Array(gauges.prefix(1))) }
            next.statistic = .now
            next.window = nil
            return next
        }
        if next.form == .check && previous.form != .check && !hasSubject { next.form = previous.form }
        if let window = question.window {
            if !(form == .when && previous.window != nil && saidStatistic == .peak) { next.window = window }
        }
        if saysStatistic { next.statistic = saidStatistic }
        if let threshold = question.threshold { next.threshold = threshold }
        guard case .gauges = next.subject else { return next }
        if next.form == .why {
            next.statistic = .now
            next.window = nil
            next.threshold = nil
        }
        if next.form == .when, next.statistic == .now, next.threshold == nil { next.statistic = .peak }
        if next.form == .value, let window = next.window, next.statistic == .now {
            next.statistic = .mean
            if window.isMoment { next.window = window.middle }
        }
        if next.form == .value || next.form == .when, next.statistic != .now, next.window == nil {
            next.window = TimeWindow(minutes: 60)
        }
        return next
    }
}
