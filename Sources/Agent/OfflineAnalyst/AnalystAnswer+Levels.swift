import MaintenanceAPI
import Questions
import Values

/// Levels: when one will be reached, what has to go to be below one, and how much room there is.
extension AnalystAnswer {
    /// The label of the file system that is asked about.
    private var mentionedSystem: String? { mentions.first { $0.kind == .filesystem }?.label }

    private var forecastSystems: [ForecastResult.FileSystem] {
        (forecast?.fileSystems ?? []).filter { mentionedSystem == nil || $0.name == mentionedSystem }
    }

    // MARK: A level ahead

    /// When file systems are as full as asked.
    var spaceReaching: [String] {
        guard let level = question.threshold,
            let first = forecastSystems.first(where: { $0.usedPercent != nil }),
            let used = first.usedPercent
        else { return [Self.noData] }
        if level.isAbove ? used >= level.value : used <= level.value {
            return withPath([alreadyThere("\(first.name) is \(used.text(1)) % full")])
        }
        let reaching = forecastSystems.filter { $0.levelInHours ?? .infinity < Self.farthestHours }.min {
            ($0.levelInHours ?? 0) < ($1.levelInHours ?? 0)
        }
        if let reaching, let hours = reaching.levelInHours {
            let growth = reaching.growthBytesPerHour ?? 0
            let rate =
                "\(growth > 0 ? "growing" : "shrinking") by \(Quantity.size(growth.magnitude)) per hour"
            return withPath([
                inTime(hours, "\(reaching.name) is \((reaching.usedPercent ?? 0).text(1)) % full, \(rate)")
            ])
        }
        if forecast?.rateIsUnknown == true {
            return [
                "That cannot be said yet: too little has been seen; \(first.name) is \(used.text(1)) % full."
            ]
        }
        let how = level.isAbove ? "does not grow" : "does not shrink"
        return withPath([notAtThisRate("\(first.name) \(how) and is \(used.text(1)) % full")])
    }

    /// When another figure is where the question asks.
    var reaching: [String] {
        guard let level = question.threshold, let report = series.first, let newest = report.newest else {
            return [Self.noData]
        }
        let figure = "\(report.nameIs) \(report.gauge.text(newest.value))"
        if level.isAbove ? newest.value >= level.value : newest.value <= level.value {
            return [alreadyThere(figure)]
        }
        if let hours = report.thresholdInHours, hours < Self.farthestHours {
            let rate = report.changePerHour ?? 0
            let way = rate > 0 ? "rising" : "falling"
            return [inTime(hours, "\(figure), \(way) by \(report.gauge.text(rate.magnitude)) per hour")]
        }
        return [notAtThisRate(figure + course(report))]
    }

    /// What lies farther ahead no rate of some hours tells.
    private static let farthestHours = 24.0 * 365

    private func alreadyThere(_ figure: String) -> String {
        question.isYesNo ? "Yes, it is already: \(figure)." : "It is already: \(figure)."
    }

    private func inTime(_ hours: Double, _ figure: String) -> String {
        let length = Quantity.length(seconds: hours * 3600)
        guard question.isYesNo else { return "In \(length) at the present rate: \(figure)." }
        let isSoon = question.horizon.map { hours <= Double($0) / 60 } ?? true
        return "\(isSoon ? "Yes" : "No"): in \(length) at the present rate; \(figure)."
    }

    private func notAtThisRate(_ figure: String) -> String {
        "\(question.isYesNo ? "No, not" : "Not") at the present rate: \(figure)."
    }

    // MARK: What has to go

    var surplus: [String] {
        guard let level = forecast?.levelPercent, !forecastSystems.isEmpty else { return [Self.noData] }
        let over = forecastSystems.filter { $0.bytesAboveLevel ?? 0 > 0 }
        guard let first = over.first, let bytes = first.bytesAboveLevel else {
            let fullest = forecastSystems.first.flatMap { system in
                system.usedPercent.map { "\(system.name) is \($0.text(1)) % full, " }
            }
            return withPath(["Nothing needs to go: \(fullest ?? "")not above \(level.text(1)) %."])
        }
        let more = over.dropFirst().prefix(2).compactMap { system in
            system.bytesAboveLevel.map { "\(Quantity.size($0)) on \(system.name)" }
        }
        let why = question.threshold == nil ? ", where it needs no attention" : ""
        return withPath([
            "\(Quantity.size(bytes)) on \(first.name) to get from \((first.usedPercent ?? 0).text(1)) % to \(level.text(1)) %\(why)."
        ]) + (more.isEmpty ? [] : ["Also \(more.joinedWithAnd)."])
    }

    // MARK: Size and what is left

    func room(_ resource: Query.Resource) -> [String] {
        if resource == .memory {
            guard let memory = status?.memory, let total = memory.totalBytes, let free = memory.availableBytes
            else { return [Self.noData] }
            return ["\(Quantity.size(total)) of memory in all, \(Quantity.size(free)) available."]
        }
        let systems = shown.filter { mentionedSystem == nil || $0.name == mentionedSystem }
        let parts = systems.compactMap { system -> String? in
            guard let total = system.totalBytes, let free = system.availableBytes else { return nil }
            return "\(system.name) has \(Quantity.size(total)) in all, \(Quantity.size(free)) free"
        }
        return parts.isEmpty ? [Self.noData] : withPath(["\(parts.prefix(3).joined(separator: "; "))."])
    }
}
