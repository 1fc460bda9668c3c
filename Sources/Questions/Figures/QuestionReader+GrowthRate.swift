import MaintenanceAPI

/// How fast a figure grows.
extension QuestionReader {
    private static let growths = [
        "grow", "grows", "growing", "grew", "grown", "growth", "rise", "rises", "rising", "rose", "fill",
        "fills", "filling", "filled", "climb", "climbs", "climbing", "climbed", "increase", "increases",
        "increasing", "increased", "trend", "eaten", "eating up", "used up", "using up", "leak", "leaking",
        "going away", "go away", "disappear", "disappearing", "vanish", "vanishing", "eaten up",
        "build up", "building up", "go up", "going up", "shrink", "shrinking", "drain", "draining",
    ]
    private static let speeds = [
        "rate of growth", "growth rate", "rate of increase", "rate of change", "rate of rise", "fill rate",
        "how fast", "how quickly", "how rapidly", "at what rate", "at which rate", "what speed", "per minute",
        "a minute", "each minute", "per hour", "an hour", "per second",
    ]

    /// "How fast is memory growing, in MB per minute?"
    mutating func readGrowthRate() -> Bool {
        guard Self.speeds.contains(where: { says($0) }), Self.growths.contains(where: { says($0) }),
            !says("last hour", "past hour", "an hour ago", "within an hour", "in an hour", "half an hour"),
            let gauge = grown,
            gauge != .diskUsedBytes || saysMinute || says("away", "disappearing", "vanishing"),
            !namesHostNames || namesMountPoint,
            question.threshold == nil,
            !has("process", "relay", "probe", "runout"),
            !says("when", "will", "why", "until", "which", "days")
        else { return false }
        set(.value, .topic(.growth(gauge, byMinute: says("minute", "minutes", "second"))))
        (question.statistic, question.comparison, question.unit, saysForm) = (.now, nil, nil, true)
        return true
    }

    /// The forecast of disks tells growth by the hour.
    private var saysMinute: Bool { says("minute", "minutes", "mb", "mib", "second") }

    /// The amount that grows, in a unit of its own.
    private var grown: Gauge? {
        if has("space") || gauges.first.map({ [.diskUsed, .diskFree, .diskUsedBytes].contains($0) }) == true {
            return .diskUsedBytes
        }
        guard let gauge = gauges.first, gauges.count == 1 else { return nil }
        switch gauge {
        case .memoryUsed, .memoryUsedBytes, .memoryAvailable, .memoryFree: return .memoryUsedBytes
        case .swapUsed, .swapUsedBytes: return .swapUsedBytes
        case .memoryCached, .processCount, .threads, .openFiles, .tcpEstablished, .zombies: return gauge
        default: return nil
        }
    }
}
