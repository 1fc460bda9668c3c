import MaintenanceAPI
import Questions
import Values

/// What processes have of the whole and together, under which number they run, and where to save.
extension AnalystAnswer {
    private func listed(_ order: Query.Order) -> [TopProcessesResult.Process] {
        (order == .cpu ? top?.byCPU : top?.byMemory) ?? []
    }

    /// The processes that the question names; the one that uses most where it names none.
    private func asked(_ order: Query.Order) -> [TopProcessesResult.Process] {
        let labels = mentions.filter { $0.kind == .process }.map(\.label)
        guard !labels.isEmpty else {
            return Array(listed(order).dropFirst((question.rank ?? 1) - 1).prefix(1))
        }
        let all = listed(order) + listed(order == .cpu ? .memory : .cpu)
        return labels.compactMap { label in all.first { $0.name == label } }
    }

    var shareOfMemory: [String] {
        let parts = asked(.memory).compactMap { process -> String? in
            guard let share = process.memoryPercent, let size = process.residentBytes else { return nil }
            return "\(share.text(1)) % of all memory: \(process.name), \(Quantity.size(size))"
        }
        return parts.isEmpty ? [Self.noData] : ["\(parts.joined(separator: "; "))."]
    }

    func together(_ order: Query.Order) -> [String] {
        let names = asked(order).map { use($0, order) }
        switch order {
        case .cpu:
            guard let sum = top?.together?.cpuPercentOfOneCore else { return [Self.noData] }
            return ["\(sum.text(1)) % of one core together: \(names.joinedWithAnd)."]
        case .memory:
            guard let sum = top?.together?.residentBytes else { return [Self.noData] }
            return ["\(Quantity.size(sum)) together: \(names.joinedWithAnd)."]
        }
    }

    func numberOfProcess(_ order: Query.Order) -> [String] {
        let parts = asked(order).map { process in
            let count = process.count.map { ", the first of \($0)" } ?? ""
            return "PID \(process.pid): \(use(process, order))\(order == .cpu ? " of one core" : "")\(count)"
        }
        return parts.isEmpty ? [Self.noData] : ["\(parts.joined(separator: "; "))."]
    }

    // MARK: Where to save

    /// What to look at first, as nothing can be changed from here.
    func relief(_ resource: Query.Resource) -> [String] {
        guard status != nil else { return [Self.noData] }
        let first: String
        switch resource {
        case .disks: first = fullest.map { $0.withoutStop } ?? ""
        default:
            let order: Query.Order = resource == .memory ? .memory : .cpu
            let users = listed(order).prefix(3).map { use($0, order) }
            guard !users.isEmpty else { return ["The readings name no process that could use less."] }
            first = "\(users.joined(separator: ", "))\(order == .cpu ? " of one core" : "")"
        }
        let thing = resource == .memory ? "memory" : resource == .disks ? "space" : "CPU"
        let lead = "Look first at what uses most \(thing): "
        let state = resource == .memory ? gaugeSentence(.memoryUsed) : nil
        return [lead + first + "."] + [state].compactMap(\.self)
    }

    private func gaugeSentence(_ gauge: Gauge) -> String? {
        status?.memory?.usedPercent.map { sentence(gauge, $0) }
    }

    /// Whether the problems of now began together.
    var sameStart: [String] {
        guard status != nil else { return [Self.noData] }
        let all = concerns
        guard all.count > 1 else {
            return [
                all.first.map { "There is one problem only: \($0.summary)." }
                    ?? "There is no problem now: nothing needs attention."
            ]
        }
        let starts = all.prefix(2).map { start(of: $0) }
        let told = all.prefix(2).map { "\($0.summary)\(since([$0]))" }.joined(separator: "; ")
        guard let first = starts[0], let second = starts[1] else {
            return ["The readings do not tell when both began: \(told)."]
        }
        let isTogether = (first - second).magnitude <= 120_000
        return ["\(isTogether ? "Yes" : "No"): \(told)."]
    }

    /// Whether two figures were highest at about the same time.
    var peaksTogether: [String] {
        guard series.count == 2, let first = series[0].highest, let second = series[1].highest else {
            return [Self.noData]
        }
        let flat = series.first { $0.lowest?.value == $0.highest?.value }
        if let flat, let value = flat.highest?.value {
            return ["No: \(flat.nameWas) \(flat.gauge.text(value)) throughout, \(stretch(flat.window))."]
        }
        let isTogether =
            (first.at - second.at).magnitude <= 60_000
            || zip([series[0].height], [series[1].height]).contains { a, b in
                a.flatMap { a in b.map { b in a.from <= b.to && b.from <= a.to } } ?? false
            }
        let told = zip(series, [first, second]).sorted { $0.1.at < $1.1.at }.map { report, moment in
            "\(report.name) \(report.gauge.text(moment.value)), \(self.moment(moment.at))"
        }
        let lead = question.form == .which ? "" : isTogether ? "Yes: " : "No: "
        return ["\(lead)\(lead.isEmpty ? "First" : "highest were") \(told.joined(separator: "; "))."]
    }

    /// What a state of TCP connections means.
    func meaning(of state: Query.TCPState) -> String {
        let meaning =
            switch state {
            case .closeWait:
                "the other side has closed, the own program has not; many mean that it forgets to"
            case .finWait: "the own side has closed and waits for the other to do so"
            case .synReceived: "a connection is asked for and not yet confirmed by the other side"
            case .synSent: "a connection was asked for, and the other side has not answered"
            case .lastAck: "both sides have closed; only the last acknowledgement is missing"
            }
        return
            "\(state.rawValue): \(meaning). Readings count established connections and those in TIME-WAIT alone."
    }

    /// When the finding of a concern's series began.
    private func start(of concern: StatusResult.Concern) -> Int64? {
        guard let label = concern.gauge?.traits.metric?.traits.label else { return nil }
        return anomalies?.content.findings.filter { $0.summary.hasPrefix(label) }.map(\.from).min()
    }
}
