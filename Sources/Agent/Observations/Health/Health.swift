import Foundation
import MaintenanceAPI
import Values

/// What needs attention on a host now, the worst first.
struct Health: Sendable {
    struct Concern: Hashable, Sendable {
        let resource: HealthRule.Resource
        let gauge: Gauge?
        let value: Double?
        /// The mount point concerned.
        let fileSystem: String?
        /// In words, with `{name}` where the file system's name belongs.
        let words: String

        /// With the file system's name.
        var text: String {
            fileSystem.map { words.replacing("{name}", with: "“\(HostNames.printable($0))”") } ?? words
        }
    }

    private(set) var concerns: [Concern] = []

    /// `readings` are the last ones, oldest first; `killed` are the processes killed for lack of memory within the last
    /// day, nil where that is not known, and `memoryFullInHours` is how long its memory lasts, nil where it does not fill.
    init(
        _ readings: [Sample], killed: Int64? = nil, forecasts: [DiskForecast] = [],
        memoryFullInHours: Double? = nil, now: Date
    ) {
        guard let newest = readings.last else { return }
        addSilence(newest, now)
        addFileSystems(readings, forecasts)
        for rule in HealthRule.all where rule.gauge != .diskUsed && rule.gauge != .inodesUsed {
            let values = readings.compactMap(rule.gauge.traits.value)
            guard let value = rule.gauge.traits.value(newest), rule.isRaised(by: values) else { continue }
            add(rule, value)
        }
        addMemoryForecast(newest, memoryFullInHours)
        addStuck(readings)
        if let killed, killed > 0 {
            let words =
                killed == 1
                ? "1 process was killed for want of memory"
                : "\(killed) processes were killed for want of memory"
            concerns.append(
                Concern(
                    resource: .memory, gauge: .oomKills, value: Double(killed), fileSystem: nil,
                    words: words + " in the last day"))
        }
        addOpenFiles(newest)
    }

    private mutating func add(
        _ rule: HealthRule, _ value: Double, of fileSystem: String? = nil, words: String? = nil
    ) {
        concerns.append(
            Concern(
                resource: rule.resource, gauge: rule.gauge, value: value, fileSystem: fileSystem,
                words: words ?? rule.words(rule.gauge.text(value))))
    }

    private mutating func addSilence(_ newest: Sample, _ now: Date) {
        let age = now.timeIntervalSince1970 - Double(newest.takenAt) / 1000
        let limit = max(
            HealthRule.silence.seconds, HealthRule.silence.intervals * (newest.intervalSeconds ?? 0))
        guard age > limit else { return }
        concerns.append(
            Concern(
                resource: .telemetry, gauge: nil, value: age.rounded(), fileSystem: nil,
                words: "no reading has come for \(Quantity.length(seconds: age))"))
    }

    private mutating func addFileSystems(_ readings: [Sample], _ forecasts: [DiskForecast]) {
        guard let newest = readings.last, let full = HealthRule.ofGauge[.diskUsed],
            let inodes = HealthRule.ofGauge[.inodesUsed]
        else { return }
        for system in newest.fileSystems {
            let name = system.mountPoint
            func values(_ value: (Sample.FileSystem) -> Double?) -> [Double] {
                readings.compactMap { $0.fileSystems.first { $0.mountPoint == name }.flatMap(value) }
            }
            if system.timedOut {
                concerns.insert(
                    Concern(
                        resource: .disks, gauge: nil, value: nil, fileSystem: name,
                        words: "file system {name} does not answer"), at: 0)
            }
            // Images are full by design, and room cannot be made on a read-only file system.
            guard !system.isReadOnly else { continue }
            if let used = system.usedPercent, full.isRaised(by: values(\.usedPercent)) {
                add(full, used, of: name, words: "file system {name} is \(full.gauge.text(used)) full")
            }
            if let used = system.inodesUsedPercent, inodes.isRaised(by: values(\.inodesUsedPercent)) {
                add(
                    inodes, used, of: name,
                    words: "\(inodes.gauge.text(used)) of the inodes of {name} are used")
            }
            if let hours = forecasts.first(where: { $0.mountPoint == name })?.fullInHours,
                hours <= HealthRule.fullWithinHours.raise
            {
                concerns.append(
                    Concern(
                        resource: .space, gauge: .diskUsed, value: hours.rounded(to: 1), fileSystem: name,
                        words: "file system {name} will be full in \(Quantity.length(seconds: hours * 3600))")
                )
            }
        }
    }

    /// The most urgent of all; where memory is short already, that is said.
    private mutating func addMemoryForecast(_ newest: Sample, _ hours: Double?) {
        guard let hours, hours <= HealthRule.memoryFullWithin.hours,
            let used = Gauge.memoryUsed.traits.value(newest),
            used >= HealthRule.memoryFullWithin.leastUsedPercent,
            !concerns.contains(where: { $0.gauge == .memoryUsed })
        else { return }
        concerns.insert(
            Concern(
                resource: .memory, gauge: .memoryUsed, value: used, fileSystem: nil,
                words:
                    "memory is \(Gauge.memoryUsed.text(used)) used and will be full in \(Quantity.length(seconds: hours * 3600))"
            ), at: 0)
    }

    /// Processes that wait and do not get on, though the disks are not at their limit: of a busy disk its own rule tells.
    private mutating func addStuck(_ readings: [Sample]) {
        let last = readings.suffix(HealthRule.stuck.readings)
        guard last.count == HealthRule.stuck.readings, let first = last.first, let newest = last.last,
            last.allSatisfy({ ($0.processes?.blocked ?? 0) >= HealthRule.stuck.processes }),
            let count = newest.processes?.blocked,
            !concerns.contains(where: { $0.gauge == .blockedProcesses || $0.resource == .disks })
        else { return }
        let seconds = Double(newest.takenAt - first.takenAt) / 1000
        concerns.append(
            Concern(
                resource: .processes, gauge: .blockedProcesses, value: Double(count), fileSystem: nil,
                words:
                    "\(count) processes have been waiting for at least \(Quantity.length(seconds: seconds)) and cannot be stopped"
            ))
    }

    private mutating func addOpenFiles(_ newest: Sample) {
        guard let files = newest.fileDescriptors, files.max > 0 else { return }
        let percent = 100 * Double(files.allocated) / Double(files.max)
        guard percent >= 90 else { return }
        concerns.append(
            Concern(
                resource: .processes, gauge: .openFiles, value: Double(files.allocated), fileSystem: nil,
                words: "\(files.allocated) of \(files.max) files are open"))
    }
}

extension Gauge {
    func text(_ range: ClosedRange<Double>) -> String {
        let ends = [text(range.lowerBound), text(range.upperBound)]
        return ends[0] == ends[1] ? ends[0] : "\(ends[0]) to \(ends[1])"
    }

    /// A value as a person says it.
    func text(_ value: Double, digits: Int = 1) -> String {
        switch traits.unit {
        case .percent, .percentOfCore: "\(value.text(value.magnitude < 10 ? 2 : digits)) %"
        case .bytes: Quantity.size(value)
        case .bytesPerSecond: "\(Quantity.size(value))/s"
        case .perSecond: value.text(value.magnitude < 10 ? 2 : digits)
        case .count: value.text(0)
        case .seconds: Quantity.length(seconds: value)
        case .milliseconds: "\(value.text(digits)) ms"
        case .celsius: "\(value.text(digits)) °C"
        case .none: value.text(2)
        }
    }
}
