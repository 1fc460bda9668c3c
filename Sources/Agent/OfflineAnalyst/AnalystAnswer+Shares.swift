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

    /// When the finding of a concern's series began.
    private func start(of concern: StatusResult.Concern) -> Int64? {
        guard let label = concern.gauge?.traits.metric?.traits.label else { return nil }
        return anomalies?.content.findings.filter { $0.summary.hasPrefix(label) }.map(\.from).min()
    }
}
