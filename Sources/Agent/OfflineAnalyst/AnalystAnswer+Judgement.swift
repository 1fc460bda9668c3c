import MaintenanceAPI
import Questions
import Values

/// Whether a value that the question names is good, whatever it is on this host.
extension AnalystAnswer {
    /// The judgement of a value, also where no reading tells the figure.
    var judgedValue: [String]? {
        guard question.form == .judge, let asked = question.judged, let gauge = question.gauges.first,
            gauge != .oomKills, gauge != .swapUsed || status?.memory?.swapTotalBytes != 0
        else { return nil }
        if let cores = question.judgedCores { return load(asked, on: cores) }
        let own = series.first { $0.gauge == gauge }
        if gauge == .memoryAvailable || gauge == .diskFree { return little(asked, gauge, own) }
        guard HealthRule.ofGauge[gauge] != nil || Self.muchFrom[gauge] != nil else { return nil }
        let isOfOneSystem = mentions.contains { $0.kind == .filesystem }
        guard own == nil || HealthRule.ofGauge[gauge] == nil || isOfOneSystem else { return nil }
        return judgement(of: asked, gauge, own)
    }

    /// From which value on a figure is much that needs no attention by itself.
    private static let muchFrom: [Gauge: Double] = [.diskWait: 20, .tcpTimeWait: 10_000]

    func judgement(_ report: SeriesReport) -> [String] {
        guard let asked = question.judged else { return current(question.gauges) }
        let gauge = report.gauge
        guard limit(of: gauge) != nil || Self.muchFrom[gauge] != nil else {
            if gauge == .oomKills { return oomKills }
            return Self.present.contains(gauge)
                ? check(report, question.gauges)
                : ["That depends on what is usual: \(hereNow(gauge, report) ?? "")."]
        }
        return judgement(of: asked, gauge, report)
    }

    private func judgement(of asked: Double, _ gauge: Gauge, _ report: SeriesReport?) -> [String] {
        let figure = report == nil && gauge == .temperature ? "that" : gauge.text(asked)
        let here =
            hereNow(gauge, report).map { ["\($0.sentence)."] } ?? missing(gauge).map { [$0] }
            ?? noSuchFigure([gauge])
        guard let limit = limit(of: gauge) ?? Self.muchFrom[gauge] else { return here }
        if let cores = coresExceeded(by: asked, gauge), asked < limit {
            let verdict = question.picksVerdict ? "High" : question.suspectsTrouble ? "A little" : "Not quite"
            let why = "\(figure) is more than \(cores) cores run at once; attention is needed from"
            return ["\(verdict): \(why) \(gauge.text(limit)) on."] + here
        }
        // What is soon over does no harm.
        if asked >= limit, gauge == .cpuBusy, let window = question.window, window.minutes <= 10,
            !window.isMoment
        {
            let length = window.minutes == 1 ? "a minute" : span(minutes: window.minutes)
            let verdict = question.suspectsTrouble ? "Not for" : "Yes, for"
            return [
                "\(verdict) \(length): it matters where \(figure) lasts; attention is needed from \(gauge.text(limit)) on."
            ] + here
        }
        let isBad = asked >= limit
        let isClose = !isBad && asked >= min(0.9 * limit, HealthRule.ofGauge[gauge]?.clearsBelow ?? limit)
        let verdict =
            question.picksVerdict
            ? isBad ? "Too much" : isClose ? "High" : "Normal"
            : "\(isBad == question.suspectsTrouble ? "Yes" : "No")\(isClose ? ", but it is high" : "")"
        let why =
            gauge == .diskWait
            ? "\(figure) is \(isBad ? "slow" : "fine") for a disk"
            : "\(figure) is \(isBad ? "too much" : isClose ? "below the limit" : "fine") for \(gauge == .temperature ? "a sensor of a processor" : gauge.name)"
        let from =
            HealthRule.ofGauge[gauge] == nil
            ? [.load1, .load5, .load15].contains(gauge) ? onCores : ""
            : report == nil ? "" : "; attention is needed from \(gauge.text(limit)) on"
        return ["\(verdict): \(why)\(from)."] + here
    }

    /// "It is 3 % here now, usually 2 to 9 %".
    private func hereNow(_ gauge: Gauge, _ report: SeriesReport?) -> String? {
        guard let newest = report?.newest else { return nil }
        let usual = report?.usual.map { ", usually \(gauge.text($0))" } ?? ""
        return "it is \(gauge.text(newest.value)) here now\(usual)"
    }

    /// Whether a load is much for so many cores, which need not be those of this host.
    private func load(_ asked: Double, on cores: Int) -> [String] {
        let each = asked / Double(cores)
        let isBad = each > 1
        let isALittle = isBad && each < 1.5
        let verdict =
            isALittle
            ? question.suspectsTrouble ? "A little" : "Not quite"
            : isBad == question.suspectsTrouble ? "Yes" : "No"
        let own = "\(cores) core\(cores == 1 ? "" : "s")"
        let can = cores == 1 ? "runs" : "run"
        let here = series.first?.newest.map {
            "It is \(Gauge.load1.text($0.value)) here now\(onCores)."
        }
        return [
            "\(verdict): a load of \(Gauge.load1.text(asked)) is \(isBad ? "more than" : "no more than") \(own) \(can) at once."
        ] + [here].compactMap(\.self)
    }

    /// Whether so little of memory or space is too little: where more than the limit would be used.
    private func little(_ asked: Double, _ gauge: Gauge, _ own: SeriesReport?) -> [String] {
        let isMemory = gauge == .memoryAvailable
        let used: Gauge = isMemory ? .memoryUsed : .diskUsed
        let mentioned = mentions.first { $0.kind == .filesystem }?.label
        let system = shownSystems.first { mentioned == nil ? $0.usedPercent != nil : $0.name == mentioned }
        guard let rule = HealthRule.ofGauge[used],
            let total = isMemory ? status?.memory?.totalBytes : system?.totalBytes
        else { return [Self.noData] }
        let isBad = asked < Double(total) * (100 - rule.raisesAt) / 100
        let whole = isMemory ? "memory" : "on \(system?.name ?? "")"
        guard asked <= Double(total) else {
            return ["There is not so much: \(Quantity.size(total)) \(whole) in all."]
        }
        let here =
            isMemory
            ? own?.newest.map { "\(gauge.text($0.value)) are available here now." }
            : system?.availableBytes.map { "\(Quantity.size($0)) are free there now." }
        return [
            "\(isBad == question.suspectsTrouble ? "Yes" : "No"): \(gauge.text(asked)) of \(Quantity.size(total)) \(whole) is \(isBad ? "little" : "enough"); attention is needed from \(rule.gauge.text(rule.raisesAt)) used on."
        ] + [here].compactMap(\.self)
    }

    /// The number of cores, where a load is more than they can run at once.
    func coresExceeded(by load: Double, _ gauge: Gauge) -> Int? {
        guard [.load1, .load5, .load15].contains(gauge), let cores = status?.coreCount, load > Double(cores)
        else { return nil }
        return cores
    }

    /// From which value on a gauge needs attention; the load from one and a half per core on.
    func limit(of gauge: Gauge) -> Double? {
        switch gauge {
        case .load1, .load5, .load15: status?.coreCount.map { Double($0) * 1.5 }
        case .loadPerCore: 1.5
        case .cpuIdle: nil
        case .openFiles: status?.maxOpenFiles.map { Double($0) * 0.9 }
        default: HealthRule.ofGauge[gauge]?.raisesAt
        }
    }
}
