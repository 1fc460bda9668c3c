import Foundation

/// A stretch of time as a question names it, in minutes before now.
struct TimeWindow: Hashable {
    static let maxMinutes = 43_200

    let minutes: Int
    let endsMinutesAgo: Int

    init(minutes: Int, endsMinutesAgo: Int = 0) {
        self.minutes = min(Self.maxMinutes, max(1, minutes))
        self.endsMinutesAgo = min(Self.maxMinutes, max(0, endsMinutesAgo))
    }

    /// As tools take it.
    var arguments: [String: Int] {
        endsMinutesAgo == 0
            ? ["minutes": minutes] : ["minutes": minutes, "ends_minutes_ago": endsMinutesAgo]
    }

    /// "last 30 minutes", "past 24 hours", "last hour", "7 days", "between 3 and 2 hours ago", "2 hours ago", "at 14:30",
    /// "today", "yesterday"; days and clock times are UTC. Absent where none is named.
    init?(in text: String, now: Date) {
        let words = text.split { !$0.isLetter && !$0.isNumber && $0 != ":" }.map(String.init)
        if let window = Self.clockTime(words, now) ?? Self.counted(words) {
            self = window
            return
        }
        let sinceMidnight = Int(now.timeIntervalSince(now.midnight) / 60)
        if words.contains("today") {
            self.init(minutes: sinceMidnight)
        } else if words.contains("yesterday") {
            self.init(minutes: 24 * 60, endsMinutesAgo: sinceMidnight)
        } else {
            return nil
        }
    }

    /// A quarter of an hour on both sides of a time of day, the last one that has passed.
    private static func clockTime(_ words: [String], _ now: Date) -> TimeWindow? {
        for word in words {
            let parts = word.split(separator: ":").map { Int($0) }
            guard parts.count == 2, let hour = parts[0], let minute = parts[1], 0..<24 ~= hour,
                0..<60 ~= minute
            else { continue }
            let sinceMidnight = Int(now.timeIntervalSince(now.midnight) / 60)
            let ago = (sinceMidnight - hour * 60 - minute + 1440) % 1440
            let end = max(0, ago - 15)
            return TimeWindow(minutes: ago + 15 - end, endsMinutesAgo: end)
        }
        return nil
    }

    private static func counted(_ words: [String]) -> TimeWindow? {
        for (index, word) in words.enumerated() {
            guard let unit = unitMinutes(word) else { continue }
            let count = index > 0 ? Int(words[index - 1]) : nil
            let isLast =
                index > 0 && ["last", "past", "previous", "this", "an", "a"].contains(words[index - 1])
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
            let half = max(15, unit / 2)
            let end = max(0, minutes - half)
            return TimeWindow(minutes: minutes + half - end, endsMinutesAgo: end)
        }
        return nil
    }

    private static func times(_ count: Int, _ unit: Int) -> Int {
        let (minutes, hasOverflowed) = count.multipliedReportingOverflow(by: unit)
        return hasOverflowed ? maxMinutes : min(maxMinutes, minutes)
    }

    private static func unitMinutes(_ word: String) -> Int? {
        switch word {
        case "minute", "minutes", "min", "mins": 1
        case "hour", "hours", "h": 60
        case "day", "days", "d": 1440
        case "week", "weeks": 10_080
        default: nil
        }
    }
}
