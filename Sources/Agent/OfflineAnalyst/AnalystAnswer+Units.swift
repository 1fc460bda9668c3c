import MaintenanceAPI
import Questions
import Values

/// A figure in the unit that somebody asks for, in front of what it is of.
extension AnalystAnswer {
    func told(_ line: String, in unit: Query.AskedUnit) -> String {
        if case .topic(.freeShare) = question.subject { return line }
        if case .topic(.difference) = question.subject, unit.kind == .percent, line.contains("%") {
            return line
        }
        guard let (value, own) = figureAskedFor(unit) else { return line }
        if unit.kind == .percent, own == .bytes, let share = series.first?.shareOfMemoryPercent {
            return "\(share.text(1)) % of memory: \(line.lowercasedStart)"
        }
        guard let figure = unit.text(value, own) else {
            return "That cannot be told in \(unit.name): \(line.lowercasedStart)"
        }
        return line.hasPrefix(figure) ? line : "\(figure): \(line.lowercasedStart)"
    }

    private func figureAskedFor(_ unit: Query.AskedUnit) -> (Double, Gauge.Unit)? {
        if let order = orderOfProcesses, let top = top ?? earlierTops.last {
            let all = order == .cpu ? top.byCPU : top.byMemory
            let named = mentions.first { $0.kind == .process }?.label
            let process =
                named.map { name in (top.byMemory + top.byCPU).first { $0.name == name } }
                ?? all.dropFirst((question.rank ?? 1) - 1).first
            return unit.kind == .percent || order == .cpu && unit.kind != .bytes
                ? process?.cpuPercentOfOneCore.map { ($0, .percentOfCore) }
                : process?.residentBytes.map { (Double($0), .bytes) }
        }
        if let system = systemAskedFor {
            if unit.kind == .percent { return system.usedPercent.map { ($0, .percent) } }
            let bytes =
                question.gauges.contains(.diskFree)
                ? system.availableBytes
                : question.gauges == [.diskTotal] ? system.totalBytes : system.usedBytes
            return bytes.map { (Double($0), .bytes) }
        }
        guard let report = series.first, let value = value(of: report) else { return nil }
        let own = report.gauge.traits.unit
        // A rate over a time is an amount.
        return (value, question.statistic == .total && own == .bytesPerSecond ? .bytes : own)
    }

    private var orderOfProcesses: Query.Order? {
        if case .processes(let order) = question.subject { return order }
        guard mentions.contains(where: { $0.kind == .process }) else { return nil }
        return question.gauges.contains { $0.rawValue.hasPrefix("memory") } ? .memory : .cpu
    }

    /// The file system that is named, or the fullest, where it is asked for as it is now.
    private var systemAskedFor: StatusResult.FileSystem? {
        guard question.statistic == .now, question.window == nil else { return nil }
        if let label = mentions.first(where: { $0.kind == .filesystem })?.label {
            return shown.first { $0.name == label }
        }
        switch question.subject {
        case .gauges([.diskUsed]), .fileSystems:
            let sorted = shown.filter { $0.usedPercent != nil }.sorted {
                ($0.usedPercent ?? 0) > ($1.usedPercent ?? 0)
            }
            return sorted.dropFirst((question.rank ?? 1) - 1).first
        case .gauges([.diskFree]) where !question.isSum, .gauges([.diskTotal]) where !question.isSum:
            return shown.first
        default: return nil
        }
    }

    /// The value of the statistic that is asked for.
    private func value(of report: SeriesReport) -> Double? {
        guard question.form == .value || question.form == .list else { return nil }
        return switch question.statistic {
        case .now: report.newest?.value
        case .mean: report.mean
        case .peak: report.highest?.value
        case .low: report.lowest?.value
        case .total: report.total
        case .percentile: report.percentile?.value
        case .trend: nil
        }
    }
}

extension Query.AskedUnit {
    /// A value in this unit; nil where the one that it has is of another kind.
    fileprivate func text(_ value: Double, _ unit: Gauge.Unit) -> String? {
        switch (kind, unit) {
        // Of what is small three places are told: "0.007 Mbit/s".
        case (.bytes, .bytes): "\((value / scale).text(scale > 1 ? value < scale / 10 ? 3 : 1 : 0)) \(name)"
        case (.bytes, .bytesPerSecond):
            "\((value / scale).text(scale > 1 ? value < scale / 10 ? 3 : 1 : 0)) \(name)/s"
        case (.time, .seconds): "\((value / scale).text(1)) \(name)"
        case (.time, .milliseconds): "\((value / 1000 / scale).text(3)) \(name)"
        case (.temperature, .celsius): "\((value / scale + offset).text(1)) \(name)"
        case (.percent, .percent), (.percent, .percentOfCore):
            "\(value.text(value.magnitude < 10 ? 2 : 1)) \(name)"
        default: nil
        }
    }
}
