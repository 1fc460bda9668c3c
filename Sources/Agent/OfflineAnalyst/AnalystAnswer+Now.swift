import MaintenanceAPI
import Questions
import Values

/// What a figure is now.
extension AnalystAnswer {
    func current(_ gauges: [Gauge]) -> [String] {
        let sentences = series.compactMap { report in report.newest.map { (report.gauge, $0.value) } }
        guard let (gauge, value) = sentences.first else { return noSuchFigure(gauges) }
        let first: String
        switch gauges.first {
        case .load1? where gauges.count == 3:
            let averages = sentences.map { $0.1.text(2) }.joined(separator: " / ")
            first = "\(averages) over 1 / 5 / 15 minutes\(onCores)."
        case .networkReceived? where gauges.count == 2:
            first =
                sentences.map { "\($0.0.text($0.1)) \($0.0 == .networkReceived ? "in" : "out")" }.joined(
                    separator: ", ") + "."
        default:
            let missing = gauges.filter { gauge in !sentences.contains { $0.0 == gauge } }
            if gauges.count == 2, sentences.count == 1, let other = missing.first {
                return ["\(sentence(gauge, value).withoutStop); no reading tells \(other.name)."]
            }
            first =
                sentences.count == 1
                ? sentence(gauge, value) : sentences.map { phrase($0.0, $0.1) }.joinedWithAnd.sentence + "."
        }
        return [first]
    }

    var onCores: String {
        status?.coreCount.map { ", on \($0) core\($0 == 1 ? "" : "s")" } ?? ""
    }

    func age(_ status: StatusResult) -> String {
        let length = Quantity.length(seconds: status.ageSeconds ?? 0)
        return
            "The newest reading is \(length) old (\(short(utc: status.takenAtUTC))): telemetry may have stopped."
    }

    func short(utc: String) -> String {
        utc.prefix(10) == utcText(now.milliseconds).prefix(10) ? String(utc.dropFirst(11)) : utc
    }

    /// A figure as a sentence of its own.
    func sentence(_ gauge: Gauge, _ value: Double) -> String {
        let text = gauge.text(value)
        switch gauge {
        case .cpuBusy: return "The CPU is \(text) busy\(onCores)."
        case .memoryUsed:
            let memory = status?.memory
            let used = memory?.usedBytes.map { " (\(Quantity.size($0)))" } ?? ""
            let room = used + (memory?.availableBytes.map { "; \(Quantity.size($0)) available" } ?? "")
            return
                "\(text)\(memory?.totalBytes.map { " of \(Quantity.size($0))" } ?? "") memory is used\(room)."
        case .swapUsed:
            let used = status?.memory?.swapUsedBytes.map { " (\(Quantity.size($0)))" } ?? ""
            return
                "\(text)\(status?.memory?.swapTotalBytes.map { " of \(Quantity.size($0))" } ?? "") swap is used\(used)."
        case .diskUsed: return fullest ?? "The fullest file system is \(text) full."
        case .diskFree where !question.isSum: return space ?? "\(text) are free on file systems."
        case .diskFree: return "\(text) are free on file systems."
        case .diskTotal where !question.isSum: return sizes ?? "\(text) in all file systems."
        case .diskTotal: return "\(text) in all file systems."
        case .inodesFree, .inodesUsed: return inodes ?? phrase(gauge, value).sentence + "."
        case .temperature:
            let sensor = status?.temperatures?.first.map { " (\($0.sensor))" } ?? ""
            return "\(text)\(sensor)."
        case .loadPerCore:
            return
                "\(text) per core\(status?.load?.over1Minute.map { ": load \($0.text(2))" } ?? "")\(onCores)."
        case .load1, .load5, .load15: return "\(phrase(gauge, value).sentence)\(onCores)."
        case .uptime:
            let since = status?.bootedAtUTC.map { ", since \($0)" } ?? ""
            return "Up \(text)\(since)."
        case .oomKills:
            return text == "0"
                ? "No process was killed for want of memory since boot." : "\(text) OOM kills since boot."
        default: return phrase(gauge, value).sentence + "."
        }
    }

    /// A figure with its name: "231 processes", "CPU pressure 1 %", "9 GiB memory available".
    func phrase(_ gauge: Gauge, _ value: Double) -> String {
        let (text, label) = (gauge.text(value), gauge.traits.label)
        switch gauge.traits.unit {
        case .count: return "\(text) \(value == 1 ? gauge.singularLabel : label)"
        case .perSecond: return "\(text) \(label) per second"
        case .bytes, .bytesPerSecond: return "\(text) \(label)"
        case .percentOfCore: return "\(text) of one core: \(label)"
        case .percent, .seconds, .milliseconds, .celsius, .none: return "\(label) \(text)"
        }
    }

    var shownSystems: [StatusResult.FileSystem] {
        (status?.fileSystems.shown ?? []).filter { !leftOut.contains($0.name) }
    }

    var fullest: String? {
        guard
            let system = shownSystems.filter({ $0.usedPercent != nil }).max(by: {
                ($0.usedPercent ?? 0) < ($1.usedPercent ?? 0)
            }),
            let used = system.usedPercent
        else { return nil }
        let free = system.availableBytes.map { ", \(Quantity.size($0)) free" } ?? ""
        if let rank = question.rank {
            let sorted = shownSystems.filter { $0.usedPercent != nil }.sorted {
                ($0.usedPercent ?? 0) > ($1.usedPercent ?? 0)
            }
            guard sorted.indices.contains(rank - 1), let used = sorted[rank - 1].usedPercent else {
                return nil
            }
            return "\(sorted[rank - 1].name): \(used.text(1)) %."
        }
        let others = shownSystems.filter { $0.name != system.name && $0.usedPercent != nil }
        let rest = others.prefix(2).map { "\($0.name) \(($0.usedPercent ?? 0).text(1)) %" }
        let hung = shownSystems.filter { $0.doesNotAnswer == true }.map { "\($0.name) does not answer" }
        let told = (question.form == .which ? [] : rest) + hung
        let more = told.isEmpty ? "" : "; \(told.joined(separator: ", "))"
        return "\(system.name) is the fullest: \(used.text(1)) %\(free)\(more)."
    }

    var space: String? {
        let parts = shownSystems.compactMap { system in
            system.availableBytes.map { free in
                "\(Quantity.size(free)) free on \(system.name)"
                    + (system.usedPercent.map { " (\($0.text(1)) % used)" } ?? "")
            }
        }
        return parts.isEmpty ? nil : "\(parts.prefix(3).joined(separator: ", "))."
    }

    var sizes: String? {
        let parts = shownSystems.compactMap { system in
            system.totalBytes.map { "\(system.name) \(Quantity.size($0))" }
        }
        return parts.isEmpty ? nil : parts.prefix(3).joined(separator: ", ") + "."
    }

    var inodes: String? {
        let known = shownSystems.filter { $0.inodesUsedPercent != nil }
        guard let worst = known.max(by: { ($0.inodesUsedPercent ?? 0) < ($1.inodesUsedPercent ?? 0) }),
            let used = worst.inodesUsedPercent, let free = worst.inodesFree
        else { return nil }
        return question.gauges == [.inodesFree]
            ? "\(free) inodes are free on \(worst.name) (\(used.text(1)) % used)."
            : "\(used.text(1)) % of the inodes of \(worst.name) are used, \(free) are free."
    }

    /// Whether as much is free as something needs.
    func room(_ report: SeriesReport) -> [String] {
        guard let needed = report.crossing?.threshold, let newest = report.newest else {
            return [noReadings(report)]
        }
        guard report.gauge == .diskFree else {
            let isEnough = newest.value >= needed
            return [
                "\(isEnough ? "Yes" : "No"): \(phrase(report.gauge, newest.value)), \(isEnough ? "enough for" : "less than") \(report.gauge.text(needed))."
            ]
        }
        let systems = shownSystems.filter { Double($0.availableBytes ?? 0) >= needed }
        let told = (systems.isEmpty ? shownSystems : systems).prefix(3).compactMap { system in
            system.availableBytes.map { "\(Quantity.size($0)) free on \(system.name)" }
        }
        return [
            "\(systems.isEmpty ? "No" : "Yes"): \(told.joinedWithAnd); \(report.gauge.text(needed)) needed."
        ]
    }
}
