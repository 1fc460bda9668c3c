import Foundation
import Values

/// A stretch of time as a question names it, in minutes before now.
package struct TimeWindow: Hashable, Sendable {
    package static let maxMinutes = 43_200

    package let minutes: Int
    package let endsMinutesAgo: Int
    /// It stands around a moment, as "2 hours ago" and "at 6:30" do, rather than for a stretch.
    package var isMoment: Bool { momentMinutesAgo != nil }
    private var momentMinutesAgo: Int?
    /// So many minutes after the readings begin it begins, or stands: when that was is not known yet.
    var minutesAfterBeginning: Int?

    package init(minutes: Int, endsMinutesAgo: Int = 0) {
        self.minutes = min(Self.maxMinutes, max(1, minutes))
        self.endsMinutesAgo = min(Self.maxMinutes, max(0, endsMinutesAgo))
    }

    private func around(_ minutesAgo: Int) -> TimeWindow {
        var moment = self
        moment.momentMinutesAgo = minutesAgo
        return moment
    }

    /// The few minutes in its middle.
    package var middle: TimeWindow {
        let middle = middleMinutesAgo
        // Of what was just now people remember the minute.
        let half = middle <= 30 ? 1 : 2
        var window = TimeWindow(minutes: 2 * half, endsMinutesAgo: max(0, middle - half)).around(middle)
        window.minutesAfterBeginning = minutesAfterBeginning
        return window
    }

    package var isFromBeginning: Bool { minutesAfterBeginning != nil }

    /// The same, where the readings began so many minutes ago.
    package func since(beginning minutesAgo: Int) -> TimeWindow {
        guard let after = minutesAfterBeginning else { return self }
        guard isMoment else {
            return TimeWindow(minutes: minutes, endsMinutesAgo: max(0, minutesAgo - after - minutes))
        }
        let moment = max(1, minutesAgo - after)
        return TimeWindow(minutes: 2, endsMinutesAgo: max(0, moment - 1)).around(moment)
    }

    /// How long ago its middle was, or the moment around which it stands.
    package var middleMinutesAgo: Int { momentMinutesAgo ?? endsMinutesAgo + minutes / 2 }

    package static func == (left: TimeWindow, right: TimeWindow) -> Bool {
        left.minutes == right.minutes && left.endsMinutesAgo == right.endsMinutesAgo
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(minutes)
        hasher.combine(endsMinutesAgo)
    }

    /// As tools take it.
    package var arguments: [String: Int] {
        endsMinutesAgo == 0
            ? ["minutes": minutes] : ["minutes": minutes, "ends_minutes_ago": endsMinutesAgo]
    }

    /// "last 30 minutes", "past 24 hours", "last hour", "7 days", "between 3 and 2 hours ago", "2 hours ago", "at 14:30",
    /// "at 3am", "since 9:00", "between 6:00 and 7:00", "today", "this morning", "last night", "yesterday", "since
    /// yesterday"; days and clock times are UTC. Absent where none is named.
    package init?(in text: String, now: Date) {
        let minutesOfEpoch = Int(now.timeIntervalSince1970) / 60
        let sinceMidnight = minutesOfEpoch % Self.day
        let text = Self.inFigures(text).replacing(Self.fourDigitPattern) { "\($0.1) \($0.2):\($0.3)" }
        let words = text.split { !$0.isLetter && !$0.isNumber && $0 != ":" }.map(String.init)
        let named =
            Self.clockTimes(text, sinceMidnight) ?? Self.counted(words)
            ?? Self.day(text, words, sinceMidnight)
            ?? Self.weekday(words, sinceMidnight, today: (minutesOfEpoch / Self.day + 4) % 7)
        guard let named else { return nil }
        self = named
    }

    /// "At 0630".
    private static let fourDigitPattern = Pattern(
        #/\b(at|around|about|since|before|after|by|until|till|from|between|to|and) ([01]\d|2[0-3])([0-5]\d)\b(?! ?(?:process|mb|gb|percent|%|message|connection|file|thread))/#
    )

    private static let partOfYesterdayPattern = Pattern(#/last (?:evening|afternoon|morning)/#)

    private static func day(_ text: String, _ words: [String], _ sinceMidnight: Int) -> TimeWindow? {
        if text.contains("last night") { return between(18 * 60, 6 * 60, sinceMidnight) }
        if words.contains("overnight") || text.contains("the night") {
            return between(22 * 60, 6 * 60, sinceMidnight)
        }
        let isYesterday = words.contains("yesterday") || text.contains(Self.partOfYesterdayPattern)
        if let part = parts.first(where: { words.contains($0.word) }),
            isYesterday || text.contains("this \(part.word)") || text.contains("in the \(part.word)")
        {
            if isYesterday, text.contains("since") {
                let start = part.word == "noon" ? 12 * 60 : part.from
                return TimeWindow(minutes: sinceMidnight + day - start)
            }
            let stretch = between(part.from, part.to, sinceMidnight)
            guard isYesterday, stretch.minutes + stretch.endsMinutesAgo <= sinceMidnight else {
                return stretch
            }
            return TimeWindow(minutes: part.to - part.from, endsMinutesAgo: sinceMidnight + day - part.to)
        }
        if text.contains("since midnight") { return TimeWindow(minutes: sinceMidnight) }
        if text.contains("since noon") { return TimeWindow(minutes: minutes(since: 12 * 60, sinceMidnight)) }
        if words.contains("today") { return TimeWindow(minutes: sinceMidnight) }
        if text.contains("day before yesterday") {
            return TimeWindow(minutes: day, endsMinutesAgo: sinceMidnight + day)
        }
        guard isYesterday else { return nil }
        return text.contains("since yesterday")
            ? TimeWindow(minutes: sinceMidnight + day)
            : TimeWindow(minutes: day, endsMinutesAgo: sinceMidnight)
    }

    private static let parts = [
        (word: "morning", from: 4 * 60, to: 12 * 60), (word: "afternoon", from: 12 * 60, to: 18 * 60),
        (word: "evening", from: 18 * 60, to: 23 * 60), (word: "noon", from: 11 * 60 + 30, to: 12 * 60 + 30),
    ]

    /// "On Monday": the last such day before today; `today` counts from Sunday on.
    private static func weekday(_ words: [String], _ sinceMidnight: Int, today: Int) -> TimeWindow? {
        let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
        guard let asked = days.firstIndex(where: words.contains) else { return nil }
        let back = (today - asked + 6) % 7
        return words.contains("since")
            ? TimeWindow(minutes: sinceMidnight + day * (back + 1))
            : TimeWindow(minutes: day, endsMinutesAgo: sinceMidnight + day * back)
    }

    private static let day = 24 * 60

    /// "2 hours back", "yesterday's".
    private static let backPattern = Pattern(
        #/\b(\d+ ?(?:m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|weeks?)) back\b/#)
    private static let daysPattern = Pattern(#/\b(yesterday|today)(?:'s|’s|s)\b/#)
    private static let midnightPattern = Pattern(
        #/\b(and|to|until|till|between|from|since|before|after|vs|at) midnight\b/#)
    private static let noonPattern = Pattern(#/\b(and|to|until|till|between|from) noon\b/#)
    private static let bareRangePattern = Pattern(
        #/\b(between|from) (\d{1,2}) (and|to) (\d{1,2})(?= (?:utc|o clock|oclock|h)\b)/#)
    private static let sharedHalfPattern = Pattern(
        #/\b(0?\d|1[0-2])(:\d{2})? (?:(?:and|to|until|till|through) )?(0?\d|1[0-2])(:\d{2})? ?([ap])\.?m\b/#)
    private static let halfPastPattern = Pattern(#/\bhalf past (\d{1,2})\b/#)
    private static let quarterPastPattern = Pattern(#/\b(?:a )?quarter past (\d{1,2})\b/#)
    private static let quarterToPattern = Pattern(#/\b(?:a )?quarter to (\d{1,2})\b/#)
    private static let fullHourPattern = Pattern(#/\b(\d{1,2}) (?:o clock|oclock|o'clock|hours utc|utc)\b/#)
    private static let atHourPattern = Pattern(
        #/\b(?:at|around|about) (\d{1,2})(?= (?:this|in the|yesterday|today|last|utc)\b)/#)
    private static let lastHourPattern = Pattern(
        #/^(?=.*\b(?:was|were|did|show|happened|happen)\b)(.*\b(?:at|around)) (\d{1,2})$/#)
    private static let sinceHourPattern = Pattern(
        #/\b(?:since|after) (\d{1,2})(?= ?(?:this|in the|yesterday|today|utc|$))/#)
    private static let oneAndAHalfHoursPattern = Pattern(#/\b(?:one|1|an) and a half hours?\b/#)
    private static let hourAndAHalfPattern = Pattern(#/\b(?:an hour and a half|1 hour and a half)\b/#)
    private static let threeQuartersPattern = Pattern(#/\b(?:three|3) quarters of an hour\b/#)
    private static let quarterOfAnHourPattern = Pattern(#/\b(?:a )?quarter(?: of an?)?(?: of)?[ -]hour\b/#)
    private static let halfHourPattern = Pattern(#/\bhalf (?:an |a )?hour\b/#)
    private static let halfDayPattern = Pattern(#/\bhalf (?:a )?day\b/#)
    private static let coupleOfPattern = Pattern(#/\b(?:a )?couple of\b/#)
    private static let couplePattern = Pattern(#/\b(?:a )?couple(?= (?:hour|minute|day))/#)
    private static let fewPattern = Pattern(#/\b(?:a |the last |last )?few (minutes|hours|days)\b/#)
    private static let secondsPattern = Pattern(#/\b(\d+) (?:s|secs?|seconds?)\b/#)

    /// "Half past five" as 5:30, "a couple of hours" as 2 hours, "half an hour" as 30 minutes.
    private static func inFigures(_ text: String) -> String {
        func next(_ hour: Substring) -> Int { ((Int(hour) ?? 0) + 23) % 24 }
        let text =
            text.replacing(Self.midnightPattern) {
                "\($0.1) 0:00"
            }
            .replacing(Self.noonPattern) { "\($0.1) 12:00" }
            .replacing(Self.bareRangePattern) {
                "\($0.1) \($0.2):00 \($0.3) \($0.4):00"
            }
            .replacing(Self.backPattern) { "\($0.1) ago" }.replacing(Self.daysPattern) { "\($0.1)" }
        return text.replacing(Self.sharedHalfPattern) { match in
            // "From 11 to 1 pm" begins in the other half of the day.
            let (first, last) = ((Int(match.1) ?? 0) % 12, (Int(match.3) ?? 0) % 12)
            let other = match.5 == "p" ? "a" : "p"
            let half = first > last ? other : String(match.5)
            let minutes = (match.2 ?? ":00", match.4 ?? ":00")
            return "\(match.1)\(minutes.0) \(half)m and \(match.3)\(minutes.1) \(match.5)m"
        }
        .replacing(Self.halfPastPattern) { "\($0.1):30" }
        .replacing(Self.quarterPastPattern) { "\($0.1):15" }
        .replacing(Self.quarterToPattern) { "\(next($0.1)):45" }
        .replacing(Self.fullHourPattern) { "\($0.1):00" }
        .replacing(Self.atHourPattern) {
            "at \($0.1):00"
        }
        .replacing(Self.lastHourPattern) { "\($0.1) \($0.2):00" }
        .replacing(Self.sinceHourPattern) {
            "since \($0.1):00"
        }
        .replacing(Self.oneAndAHalfHoursPattern, with: "90 minutes")
        .replacing(Self.hourAndAHalfPattern, with: "90 minutes")
        .replacing(Self.threeQuartersPattern, with: "45 minutes")
        .replacing(Self.quarterOfAnHourPattern, with: "15 minutes")
        .replacing(Self.halfHourPattern, with: "30 minutes")
        .replacing(Self.halfDayPattern, with: "12 hours")
        .replacing(Self.coupleOfPattern, with: "2").replacing(
            Self.couplePattern, with: "2"
        )
        .replacing(Self.fewPattern) { "last 5 \($0.1)" }
        .replacing(Self.secondsPattern) { "\(max(1, (Int($0.1) ?? 60) / 60)) minutes" }
    }

    /// The last such stretch of the day that has begun, up to now where it has not ended.
    private static func between(_ start: Int, _ end: Int, _ sinceMidnight: Int) -> TimeWindow {
        let (from, to) = (minutes(since: start, sinceMidnight), minutes(since: end, sinceMidnight))
        return from <= to
            ? TimeWindow(minutes: from) : TimeWindow(minutes: from - to, endsMinutesAgo: to)
    }

    /// Since a time of day was last.
    private static func minutes(since minute: Int, _ sinceMidnight: Int) -> Int {
        (sinceMidnight - minute + day) % day
    }

    private static let timePattern = Pattern(#/\b(\d{1,2})(?::(\d{2}))?\s?(?:([ap])\.?m\b)?/#)

    /// Between two times of day; since one; or a quarter of an hour on both sides of it, when it was last.
    private static func clockTimes(_ text: String, _ sinceMidnight: Int) -> TimeWindow? {
        let times = text.matches(of: Self.timePattern).compactMap {
            match -> Int? in
            guard match.2 != nil || match.3 != nil, var hour = Int(match.1), 0..<24 ~= hour else {
                return nil
            }
            let minute = match.2.flatMap { Int($0) } ?? 0
            guard 0..<60 ~= minute else { return nil }
            if let half = match.3 { hour = hour % 12 + (half == "p" ? 12 : 0) }
            return hour * 60 + minute
        }
        guard let first = times.first else { return bareHours(text, sinceMidnight) }
        if times.count > 1 { return between(first, times[1], sinceMidnight) }
        let isBeforeToday = text.contains("yesterday") && first <= sinceMidnight
        let ago = minutes(since: first, sinceMidnight) + (isBeforeToday ? day : 0)
        if text.contains("since ") || text.contains("after ") { return TimeWindow(minutes: ago) }
        let end = max(0, ago - 15)
        return TimeWindow(minutes: ago + 15 - end, endsMinutesAgo: end).around(ago)
    }

    private static let hourRangePattern = Pattern(
        #/\b(?:(?:between|from) )?(\d{1,2}) (?:and|to|until|till) (\d{1,2})\b(?! ?(?:hour|minute|day|week|min|h\b|percent|%|gb|mb|process|core))/#
    )
    private static let timeOfDayPattern = Pattern(
        #/\b(?:between|from|morning|afternoon|evening|night|today|yesterday|clock|oclock|tonight)\b|\d to \d{1,2}$/#
    )
    private static let lateInTheDayPattern = Pattern(#/\b(?:afternoon|evening|tonight)\b/#)

    /// "Between 5 and 6 this morning": hours without minutes, where the day or its part is named.
    private static func bareHours(_ text: String, _ sinceMidnight: Int) -> TimeWindow? {
        guard
            let match = text.firstMatch(
                of:
                    Self.hourRangePattern
            ),
            let first = Int(match.1), let last = Int(match.2), first < 24, last <= 24,
            first != last,
            text.contains(
                Self.timeOfDayPattern
            )
        else { return nil }
        let isLate = text.contains(Self.lateInTheDayPattern)
        let hours = [first, last].map { isLate && $0 < 12 ? $0 + 12 : $0 }
        if text.contains("yesterday") {
            let end = sinceMidnight + day - hours[1] * 60
            return TimeWindow(minutes: (hours[1] - hours[0]) * 60, endsMinutesAgo: end)
        }
        return between(hours[0] * 60, hours[1] % 24 * 60, sinceMidnight)
    }

    private static func counted(_ words: [String]) -> TimeWindow? {
        for (index, word) in words.enumerated() {
            guard let unit = unitMinutes(word) else { continue }
            let count = index > 0 ? Int(words[index - 1]) : nil
            let isLast =
                index > 0
                && ["last", "past", "previous", "this", "an", "a", "one"].contains(words[index - 1])
            guard count != nil || isLast else { continue }
            let minutes = times(count ?? 1, unit)
            guard index + 1 < words.count, words[index + 1] == "ago" else {
                return TimeWindow(minutes: minutes)
            }
            // "between 3 and 2 hours ago": the other number stands before "and" or "to", in the same unit.
            if index >= 3, ["and", "to"].contains(words[index - 2]), let other = Int(words[index - 3]) {
                let (start, end) = (max(times(other, unit), minutes), min(times(other, unit), minutes))
                return TimeWindow(minutes: start - end, endsMinutesAgo: end)
            }
            // "2 hours ago": what was around that moment, as far as the unit is exact.
            let half = min(max(15, unit / 2), max(1, minutes / 2))
            let end = max(0, minutes - half)
            return TimeWindow(minutes: minutes + half - end, endsMinutesAgo: end).around(minutes)
        }
        return nil
    }

    private static func times(_ count: Int, _ unit: Int) -> Int {
        let (minutes, hasOverflowed) = count.multipliedReportingOverflow(by: unit)
        return hasOverflowed ? maxMinutes : min(maxMinutes, minutes)
    }

    private static func unitMinutes(_ word: String) -> Int? {
        switch word {
        case "minute", "minutes", "min", "mins", "m": 1
        case "hour", "hours", "h", "hr", "hrs": 60
        case "day", "days", "d": 1440
        case "week", "weeks": 10_080
        case "month", "months": 43_200
        default: nil
        }
    }
}
