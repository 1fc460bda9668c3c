import Foundation
import MaintenanceAPI
import Values

/// What a comparison is with: what is usual, a moment, or a stretch before.
extension QuestionReader {
    /// "The last 30 minutes against the 30 before".
    private static let stretchBeforePattern = Pattern(
        #/\b(?:vs\.?|versus|against|compared (?:to|with)|than|with) (?:in )?the (?:\w+ )?(?:\w+ )?(?:before|previous|preceding|prior)\b|\b(?:vs\.?|versus|against|compared (?:to|with)|than|with) (?:in )?the (?:previous|preceding|prior) \w+/#
    )

    mutating func finishComparison(now: Date) {
        question.statistic = .now
        if says(
            "usual", "usually", "normal", "normally", "unusual", "unusually", "typical", "average",
            "baseline", "always", "abnormal")
        {
            question.comparison = .usual
            question.window = nil
        } else if says("yesterday") {
            question.comparison = .before(1440)
            question.window = nil
        } else if says("last week", "week ago", "a week") {
            question.comparison = .before(10_080)
            question.window = nil
        } else if let window = question.window, window.endsMinutesAgo == 0, !window.isMoment,
            text.contains(Self.stretchBeforePattern)
        {
            // The means of both stretches.
            question.comparison = .before(window.minutes)
        } else if let window = question.window {
            // "An hour ago" is around that moment.
            question.comparison = .before(
                max(
                    1,
                    window.endsMinutesAgo == 0 ? window.minutes : window.endsMinutesAgo + window.minutes / 2))
            question.window = nil
        } else if says("before", "earlier", "it was") {
            question.comparison = .before(60)
        } else {
            question.comparison = .usual
        }
    }

    mutating func finishChanges(now: Date) {
        question.form = .value
        if says("yesterday") {
            let minutes = TimeWindow(in: "today", now: now)?.minutes ?? 1440
            question.window = TimeWindow(minutes: says("today") || says("since yesterday") ? minutes : 60)
            question.comparison = .before(1440)
        } else if says("last week", "week ago") {
            question.window = TimeWindow(minutes: 1440)
            question.comparison = .before(10_080)
        } else if let window = question.window, window.isMoment,
            says("now", "currently", "present")
                || window.middleMinutesAgo <= 60
                    && says("different", "differs", "compared", "compare", "versus", "vs", "against")
        {
            // "Compare now with six minutes ago."
            question.comparison = nil
        } else if let window = question.window, window.isMoment, says("before") {
            question.window = TimeWindow(minutes: max(1, window.middleMinutesAgo))
        } else if let window = question.window, window.endsMinutesAgo > 0,
            says("ago", "since", "to an hour", "from an hour")
        {
            question.window = nil
            question.comparison = nil
            let back = window.endsMinutesAgo + window.minutes / 2
            if back != 60 { question.window = TimeWindow(minutes: back) }
        } else if question.window?.minutes == 60, question.window?.endsMinutesAgo == 0 {
            question.window = nil
        }
    }
}
