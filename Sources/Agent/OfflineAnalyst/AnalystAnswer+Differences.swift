import MaintenanceAPI
import Questions
import Values

/// By how much a figure is more or less than it was, or than is usual: the difference first.
extension AnalystAnswer {
    func difference(_ gauge: Gauge) -> [String] {
        if let label = mentions.first(where: { $0.kind == .process })?.label { return growth(of: label) }
        if gauge == .diskUsed, series.isEmpty { return growthOfSpace }
        guard let report = series.first, let newest = report.newest else { return [Self.noData] }
        let now = report.gauge.text(newest.value)
        switch question.comparison {
        case .usual?:
            guard let usual = report.usual, let beyond = report.beyondUsual else {
                return ["Too little has been seen to say what is usual for \(report.name); it is \(now) now."]
            }
            let range = "\(report.nameIs) \(now), usually \(report.gauge.text(usual))"
            return [beyond == 0 ? "Not at all: \(range)." : "By \(told(beyond, report.gauge)): \(range)."]
        case .before(let minutes)?:
            guard let earlier = report.earlierEnd?.value ?? report.earlierMean else {
                return ["There is no data from then: \(report.nameIs) \(now) now."]
            }
            let ago = Quantity.length(seconds: Double(minutes) * 60)
            let then = minutes == 1440 ? "yesterday at this time" : "\(ago) earlier"
            return [
                lead(newest.value - earlier, report.gauge)
                    + "\(report.nameIs) \(now) now, \(report.gauge.text(earlier)) \(then)."
            ]
        default:
            guard let change = report.change, let first = report.first, let last = report.last else {
                return [noReadings(report)]
            }
            return [
                verdict(change, lead(change, report.gauge), isNothing(change, report.gauge))
                    + "\(report.name) went from \(report.gauge.text(first)) to \(report.gauge.text(last)) \(stretch(report.window))\(between(report))."
            ]
        }
    }

    /// ", up to 26 % in between (07:57:00Z)", where it was much higher than at both ends.
    func between(_ report: SeriesReport) -> String {
        guard let first = report.first, let last = report.last, let high = report.highest,
            high.value - max(first, last)
                > (report.gauge.traits.unit == .bytes ? 10_485_760 : 0.5 * Self.leastRise(report.gauge))
        else { return "" }
        return ", up to \(report.gauge.text(high.value)) in between (\(clock(high.at)))"
    }

    /// "By 4 % more: ", "by nothing: " where it is too little to be seen in the figure.
    private func lead(_ difference: Double, _ gauge: Gauge) -> String {
        isNothing(difference, gauge) ? "By nothing: " : "By \(told(difference, gauge)): "
    }

    private func isNothing(_ difference: Double, _ gauge: Gauge) -> Bool {
        gauge.text(difference.magnitude) == gauge.text(0)
    }

    /// "Yes: by …" where it is asked whether it is more, less, or another, and it is.
    private func verdict(_ difference: Double, _ lead: String, _ isNothing: Bool) -> String {
        guard question.isYesNo else { return lead }
        let isSo =
            switch question.direction {
            case .down: difference < 0
            case .up: difference > 0
            case nil: !isNothing
            }
        return (isSo ? "Yes: " : "No: ") + lead.lowercasedStart
    }

    private func told(_ difference: Double, _ gauge: Gauge) -> String {
        "\(gauge.text(difference.magnitude)) \(difference < 0 ? "less" : "more")"
    }

    /// By how much a process grew.
    private func growth(of label: String) -> [String] {
        guard let top else { return [Self.noData] }
        guard let process = (top.byMemory + top.byCPU).first(where: { $0.name == label }),
            let course = process.course, let grown = course.grownBytes,
            let before = course.firstResidentBytes,
            let size = process.residentBytes
        else { return ["How \(label) grew is not known: too little has been seen of it."] }
        let since = "since \(clock(course.firstSeen))"
        guard Double(grown.magnitude) > 0.02 * Double(max(before, 1)) else {
            return ["By nothing: \(label) uses \(Quantity.size(size)) of memory, as \(since)."]
        }
        return [
            "By \(Quantity.size(Int64(grown.magnitude))): \(label) \(grown > 0 ? "grew" : "shrank") from \(Quantity.size(before)) to \(Quantity.size(size)) \(since)."
        ]
    }

    private var growthOfSpace: [String] {
        let labels = mentions.filter { $0.kind == .filesystem }.map(\.label)
        let systems = (forecast?.fileSystems ?? []).filter { labels.isEmpty || labels.contains($0.name) }
        let hours = forecast?.observedHours ?? 0
        guard !systems.isEmpty, hours > 0 else { return [Self.noData] }
        let span = "over the last \(Quantity.length(seconds: hours * 3600))"
        let changed = systems.filter { $0.grownBytes ?? 0 != 0 }.sorted {
            ($0.grownBytes ?? 0).magnitude > ($1.grownBytes ?? 0).magnitude
        }
        guard let first = changed.first, let bytes = first.grownBytes else {
            let name = labels.isEmpty ? "no file system grew" : "\(systems[0].name) did not grow"
            return withPath(["By nothing: \(name) \(span)."])
        }
        let size = Quantity.size(Int64(bytes.magnitude))
        let used = first.usedPercent.map { ", \($0.text(1)) % full now" } ?? ""
        let others = labels.count > 1 ? systems.filter { $0.name != first.name } : []
        let rest = others.prefix(2).compactMap { system in
            system.grownBytes.map { "; \(system.name) by \($0 == 0 ? "nothing" : Quantity.size($0))" }
        }
        let grown = bytes > 0 ? "grew" : "shrank"
        return withPath([
            question.asksWriter
                ? "No reading tells who wrote it: \(first.name) \(grown) by \(size) \(span)\(used)."
                : "\(verdict(Double(bytes), "By \(size): ", bytes == 0))\(first.name) \(grown) \(span)\(used)\(rest.joined())."
        ])
    }
}
