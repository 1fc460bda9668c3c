import MaintenanceAPI

/// Whether something can be begun now.
extension QuestionReader {
    private static let undertakings: Set<String> = [
        "start", "run", "deploy", "compile", "build", "update", "upgrade", "reboot", "restart", "launch",
        "begin", "install", "copy", "import", "backup", "test", "migrate", "export", "encode", "render",
        "download", "upload", "deployment", "job", "load", "reindex", "vacuum",
    ]

    /// "Is it safe to start a backup now?", "can I deploy or is it a bad time?"
    mutating func readGoodMoment() -> Bool {
        let isMoment =
            says(
                "good time", "bad time", "good moment", "bad moment", "right time", "wrong time",
                "right moment",
                "wise to", "good idea to")
            || says("safe to", "ok to", "okay to", "fine to", "alright to") && !says("reboot", "restart")
        let isNow = says("now", "right now", "at the moment", "currently", "tonight", "today")
        let asksLeave = begins("can i", "could i", "may i", "can we", "should i", "should we", "could we")
        if says("take more load", "handle more load", "take on more load", "bear more load", "more load on"),
            isCheck || begins("can", "could"),
            question.window == nil, !namesHostNames
        {
            set(.check, .topic(.headroom))
            (question.statistic, saysForm) = (.now, true)
            return true
        }
        guard !Self.undertakings.isDisjoint(with: words.plain), isMoment || asksLeave && isNow,
            question.needed == nil, question.threshold == nil, !namesHostNames,
            !says("you", "how", "why", "see", "swap", "when")
        else { return false }
        set(.check, .topic(.headroom))
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }
}
