import MaintenanceAPI

/// What happened at a time that is told.
extension QuestionReader {
    /// "I copied a big file two minutes ago, did you notice?"
    mutating func readNotice() -> Bool {
        guard var window = question.window, gauges.isEmpty || !words.isQuestion,
            says(
                "did you notice", "have you noticed", "did you see", "have you seen", "do you see", "you see",
                "can you see", "did you catch", "did you record", "did you register", "did anything show"),
            !says("my messages", "my chat", "my questions")
        else { return false }
        // People know only about when it was.
        if window.isMoment {
            window = TimeWindow(
                minutes: window.minutes + 4, endsMinutesAgo: max(0, window.endsMinutesAgo - 2))
        }
        set(.check, .findings)
        (question.window, question.isYesNo, question.suspectsTrouble) = (window, true, true)
        (question.statistic, question.comparison) = (.now, nil)
        saysForm = true
        return true
    }
}
