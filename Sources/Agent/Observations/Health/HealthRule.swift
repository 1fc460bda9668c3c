import MaintenanceAPI

/// The limit of one resource of the host: the value that raises a concern, and the lower one that clears it.
///
/// The only place that decides what needs attention; answers, pages and commands use it.
struct HealthRule: Sendable {
    /// What runs short.
    enum Resource: String, Hashable, Sendable, Encodable {
        case cpu = "CPU"
        case memory = "memory"
        case disks = "disks"
        case space = "disk space"
        case network = "network"
        case processes = "processes"
        case heat = "temperature"
        case relay = "relay"
        case telemetry = "telemetry"
    }

    let gauge: Gauge
    let resource: Resource
    let raisesAt: Double
    let clearsBelow: Double
    /// How it is said, with the figure.
    let words: @Sendable (String) -> String

    static let all: [HealthRule] = [
        HealthRule(.cpuBusy, .cpu, 90, 75) { "the CPU is \($0) busy" },
        HealthRule(.cpuSteal, .cpu, 10, 5) { "the hypervisor steals \($0) of the CPU's time" },
        HealthRule(.cpuPressure, .cpu, 50, 30) { "tasks wait for the CPU \($0) of the time" },
        HealthRule(.cpuIOWait, .disks, 25, 15) { "the CPU waits for disks \($0) of the time" },
        HealthRule(.ioPressure, .disks, 25, 15) { "tasks wait for disks \($0) of the time" },
        HealthRule(.blockedProcesses, .disks, 5, 3) {
            "\($0) processes wait for disks and cannot be stopped"
        },
        HealthRule(.memoryUsed, .memory, 90, 85) { "memory is \($0) used" },
        HealthRule(.swapUsed, .memory, 60, 50) { "swap is \($0) used" },
        HealthRule(.memoryPressure, .memory, 10, 5) { "tasks wait for memory \($0) of the time" },
        HealthRule(.diskUsed, .space, 90, 87) { "a file system is \($0) full" },
        HealthRule(.inodesUsed, .space, 90, 87) { "\($0) of a file system's inodes are used" },
        HealthRule(.receiveDrops, .network, 1, 0.5) { "\($0) received packets are dropped per second" },
        HealthRule(.sendDrops, .network, 1, 0.5) { "\($0) packets to send are dropped per second" },
        HealthRule(.receiveErrors, .network, 1, 0.5) { "\($0) packets per second arrive broken" },
        HealthRule(.sendErrors, .network, 1, 0.5) { "\($0) packets per second fail to be sent" },
        HealthRule(.retransmits, .network, 10, 5) { "TCP sends \($0) segments per second again" },
        HealthRule(.listenOverflows, .network, 1, 0.5) { "\($0) connections per second are turned away" },
        HealthRule(.trackedConnections, .network, 90, 80) { "the connection table is \($0) full" },
        HealthRule(.processCount, .processes, 4000, 3000) { "there are \($0) processes" },
        HealthRule(.zombies, .processes, 20, 10) { "there are \($0) zombies" },
        HealthRule(.temperature, .heat, 90, 85) { "a sensor reads \($0)" },
        HealthRule(.relayQueued, .relay, 1000, 500) { "\($0) messages wait on the relay" },
        HealthRule(.relayLatency, .relay, 5000, 2500) { "the relay's messages are acknowledged after \($0)" },
    ]

    static let ofGauge = Dictionary(uniqueKeysWithValues: all.map { ($0.gauge, $0) })

    /// A file system that will be full within this many hours; beyond `clear` it does not matter yet.
    static let fullWithinHours = (raise: 24.0, clear: 48.0)
    /// Memory that will be full within this many hours, at least so many percent of which are used.
    static let memoryFullWithin = (hours: 1.0, leastUsedPercent: 50.0)
    /// So many processes that wait in each of so many readings, while disks are not busy, are stuck.
    static let stuck = (processes: 2, readings: 6)
    /// How old the newest reading may be, in intervals and at least.
    static let silence = (seconds: 60.0, intervals: 3.0)

    private init(
        _ gauge: Gauge, _ resource: Resource, _ raisesAt: Double, _ clearsBelow: Double,
        words: @escaping @Sendable (String) -> String
    ) {
        self.gauge = gauge
        self.resource = resource
        self.raisesAt = raisesAt
        self.clearsBelow = clearsBelow
        self.words = words
    }

    /// Whether the concern holds after a sequence of values: raised by one, it lasts until one clears it.
    func isRaised(by values: some Sequence<Double>) -> Bool {
        values.reduce(false) { $0 ? $1 >= clearsBelow : $1 >= raisesAt }
    }
}
