import Foundation
import MaintenanceAPI
import Values

/// "And at 7:50?", "two hours ago?", "an hour later?", "and before 7?": the same at another time.
extension QuestionReader {
    private static let times: Set<String> = [
        "at", "ago", "last", "past", "previous", "yesterday", "today", "tonight", "morning", "night", "noon",
        "midnight", "afternoon", "evening", "since", "between", "from", "to", "until", "till", "hour",
        "hours", "minute", "minutes", "min", "mins", "h", "day", "days", "week", "weeks", "month", "am", "pm",
        "utc", "later", "earlier", "before", "after", "afterwards", "time", "half", "quarter", "around",
        "about", "during", "within", "over", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday", "o", "clock", "oclock", "whole", "entire", "all", "couple", "few", "next",
        "following", "overnight", "up", "by",
    ]
    private static let clockPattern = Pattern(#/\d{1,4}|\d{1,2}:\d{2}/#)

    var saysOtherTime: Bool {
        // "And how much was it an hour before?"
        let asks: Set = [
            "how", "much", "many", "high", "full", "busy", "big", "hot", "used", "low", "fast", "long", "use",
            "have", "take",
        ]
        let content =
            begins("how about", "how was it", "how is it", "how were they")
            ? Array(content.dropFirst())
            : says("ago", "before", "earlier", "later") ? content.filter { !asks.contains($0) } : content
        return !content.isEmpty
            && content.allSatisfy { word in
                Self.times.contains(word) || Self.numbers[word] != nil
                    || word.wholeMatch(of: Self.clockPattern) != nil
            } && otherTime != nil
    }

    private enum OtherTime {
        case window(TimeWindow)
        /// Up to so many minutes ago.
        case upTo(Int)
        /// So many minutes before or after the time that was asked for.
        case shifted(minutes: Int, isLater: Bool)
    }

    private static let bareHourPattern = Pattern(
        #/\b(at|before|after|since|until|till|by|around|about|up to|from|and|to|between) (\d{1,2})(?= (?:and|to|utc)\b|$)/#
    )
    private static let upToPattern = Pattern(#/\b(?:before|until|till|up to|by) (\d{1,2}:\d{2}(?: ?[ap]m)?)/#)
    private static let shiftPattern = Pattern(
        #/\b(\d+) (minute|min|hour|h|day)s? (earlier|before|later|after|afterwards)\b/#)
    private static let wholePattern = Pattern(#/\b(?:the )?(?:whole|entire|all) (day|hour|week|month)\b/#)

    /// With numbers in digits.
    var textInFigures: String {
        words.plain.map { Self.numbers[$0].map(String.init) ?? $0 }.joined(separator: " ")
    }

    /// The time that it names, whatever it is read as.
    var namedWindow: TimeWindow? { TimeWindow(in: textInFigures, now: now) }

    private var otherTime: OtherTime? {
        let text = textInFigures.replacing("quarter of an hour", with: "15 minutes").replacing(
            "half an hour", with: "30 minutes"
        )
        .replacing(" an hour", with: " 1 hour").replacing("the hour", with: "1 hour")
        .replacing("the day before", with: says("before yesterday") ? "the day before" : "1 day before")
        .replacing("a day", with: "1 day").replacing("a minute", with: "1 minute")
        .replacing(Self.wholePattern) { "last \($0.1)" }
        .replacing(Self.bareHourPattern) { "\($0.1) \($0.2):00" }
        if let match = text.firstMatch(of: Self.shiftPattern), let count = Int(match.1), count < 10_000 {
            let unit = match.2 == "day" ? 1440 : match.2.hasPrefix("h") ? 60 : 1
            return .shifted(minutes: count * unit, isLater: match.3 == "later" || match.3.hasPrefix("after"))
        }
        if let match = text.firstMatch(of: Self.upToPattern),
            let since = TimeWindow(in: "since \(match.1)", now: now)
        {
            return .upTo(since.minutes)
        }
        if says(
            "whole time", "entire time", "all the time", "full time", "all of it", "whole history",
            "whole period")
        {
            return .window(TimeWindow(minutes: TimeWindow.maxMinutes))
        }
        return TimeWindow(in: text, now: now).map { window in
            var window = window
            window.minutesAfterBeginning = minutesAfterBeginning
            return .window(window)
        }
    }

    /// Which stretch that is, by the one that was asked for before.
    private func window(after previous: Query) -> TimeWindow? {
        switch otherTime {
        case .window(let window): return window
        case .upTo(let end):
            guard let before = previous.window, !before.isMoment else {
                let isSearch = [.when, .count, .duration].contains(previous.form)
                return TimeWindow(minutes: isSearch ? 1440 : 60, endsMinutesAgo: end)
            }
            // What of it was before that time; a stretch as long where nothing was.
            let start = before.minutes + before.endsMinutesAgo
            return TimeWindow(minutes: start > end ? start - end : before.minutes, endsMinutesAgo: end)
        case .shifted(let minutes, let isLater):
            guard let before = previous.window else {
                return isLater ? nil : TimeWindow(in: "\(minutes) minutes ago", now: now)
            }
            if before.isMoment {
                let ago = before.middleMinutesAgo + (isLater ? -minutes : minutes)
                return ago < 0 ? nil : TimeWindow(in: "\(max(1, ago)) minutes ago", now: now)
            }
            let start = before.minutes + before.endsMinutesAgo
            return isLater
                ? TimeWindow(minutes: minutes, endsMinutesAgo: max(0, before.endsMinutesAgo - minutes))
                : TimeWindow(minutes: minutes, endsMinutesAgo: start)
        case nil: return nil
        }
    }

    func atOtherTime(_ previous: Query) -> Query? {
        guard saysOtherTime, let window = window(after: previous) else { return nil }
        var next = same(previous)
        next.window = window
        (next.isSinceBoot, next.isBefore, next.isWithNow) = (false, false, false)
        switch next.subject {
        // "How much did it have ten minutes ago?", of the process that uses most now.
        case .processes where window.isMoment && says("it", "its", "that one", "this one", "that process"):
            next.isOfFirst = true
            return next
        case .processes, .findings, .downtime, .gaps, .topic(.summary): return next
        case .host where next.form != .why: return next
        case .nothing where !next.names.isEmpty: return next
        case .gauges(let gauges):
            guard gauges != [.uptime] else { return nil }
            if gauges.first == .load1 || gauges.first == .loadPerCore { next.subject = .gauges([gauges[0]]) }
            next.comparison = nil
            if [.judge, .explain, .compare, .until].contains(next.form)
                || next.form == .why
                    && (says("how much", "how many", "how high", "how full")
                        || begins(
                            "what was it", "what was that", "and what was it", "what is it", "how was it"))
            {
                (next.form, next.isAtPeak, next.about) = (.value, false, [])
            }
            if saysStatistic { next.statistic = saidStatistic }
            guard next.form == .value || next.form == .check else { return next }
            if window.isMoment {
                next.window = window.middle
                if next.form == .value, !saysStatistic { next.statistic = .mean }
            } else if next.form == .value, next.statistic == .now || previous.window?.isMoment == true {
                next.statistic = .mean
            }
            return next
        case .hostname, .kernel, .system, .bootID, .facts, .interfaces, .disks, .cores, .topic(.component):
            next.form = .unmeasured
            next.subject = .nothing
            return next
        // "And last week?", after how today compares with yesterday.
        case .changes:
            let back = window.isMoment ? window.middleMinutesAgo : window.minutes + window.endsMinutesAgo
            (next.window, next.comparison) = (window.isMoment ? nil : window, .before(max(1, back)))
            return next
        case .bottleneck, .slow:
            (next.form, next.subject, next.comparison) = (.value, .topic(.summary), nil)
            (next.suspected, next.isYesNo, next.isBrief) = (nil, false, false)
            return next
        default:
            // A state is told of now alone, the figure behind it of any time.
            guard let gauge = next.figures.first else { return nil }
            next.subject = .gauges([gauge])
            next.window = window.isMoment ? window.middle : window
            next.statistic = next.form == .check ? .now : .mean
            if next.form != .check { next.form = .value }
            return next
        }
    }
}
