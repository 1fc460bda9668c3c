import MaintenanceAPI

/// How a host is, as far as it is not as usual. Percentages are 0…100; rates are per second.
struct Conditions: Decodable, Sendable {
    struct Process: Decodable, Sendable {
        let name: String
        /// Of one core.
        let cpu: Course
        let bytes: Course
    }

    struct FileSystem: Decodable, Sendable {
        let mount: String
        let used: Course
        let bytes: Double
        /// It does not answer; nothing else is known of it.
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
    /// How far the host's clock goes ahead of ours.
    var clockAheadSeconds: Double?
    var processes: [Process]?
    var fileSystems: [FileSystem]?
    var hostName, interface, sensor, device: String?
    /// What cannot be read.
    var missing: Set<String>?
    /// No reading arrives.
    var silent: Bool?

    var isSilent: Bool { silent == true }
}

/// A value over a stretch of time: steady, or in a straight line from one value to another.
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

    /// Its value when `share` of the time has passed, 0…1.
    func value(at share: Double) -> Double {
        switch self {
        case .steady(let value): value
        case .line(let from, let to): from + (to - from) * share
        }
    }
}
