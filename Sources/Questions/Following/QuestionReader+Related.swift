import MaintenanceAPI

/// The figures that stand beside the one that was asked for before.
extension QuestionReader {
    private static let inwards: Set<String> = [
        "in", "incoming", "inbound", "received", "receive", "download", "down", "read", "reads", "rx",
        "reading",
    ]
    private static let outwards: Set<String> = [
        "out", "outgoing", "outbound", "sent", "send", "upload", "up", "write", "writes", "written", "tx",
        "writing",
    ]
    private static let pairs: [(Gauge, Gauge)] = [
        (.networkReceived, .networkSent), (.diskReads, .diskWrites), (.swapIn, .swapOut),
        (.diskReadOperations, .diskWriteOperations), (.receiveErrors, .sendErrors),
        (.receiveDrops, .sendDrops),
    ]

    /// What is sent for what is received, and the like.
    static func partner(of gauge: Gauge) -> Gauge? {
        for (first, second) in pairs {
            if gauge == first { return second }
            if gauge == second { return first }
        }
        return nil
    }

    /// "And out?" after what came in.
    func otherWay(_ subject: Query.Subject) -> Query.Subject? {
        let rest = Set(words.plain).subtracting(Self.linking).subtracting([
            "what", "about", "how", "much", "the", "of", "for", "same", "too", "also",
        ])
        guard let word = rest.first, rest.count == 1, Self.inwards.union(Self.outwards).contains(word) else {
            return nil
        }
        let isIn = Self.inwards.contains(word)
        switch subject {
        case .gauges(let gauges):
            guard let first = gauges.first, let pair = Self.pairs.first(where: { $0 == first || $1 == first })
            else { return nil }
            return .gauges([isIn ? pair.0 : pair.1])
        case .topic(.component(var component)):
            switch component.measure {
            case .received, .sent,
                .traffic where component.kind == .interface:
                component.measure = isIn ? .received : .sent
            case .reads, .writes, .traffic: component.measure = isIn ? .reads : .writes
            default: return nil
            }
            return .topic(.component(component))
        default: return nil
        }
    }

    /// What stands for a part of the host that was asked for as a whole.
    private static let standing: [Query.Subject: Gauge] = [.relay: .relayQueued, .networkOK: .receiveDrops]

    /// "And errors?" after dropped packets: what the word means of the same part of the host.
    func related(to previous: Query) -> Gauge? {
        guard let gauge = previous.gauges.first ?? Self.standing[previous.subject],
            gauges.isEmpty || gauges == [.coreCount] && has("core", "each") || namesNoPart
        else { return nil }
        let parts: [String] =
            switch gauge {
            case .receiveErrors, .sendErrors, .receiveDrops, .sendDrops, .networkReceived, .networkSent,
                .retransmits:
                ["network"]
            case .diskReads, .diskWrites, .diskBusy, .diskWait, .diskReadOperations, .diskWriteOperations:
                ["disk", "io"]
            case .diskUsed, .diskFree, .diskTotal: ["disk", "space"]
            case .memoryUsed, .memoryAvailable, .memoryTotal: ["memory"]
            case .swapUsed, .swapFree, .swapTotal: ["swap"]
            case .openFiles, .maxOpenFiles: ["openfile"]
            case .trackedConnections, .trackedConnectionCount: ["conntrack"]
            case _ where gauge.rawValue.hasPrefix("cpu"): ["cpu"]
            case _ where gauge.rawValue.hasPrefix("relay"): ["relay"]
            case _ where gauge.rawValue.hasPrefix("load"): ["load"]
            default: []
            }
        guard !parts.isEmpty else { return nil }
        let found = Vocabulary.gauges(in: asked.union(parts))
        guard let found, found.gauges != Vocabulary.gauges(in: Set(parts))?.gauges,
            found.gauges != previous.gauges,
            !found.concepts.isSubset(of: Set(parts).union(["busy", "count", "host"]))
        else { return nil }
        return found.gauges.first
    }

    /// "And the latency?": it names a measure that several parts of the host have, and none of them.
    var namesNoPart: Bool {
        has("latency", "connection", "error", "drop", "memory", "rate", "user", "device")
            && !has("relay", "disk", "cpu", "network", "swap", "tcp", "load", "probe", "process", "interface")
            && words.plain.count <= 6
    }

    /// What is left of it.
    static let free: [Gauge: Gauge] = [
        .diskUsed: .diskUsed, .memoryUsed: .memoryAvailable, .swapUsed: .swapFree, .cpuBusy: .cpuIdle,
        .inodesUsed: .inodesFree, .memoryUsedBytes: .memoryAvailable, .swapUsedBytes: .swapFree,
        .memoryTotal: .memoryAvailable, .diskTotal: .diskFree, .swapTotal: .swapFree,
        .inodesTotal: .inodesFree,
    ]
}
