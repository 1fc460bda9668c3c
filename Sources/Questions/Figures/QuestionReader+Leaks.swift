import MaintenanceAPI

/// Leaks of what is counted, amounts in bytes that are named without a figure, and both kinds of pressure.
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

    /// "Did we go under 500 MB available at any time?"
    mutating func readSizeBelow() {
        guard gauges.isEmpty || gauges.first?.traits.unit == .percent, let threshold = question.threshold,
            threshold.value >= 1_048_576, says("available", "free", "left"), !namesHostNames
        else { return }
        gauges = has("disk", "space", "filesystem") ? [.diskFree] : [.memoryAvailable]
    }

    /// "I/O pressure, some and full".
    mutating func readBothPressures() {
        let full: [Gauge: Gauge] = [
            .cpuPressure: .cpuPressureFull, .memoryPressure: .memoryPressureFull,
            .ioPressure: .ioPressureFull,
        ]
        let some = gauges.compactMap { gauge in
            full[gauge] == nil ? full.first { $0.value == gauge }?.key : gauge
        }
        guard has("pressure"), says("some"), says("full"), !says("mean", "difference", "explain"),
            let gauge = some.first, let other = full[gauge]
        else { return }
        (gauges, hasSeveral, isCertain) = ([gauge, other], true, true)
    }
}
