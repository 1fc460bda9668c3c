import MaintenanceAPI

/// Leaks of what is counted.
extension QuestionReader {
    /// "Is there an fd leak?"
    mutating func readLeakOfCount() -> Bool {
        let leaks: [(word: String, gauge: Gauge)] = [
            ("fd", .openFiles), ("fds", .openFiles), ("file descriptor", .openFiles), ("file", .openFiles),
            ("handle", .openFiles), ("descriptor", .openFiles), ("thread", .threads),
            ("socket", .tcpEstablished),
            ("connection", .tcpEstablished), ("process", .processCount),
        ]
        guard says("leak", "leaks", "leaking", "leaked"), !has("memory"), !namesHostNames,
            let leak = leaks.first(where: {
                says("\($0.word) leak", "\($0.word)s leak", "leaking \($0.word)s", "leaking \($0.word)")
            })
        else { return false }
        set(.check, .gauges([leak.gauge]))
        gauges = [leak.gauge]
        (question.statistic, saysStatistic, saidStatistic, question.direction) = (.trend, true, .trend, .up)
        saysForm = true
        return true
    }
}
