import Questions

/// What to look at first: the worst of what was found, with what causes it.
extension AnalystAnswer {
    var advice: [String] {
        guard status != nil else { return [Self.noData] }
        let gauge = question.gauges.first
        let resource = gauge.flatMap { HealthRule.ofGauge[$0]?.resource ?? Self.resource(of: $0) }
        // What makes a host slow comes before what is else wrong with it.
        let own = concerns.filter { concern in
            question.subject == .slow
                ? [.cpu, .disks, .memory, .processes].contains(concern.resource)
                : gauge != nil && (concern.gauge == gauge || concern.resource == resource)
        }
        let all = own + concerns.filter { !own.contains($0) }
        guard let first = all.first else { return ["Nothing: nothing needs attention. \(figures)"] }
        let isCPU = first.resource == .cpu || first.resource == .processes
        let others = leading.filter { $0.resource != first.resource || $0.fileSystem != first.fileSystem }
        let then = others.prefix(2).map(\.summary).joined(separator: "; ")
        return ["First: \(first.summary)\(since([first]))\(blamed(isCPU, first.resource == .memory))."]
            + (then.isEmpty ? [] : ["Then: \(then)."])
    }
}
