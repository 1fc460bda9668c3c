import MaintenanceAPI
import Questions
import Values

/// What will be: full disks and memory, growth, leaks.
extension AnalystAnswer {
    func diskForecast(among label: String?) -> [String] {
        guard let forecast else { return [Self.noData] }
        let systems = forecast.fileSystems.filter { label == nil || $0.name == label }
        guard !systems.isEmpty else { return [Self.noData] }
        if let hours = question.hoursAhead,
            let first = systems.max(by: { ($0.usedPercentThen ?? 0) < ($1.usedPercentThen ?? 0) }),
            let then = first.usedPercentThen
        {
            let growth = first.growthBytesPerHour.map { ", growing by \(Quantity.size($0)) per hour" } ?? ""
            return [
                "\(first.name) will be \(then.text(1)) % full in \(Quantity.length(seconds: Double(hours) * 3600)) at the present rate (\((first.usedPercent ?? 0).text(1)) % now\(growth))."
            ]
        }
        let filling = systems.filter { $0.fullInHours != nil }.sorted {
            ($0.fullInHours ?? 0) < ($1.fullInHours ?? 0)
        }
        let asksYes = question.isYesNo
        let horizon = question.form == .until ? question.horizon.map { Double($0) / 60 } : nil
        if let first = filling.first, let hours = first.fullInHours, hours < 24 * 365 {
            let isSoon = horizon.map { hours <= $0 } ?? true
            let growth = first.growthBytesPerHour.map { ", growing by \(Quantity.size($0)) per hour" } ?? ""
            return [
                "\(asksYes ? isSoon == question.expectsTrouble ? "Yes: " : "No: " : "")\(first.name) is full in \(Quantity.length(seconds: hours * 3600))\(ahead(first.fullAtUTC)) at the present rate (\((first.usedPercent ?? 0).text(1)) % now\(growth))."
            ]
                + filling.dropFirst().prefix(1).compactMap { system in
                    system.fullInHours.flatMap {
                        $0 < 24 * 365 ? "\(system.name) in \(Quantity.length(seconds: $0 * 3600))." : nil
                    }
                }
        }
        guard let fullest = systems.first else { return [Self.noData] }
        let used = (fullest.usedPercent ?? 0).text(1)
        if forecast.rateIsUnknown == true {
            return ["That cannot be said yet: too little has been seen; \(fullest.name) is \(used) % full."]
        }
        let which =
            label == nil && systems.count > 1
            ? "no file system grows; the fullest, \(fullest.name)," : "\(fullest.name) does not grow and"
        return [
            "\(asksYes ? question.expectsTrouble ? "No: " : "Yes: " : "Not at the present rate: ")\(which) is \(used) % full."
        ]
    }

    /// " (07:12:00Z)", where that is near enough to be told to the minute.
    private func ahead(_ utc: String?) -> String { utc.map { " (\(short(utc: $0)))" } ?? "" }

    var diskGrowth: [String] {
        guard let forecast else { return [Self.noData] }
        if forecast.rateIsUnknown == true {
            return series.isEmpty
                ? ["How fast file systems fill is not known yet: too little has been seen."]
                : growthRate(byMinute: false)
        }
        let growing = forecast.fileSystems.filter { ($0.growthBytesPerHour ?? 0) > 0 }
        let isAsked = question.form == .check
        guard !growing.isEmpty else {
            return [isAsked ? "No: no file system grows." : "No file system grows."]
        }
        let parts = growing.prefix(3).map {
            "\($0.name) grows by \(Quantity.size($0.growthBytesPerHour ?? 0)) per hour"
        }
        return ["\(isAsked ? "Yes: " : "")\(parts.joined(separator: ", "))."]
    }

    var memoryForecast: [String] {
        if question.subject == .swap, status?.memory?.swapTotalBytes == 0 {
            return ["No swap is configured."]
        }
        guard let report = series.first, let newest = report.newest else { return [Self.noData] }
        let figure = report.gauge.text(newest.value)
        let asksYes = question.isYesNo
        let thing = question.subject == .swap ? "swap" : "memory"
        guard let hours = report.fullInHours, hours < 24 * 30, (report.last ?? 0) - (report.first ?? 0) > 2
        else {
            let lead =
                question.asksLevelAhead
                ? "As now, if nothing changes"
                : asksYes && !question.expectsTrouble ? "Yes, as far as can be seen" : "No sign of it"
            return ["\(lead): \(thing) is \(figure) used\(course(report))."]
        }
        let change = report.changePerHour.map { ", rising by \($0.text(1)) % per hour" } ?? ""
        return [
            "\(asksYes ? "Yes: " : "")\(asksYes ? "in" : "In") \(Quantity.length(seconds: hours * 3600))\(ahead(report.fullAtUTC)) at the present rate: \(thing) is \(figure) used\(change)."
        ]
    }

    /// The process that grew most since the oldest reading of processes that there is.
    var growth: String? {
        let grown = (top?.byMemory ?? []).compactMap {
            process -> (process: TopProcessesResult.Process, by: Int64)? in
            guard let size = process.residentBytes, let before = process.course?.firstResidentBytes,
                Double(size) > 1.05 * Double(before)
            else { return nil }
            return (process, size - before)
        }
        guard let process = grown.max(by: { $0.by < $1.by })?.process, let course = process.course,
            let before = course.firstResidentBytes, let size = process.residentBytes
        else { return nil }
        return
            "\(process.name) grew from \(Quantity.size(before)) to \(Quantity.size(size)) since \(clock(course.firstSeen))\(rate(course))."
    }

    private func rate(_ course: ProcessCourse.Part) -> String {
        course.residentBytesPerHour.map { ", by \(Quantity.size($0)) per hour" } ?? ""
    }

    func course(_ report: SeriesReport) -> String {
        guard let low = report.lowest, let high = report.highest else { return "" }
        return low.value == high.value
            ? ", as it was \(stretch(report.window))"
            : ", \(report.gauge.text(low.value...high.value)) \(stretch(report.window))"
    }

    var memoryLeak: [String] {
        guard let report = series.first, let newest = report.newest, let first = report.first,
            let last = report.last
        else {
            return [Self.noData]
        }
        let gauge = report.gauge
        let isRising = report.changePerHour.map { $0 > 0 } ?? false && last - first > 3
        if question.form == .which, let growth { return [question.isYesNo ? "Yes: \(growth)" : growth] }
        if question.form == .which {
            let lead = question.isYesNo ? "No: none" : "None"
            return [
                "\(lead) of those that use most memory grew\(question.window == nil ? "" : " \(stretch(report.window))")."
            ]
        }
        guard isRising else {
            return ["No sign of one: memory is \(gauge.text(newest.value)) used\(course(report))."]
        }
        let largest = top?.byMemory.first.map { "The largest process is \(use($0, .memory))." }
        return [
            "It looks like it: memory rose from \(gauge.text(first)) to \(gauge.text(newest.value)) \(stretch(report.window))."
        ] + [growth ?? largest].compactMap(\.self)
    }
}
