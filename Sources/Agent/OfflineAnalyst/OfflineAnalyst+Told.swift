import MaintenanceAPI
import Questions

/// What an answer about the whole host told first: "since when?" after "is all well?" asks of that.
extension OfflineAnalyst {
    /// One figure, of one file system where it is of one.
    struct Told: Hashable {
        /// Nil where it is that a file system does not answer.
        let gauge: Gauge?
        /// Its label.
        let fileSystem: String?

        /// The question before, as if it had been about that alone.
        func insteadOfAll(_ previous: Query) -> Query {
            var query = Query()
            query.subject = gauge.map { .gauges([$0]) } ?? .hungMount
            query.window = previous.window
            query.suspectsTrouble = true
            query.names = fileSystem.map { [$0] } ?? []
            return query
        }

        var mention: Mention? {
            fileSystem.map { Mention(name: $0, written: $0, label: $0, kind: .filesystem) }
        }
    }

    /// The calls that tell what such an answer said.
    static func callsForTold(_ previous: Query) -> [Call] {
        var whole = Query()
        (whole.subject, whole.window) = (.findings, previous.window)
        return whole.calls(about: [])
    }
}

extension AnalystAnswer {
    /// What needs attention, else what was unusual, else what was high.
    var told: OfflineAnalyst.Told? {
        if question.window == nil, let concern = concerns.first,
            concern.gauge != nil || concern.fileSystem != nil
        {
            return OfflineAnalyst.Told(gauge: concern.gauge, fileSystem: concern.fileSystem)
        }
        let found = anomalies?.content.findings ?? []
        let gauges = found.compactMap { finding in
            Metric.allCases.first { finding.summary.hasPrefix($0.traits.label) }.map { Gauge($0) }
        }
        let picked = gauges.isEmpty ? question.pick.flatMap(picked)?.0.gauge : nil
        return (gauges.first ?? picked ?? happeningGauges.first).map {
            OfflineAnalyst.Told(gauge: $0, fileSystem: nil)
        }
    }
}
