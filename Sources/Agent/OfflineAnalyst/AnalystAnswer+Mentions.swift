import MaintenanceAPI
import Questions
import Values

/// What a question asks of processes and file systems that it names.
extension AnalystAnswer {
    /// What the question asks of processes and file systems that it names.
    var aboutMentions: [String]? {
        let processes = mentions.filter { $0.kind == .process }
        if !processes.isEmpty, let top {
            if question.comparison == .eachOther, processes.count > 1 {
                return comparison(of: inOrder(processes).map(\.label), top)
            }
            if question.isTogether, let told = together(processes.map(\.label)) { return [told] }
            let lines = processes.compactMap { mention -> String? in
                let present = (top.byCPU + top.byMemory).first { $0.name == mention.label }
                if question.asksMost, question.isAtPeak, let then = earlierTops.last {
                    return wasMost(mention.label, then)
                }
                if mention.relation == .earlier, earlierTops.isEmpty || question.asksStillThere,
                    let told = ran(mention.label)
                {
                    return told
                }
                if let past = earlierTops.last,
                    let then = (past.byCPU + past.byMemory).first(where: { $0.name == mention.label })
                {
                    let isMemory = question.gauges.contains { $0.rawValue.hasPrefix("memory") }
                    let order: Query.Order = isMemory ? .memory : .cpu
                    let unit = isMemory ? "" : " of one core"
                    return "\(use(then, order))\(unit) \(moment(past.takenAt))"
                        + (present.map { "; \(use($0, order))\(unit) now" } ?? "") + "."
                }
                guard let present, !(question.isEnd || question.isOfPast || question.statistic == .peak)
                else {
                    if question.form == .check, question.isEnd, let present {
                        return "No: \(told(present).replacing("Yes, ", with: ""))"
                    }
                    return ran(mention.label) ?? present.map(told)
                }
                if question.form == .when || question.form == .duration || question.isSince {
                    return since(present, isAboutMemory ? .memory : .cpu)
                }
                if question.statistic == .trend || question.subject == .diskGrowth
                    || question.subject == .memoryLeak
                {
                    return growth(of: present)
                }
                if question.asksMost { return isMost(present, top) }
                if question.form == .explain {
                    let meaning = Programs.meaning(of: mention.name)
                    return meaning.map { "\(present.name) is \($0): \(figures(of: present))." }
                        ?? "What \(present.name) is for is not known here; it uses \(figures(of: present))."
                }
                if question.comparison == .usual {
                    return
                        "What is usual for \(present.name) is not known; it uses \(figures(of: present)) now."
                }
                return told(present)
            }
            let different = lines.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            return different.isEmpty ? nil : [different.joined(separator: " ")]
        }
        let systems = mentions.filter { $0.kind == .filesystem }
        guard !systems.isEmpty, status != nil || forecast != nil else { return nil }
        if question.comparison == .eachOther, systems.count > 1 {
            return comparison(of: inOrder(systems).map(\.label))
        }
        // A name and its role may both be written.
        let labels = systems.map(\.label).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let lines = labels.compactMap(fileSystem)
        return lines.isEmpty ? nil : [lines.joined(separator: " ")]
    }

    /// As the question names them.
    private func inOrder(_ mentions: [Mention]) -> [Mention] {
        let places = Dictionary(
            question.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return mentions.sorted { (places[$0.written] ?? .max) < (places[$1.written] ?? .max) }
    }

    private var isAboutMemory: Bool {
        question.gauges.contains { $0.rawValue.hasPrefix("memory") }
            || question.subject == .processes(.memory)
    }

    /// Whether a process is the one that uses most.
    private func isMost(_ process: TopProcessesResult.Process, _ top: TopProcessesResult) -> String {
        let order: Query.Order = isAboutMemory ? .memory : .cpu
        let unit = order == .cpu ? " of one core" : ""
        guard let first = (order == .cpu ? top.byCPU : top.byMemory).first else { return told(process) }
        return first.name == process.name
            ? "Yes: \(use(process, order))\(unit), the most of all."
            : "No: \(use(first, order))\(unit) is the most; \(use(process, order))."
    }

    /// Whether a process was the one that used most when a figure was highest.
    private func wasMost(_ label: String, _ then: TopProcessesResult) -> String {
        let order: Query.Order = question.about == [.memoryUsed] ? .memory : .cpu
        let unit = order == .cpu ? " of one core" : ""
        let listed = order == .cpu ? then.byCPU : then.byMemory
        guard let first = listed.first else { return Self.noData }
        let most = "\(use(first, order))\(unit)"
        return first.name == label
            ? "Yes: \(most), the most of all \(moment(then.takenAt))."
            : "No: \(most) was the most \(moment(then.takenAt))."
    }

    private func comparison(of labels: [String], _ top: TopProcessesResult) -> [String] {
        let order: Query.Order =
            isAboutMemory || question.gauges.isEmpty && top.byCPU.isEmpty ? .memory : .cpu
        return eachOther(
            labels.compactMap { label in
                (top.byCPU + top.byMemory).first { $0.name == label }.map { process in
                    let value =
                        order == .cpu
                        ? process.cpuPercentOfOneCore ?? 0 : Double(process.residentBytes ?? 0)
                    return (label, value, "\(use(process, order))\(order == .cpu ? " of one core" : "")")
                }
            })
    }

    private func comparison(of labels: [String]) -> [String] {
        let isSize = question.gauges == [.diskTotal]
        let isFree = question.gauges == [.diskFree]
        return eachOther(
            labels.compactMap { label in
                guard let system = shown.first(where: { $0.name == label }), let used = system.usedPercent
                else {
                    return nil
                }
                let total = system.totalBytes.map { Quantity.size($0) } ?? "unknown"
                let free = system.availableBytes.map { Quantity.size($0) } ?? "unknown"
                if isSize { return (label, Double(system.totalBytes ?? 0), "\(label) \(total)") }
                if isFree {
                    return (
                        label, Double(system.availableBytes ?? 0),
                        "\(label) \(free) free (\(used.text(1)) % used)"
                    )
                }
                return (label, used, "\(label) \(used.text(1)) % (\(free) free)")
            })
    }

    func told(_ process: TopProcessesResult.Process) -> String {
        let count = process.count.map { " ×\($0)" } ?? ""
        let name = "\(process.name)\(count)"
        let memory = process.residentBytes.map { Quantity.size($0) } ?? "unknown"
        let cpu = process.cpuPercentOfOneCore.map { "\($0.text(1)) % of one core" } ?? "unknown"
        let gauges = question.isOfFirst ? question.about : question.gauges
        let isMemory =
            gauges.contains { $0.rawValue.hasPrefix("memory") }
            || gauges.isEmpty && [.processes(.memory), .memoryLeak].contains(question.subject)
        let isCPU =
            gauges.contains { $0.rawValue.hasPrefix("cpu") }
            || gauges.isEmpty && question.subject == .processes(.cpu)
        if question.form == .check, !isMemory, !isCPU {
            return "Yes, \(name) runs (process \(process.pid)): \(cpu), \(memory) of memory."
        }
        if isMemory, isCPU { return "\(name): \(cpu), \(memory) of memory." }
        if isMemory { return "\(name) uses \(memory) of memory." }
        if isCPU { return "\(name) uses \(cpu) of CPU.".replacing("core of CPU", with: "core") }
        return "\(name) (process \(process.pid)): \(cpu), \(memory) of memory."
    }

    func fileSystem(_ label: String) -> String? {
        if let report = series.first(where: { $0.part == label }) {
            return gaugeLines([.diskUsed]).first ?? noReadingsFrom(report.window)
        }
        guard let system = status?.fileSystems.shown.first(where: { $0.name == label }) else {
            return "\(label) is not among the file systems shown."
        }
        let isAsked = question.form == .check
        if question.subject == .readOnly {
            return system.isReadOnly == true
                ? "Yes: \(label) is mounted read-only." : "No: \(label) is mounted read-write."
        }
        if system.doesNotAnswer == true {
            return question.subject == .hungMount || isAsked
                ? "\(question.suspectsHang ? "Yes" : "No"): \(label) does not answer."
                : "\(label) does not answer."
        }
        if question.subject == .hungMount {
            return "\(question.suspectsHang ? "No" : "Yes"): \(label) answers."
        }
        guard let used = system.usedPercent else { return "\(label): no reading tells how full it is." }
        let free = system.availableBytes.map { Quantity.size($0) } ?? "unknown"
        if let needed = question.needed, isAsked, let available = system.availableBytes {
            let verdict = question.isYesNo ? Double(available) >= needed ? "Yes: " : "No: " : ""
            return "\(verdict)\(free) are free on \(label) (\(used.text(1)) % used)."
        }
        if question.gauges.contains(.diskFree), isAsked, let threshold = question.threshold,
            let bytes = system.availableBytes
        {
            let isSo =
                threshold.isAbove ? Double(bytes) > threshold.value : Double(bytes) < threshold.value
            return "\(isSo ? "Yes" : "No"): \(free) are free on \(label) (\(used.text(1)) % used)."
        }
        switch question.gauges.first {
        case .diskFree?: return "\(free) are free on \(label) (\(used.text(1)) % used)."
        case .diskTotal?:
            return "\(system.totalBytes.map { Quantity.size($0) } ?? "unknown"): the size of \(label)."
        case .inodesFree?, .inodesUsed?:
            guard let inodes = system.inodesUsedPercent, let left = system.inodesFree else {
                return "Not measured here: the readings hold no inode figures of \(label)."
            }
            return question.gauges.first == .inodesUsed
                ? "\(inodes.text(1)) % of the inodes of \(label) are used, \(left) are free."
                : "\(left) inodes are free on \(label) (\(inodes.text(1)) % used)."
        default: break
        }
        if question.subject == .diskGrowth {
            guard let growth = forecast?.fileSystems.first(where: { $0.name == label })?.growthBytesPerHour
            else {
                return "How fast \(label) fills is not known yet: too little has been seen."
            }
            let verdict = question.isYesNo ? growth > 0 ? "Yes: " : "No: " : ""
            return growth > 0
                ? "\(verdict)\(label) grows by \(Quantity.size(growth)) per hour (\(used.text(1)) % full)."
                : "\(verdict)\(label) does not grow; it is \(used.text(1)) % full."
        }
        if question.subject == .disk || question.form == .until || question.form == .when
            || question.subject == .diskGrowth
        {
            return diskForecast(among: label).first
        }
        let verdict = isAsked ? ((used >= 90) == question.suspectsTrouble ? "Yes: " : "No: ") : ""
        let size = system.usedBytes.map { " (\(Quantity.size($0)))" } ?? ""
        return "\(verdict)\(label) is \(used.text(1)) % full\(size), \(free) free."
    }
}
