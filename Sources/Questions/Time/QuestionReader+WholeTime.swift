import Foundation
import Values

/// Windows without a length: since boot, and all the time of which there are readings.
extension QuestionReader {
    static let sinceBootPattern = Pattern(
        #/\b(?:since|after|from) (?:the )?(?:last |latest |previous )?(?:system )?(?:boot|reboot|restart|start ?up|booting|rebooting|power ?on|it (?:was )?(?:booted|started|rebooted|restarted)|it came up)\b(?: on)?/#
    )
    private static let statisticPattern = Pattern(
        #/\b(?:max|maximum|peak|highest|biggest|min|minimum|lowest|average|avg|mean|total|sum|how much|how many|p\d\d|median|trend|amount|read|written|received|sent|traffic)\b/#
    )
    private static let otherThanStatisticPattern = Pattern(
        #/\b(?:how long|how many (?:days|hours|minutes|weeks|times)|oom|kill\w*|killed|relay|messages?|time|readings?|uptime)\b/#
    )

    /// Takes "since boot" out of a question for a statistic; it is the window then, and not what is asked for.
    static func readSinceBoot(_ text: String, _ question: inout Query) -> String {
        let lowered = text.lowercased()
        let rest = lowered.replacing(
            Self.sinceBootPattern,
            with: "")
        guard rest != lowered,
            rest.contains(
                Self.statisticPattern
            ),
            !rest.contains(
                Self.otherThanStatisticPattern
            )
        else { return text }
        question.isSinceBoot = true
        return rest
    }

    /// "The highest temperature ever", "of all time".
    mutating func readWholeTime() {
        guard question.window == nil, !question.isSinceBoot, !has("boot", "relay", "slow", "oom"),
            says(
                "ever", "all time", "on record", "so far", "recorded", "since you started",
                "since the beginning", "since readings begin", "since installation", "in history"),
            says(
                "max", "maximum", "peak", "highest", "lowest", "min", "minimum", "average", "mean", "total",
                "record", "hottest", "busiest", "most", "least", "biggest")
        else { return }
        question.window = TimeWindow(minutes: TimeWindow.maxMinutes)
    }
}
