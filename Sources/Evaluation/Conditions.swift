import MaintenanceAPI

/// A host's deviations from normal. Percentages are 0…100; rates are per second.
struct Conditions: Decodable, Sendable {
    struct Process: Decodable, Sendable {
        let name: String
        /// Percent of one core.
        let cpu: Course
        let bytes: Course
    }

    struct FileSystem: Decodable, Sendable {
        let mount: String
        let used: Course
        let bytes: Double
        /// It does not respond; nothing else is known about it.
        let isHung: Bool?
    }

    var cpu, ioWait, steal, load, memory, swap, oomKills: Course?
    var cpuPressure, memoryPressure, ioPressure: Course?
    var readBytes, writtenBytes, receivedBytes, sentBytes: Course?
    var receiveDrops, receiveErrors, retransmits: Course?
    var processCount, startedProcesses, blocked, zombies, openFiles, temperature: Course?
    var relayQueued, relayLatencyMilliseconds, relayConnections: Course?
    /// Minutes before the question.
    var bootedMinutesAgo: Double?
    /// How far the host's clock is ahead of ours.
    var clockAheadSeconds: Double?
    var processes: [Process]?
    var fileSystems: [FileSystem]?
    var hostName, interface, sensor, device: String?
    /// The parts that cannot be read.
    var missing: Set<String>?
    /// No samples arrive.
    var silent: Bool?

    var isSilent: Bool { silent == true }
}

/// A value over a period: constant, or linear from one value to another.
enum Course: Decodable, Sendable {
    case steady(Double)
    case line(from: Double, to: Double)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Double.self) {
            self = .steady(value)
            return
        }
        let ends = try container.decode([Double].self)
        guard ends.count == 2 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a line has two ends")
        }
        self = .line(from: ends[0], to: ends[1])
    }

    /// Its value after `share` of the period, 0…1.
    func value(at share: Double) -> Double {
        switch self {
        case .steady(let value): value
        case .line(let from, let to): from + (to - from) * share
        }
    }
}
