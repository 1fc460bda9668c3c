import Foundation
import MaintenanceAPI
import RelayAPI

/// `get_current_status`: the newest reading.
struct CurrentStatusTool: Tool {
    let summary =
        "The newest reading of the host and what needs attention: CPU, cores, load, memory, swap, file systems, disks, network, "
        + "pressure, process counts, temperatures, uptime, kernel."

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        guard let sample = try await call.database.newestSample() else { return .noData }
        let age = Double(call.now.milliseconds - sample.takenAt) / 1000
        let unusual = try await call.database.unusualNow()
        let health = try await call.database.health()
        let result = StatusResult(sample, ageSeconds: age, unusual: unusual, health, &call.names)
        return ToolOutput(.currentStatus(result), of: sample)
    }
}

/// The newest reading, as far as it is shown.
struct StatusResult: ResultPart {
    private static let maxTemperatureCount = 4

    /// What needs attention, the worst first; empty where all is well.
    let needsAttention: [Concern]
    /// A label.
    let hostName: String?
    let kernelVersion: String?
    /// A label.
    let kernelRelease: String?
    let bootID: String?
    let coreBusyPercent: [Double]
    let coresLeftOut: Int?
    let disks: [Disk]
    let interfaces: [Interface]
    let probeIntervalSeconds: Double?
    let takenAtUTC: String
    let ageSeconds: Double?
    let isStale: Bool
    let clockAheadSeconds: Double?
    let uptimeSeconds: Double?
    let bootedAtUTC: String?
    let coreCount: Int?
    let cpu: CPU?
    let load: Load?
    let memory: Memory?
    let pressure: Pressure?
    let fileSystems: FileSystems
    /// Memory, swap and CPU are shares of these limits; nil outside a container.
    let container: Container?
    let network: Network?
    let processes: Processes?
    /// The fields of the metrics that are unusual.
    let unusualSeries: [String]
    /// The hottest first; nil where there is none.
    let temperatures: [Temperature]?
    let temperaturesLeftOut: Int?
    let hottestCelsius: Double?
    let relayQueuedMessages: Int?
    let openFiles, maxOpenFiles: Int64?
    let openFilesPercent: Double?

    private static let maxCount = 16

    init(
        _ sample: Sample, ageSeconds age: Double, unusual: [Metric], _ health: Health,
        _ names: inout HostNames
    ) {
        needsAttention = health.concerns.prefix(Self.maxCount).map { Concern($0, &names) }
        hostName = sample.host.name.map { names.label($0, .host) }
        kernelVersion = sample.host.kernel.flatMap(Self.numbers)
        kernelRelease = sample.host.kernel.map { names.label($0, .kernel) }
        bootID = sample.host.bootId.flatMap { UUID(uuidString: $0)?.uuidString.lowercased() }
        let cores = sample.cpu?.cores ?? []
        coreBusyPercent = cores.prefix(Self.maxCount).compactMap { $0.busyPercent.figure() }
        coresLeftOut = cores.count.beyond(Self.maxCount)
        disks = sample.disks.prefix(Self.maxCount).map { Disk($0, name: names.label($0.device, .disk)) }
        interfaces = sample.networks.prefix(Self.maxCount).map {
            Interface($0, name: names.label($0.interface, .interface))
        }
        probeIntervalSeconds = sample.intervalSeconds?.figure()
        takenAtUTC = utcText(sample.takenAt)
        ageSeconds = age.figure(0)
        isStale = age > 60
        // Delays and rounding make a few seconds.
        clockAheadSeconds = age < -5 ? (-age).figure(0) : nil
        uptimeSeconds = sample.host.uptimeSeconds?.figure(0)
        bootedAtUTC = sample.host.uptimeSeconds.map { utcText(sample.takenAt - Int64($0 * 1000)) }
        coreCount = sample.host.coreCount
        cpu = sample.cpu.map(CPU.init)
        load = sample.load.map(Load.init)
        memory = sample.memory.map(Memory.init)
        pressure = sample.pressure.map(Pressure.init)
        fileSystems = FileSystems(sample, &names)
        container = sample.container.map(Container.init)
        network = Network(sample)
        processes = sample.processes.map(Processes.init)
        unusualSeries = unusual.map(\.traits.field)
        let hottest = sample.temperatures.sorted {
            ($0.isDoubtful == true ? 1 : 0, -$0.celsius) < ($1.isDoubtful == true ? 1 : 0, -$1.celsius)
        }
        let shown = hottest.prefix(Self.maxTemperatureCount).map {
            Temperature(
                sensor: names.label($0.sensor, .sensor), celsius: $0.celsius.figure(),
                isDoubtful: $0.isDoubtful)
        }
        temperatures = shown.isEmpty ? nil : shown
        temperaturesLeftOut = hottest.count.beyond(Self.maxTemperatureCount)
        hottestCelsius = sample.temperatures.filter { $0.isDoubtful != true }.map(\.celsius).max()?.figure()
        relayQueuedMessages = sample.relay?.queuedMessages
        openFiles = sample.fileDescriptors?.allocated
        maxOpenFiles = sample.fileDescriptors?.max
        openFilesPercent = sample.fileDescriptors.flatMap {
            Share.percent(Double($0.allocated), of: Double($0.max))?.figure()
        }
    }

    /// `6.1.0` of `6.1.0-28-amd64`: of what a host calls its kernel only numbers are passed on as they are.
    private static func numbers(_ release: String) -> String? {
        let numbers = release.prefix { $0.isASCII && $0.isNumber || $0 == "." }.split(separator: ".")
        return numbers.isEmpty || numbers.count > 4 || numbers.contains { $0.count > 5 }
            ? nil : numbers.joined(separator: ".")
    }

    struct Concern: ResultPart {
        let resource: HealthRule.Resource
        let summary: String
        let value: Double?
        /// A label.
        let fileSystem: String?
        let gauge: Gauge?

        private enum CodingKeys: CodingKey { case resource, summary }

        init(_ concern: Health.Concern, _ names: inout HostNames) {
            resource = concern.resource
            value = concern.value
            gauge = concern.gauge
            let label = concern.fileSystem.map { names.label($0, .filesystem) }
            fileSystem = label
            summary = label.map { concern.words.replacing("{name}", with: $0) } ?? concern.words
        }
    }

    struct Disk: ResultPart {
        let name: String
        let busyPercent, readBytesPerSecond, writtenBytesPerSecond: Double?
        let averageWaitMs, readsPerSecond, writesPerSecond: Double?

        init(_ disk: Sample.Disk, name: String) {
            self.name = name
            averageWaitMs = disk.averageWaitMilliseconds?.figure()
            readsPerSecond = disk.readsPerSecond.figure()
            writesPerSecond = disk.writesPerSecond.figure()
            busyPercent = disk.busyPercent.figure()
            readBytesPerSecond = disk.readBytesPerSecond.figure()
            writtenBytesPerSecond = disk.writtenBytesPerSecond.figure()
        }
    }

    struct Interface: ResultPart {
        let name: String
        let receivedBytesPerSecond, sentBytesPerSecond: Double?
        let errorsPerSecond, dropsPerSecond: Double?

        init(_ network: Sample.Network, name: String) {
            self.name = name
            errorsPerSecond = (network.receiveErrorsPerSecond + network.sendErrorsPerSecond).figure()
            dropsPerSecond = (network.receiveDropsPerSecond + network.sendDropsPerSecond).figure()
            receivedBytesPerSecond = network.receivedBytesPerSecond.figure()
            sentBytesPerSecond = network.sentBytesPerSecond.figure()
        }
    }

    struct CPU: ResultPart {
        let busyPercent, userPercent, systemPercent, ioWaitPercent, stealPercent: Double?
        let busiestCorePercent: Double?
        /// Cores that are not told one by one; the busiest is over all.
        let coresLeftOut: Int?

        init(_ cpu: Sample.CPU) {
            busyPercent = cpu.all.busyPercent.figure()
            userPercent = cpu.all.userPercent.figure()
            systemPercent = cpu.all.systemPercent.figure()
            ioWaitPercent = cpu.all.ioWaitPercent.figure()
            stealPercent = cpu.all.stealPercent.figure()
            busiestCorePercent = cpu.cores.map(\.busyPercent).max()?.figure()
            coresLeftOut = cpu.coresLeftOut
        }
    }

    struct Container: ResultPart {
        let memoryLimitBytes: Int64?
        let cpuLimitCores: Double?

        init(_ container: Sample.Container) {
            memoryLimitBytes = container.memoryMaxBytes
            cpuLimitCores = container.cpuCores?.figure(2)
        }
    }

    struct Load: ResultPart {
        let over1Minute, over5Minutes, over15Minutes: Double?

        private enum CodingKeys: String, CodingKey {
            case over1Minute = "over_1_minute"
            case over5Minutes = "over_5_minutes"
            case over15Minutes = "over_15_minutes"
        }

        init(_ load: Sample.Load) {
            over1Minute = load.one.figure(2)
            over5Minutes = load.five.figure(2)
            over15Minutes = load.fifteen.figure(2)
        }
    }

    struct Memory: ResultPart {
        let usedPercent: Double?
        let totalBytes, usedBytes, availableBytes, swapTotalBytes, swapUsedBytes: Int64?
        let swapUsedPercent: Double?
        let oomKillsSinceBoot: Int64?

        init(_ memory: Sample.Memory) {
            usedPercent = memory.usedPercent?.figure()
            totalBytes = memory.totalBytes
            usedBytes = memory.totalBytes.flatMap { total in memory.availableBytes.map { total - $0 } }
            availableBytes = memory.availableBytes
            swapTotalBytes = memory.swapTotalBytes
            swapUsedBytes = memory.swapTotalBytes.flatMap { total in memory.swapFreeBytes.map { total - $0 } }
            swapUsedPercent = memory.swapUsedPercent?.figure()
            oomKillsSinceBoot = memory.oomKills
        }
    }

    struct Pressure: ResultPart {
        let cpuSomePercent, memorySomePercent, ioSomePercent: Double?

        init(_ pressure: Sample.Pressure) {
            cpuSomePercent = pressure.cpu?.someAvg10Percent?.figure(2)
            memorySomePercent = pressure.memory?.someAvg10Percent?.figure(2)
            ioSomePercent = pressure.io?.someAvg10Percent?.figure(2)
        }
    }

    /// Those that do not answer first, then the fullest.
    struct FileSystems: ResultPart {
        private static let maxCount = 8

        let count: Int
        let answeringCount: Int
        /// How many of them do not answer; nil where all do.
        let notAnsweringCount: Int?
        let shown: [FileSystem]
        let leftOut: Int?

        init(_ sample: Sample, _ names: inout HostNames) {
            let sorted = sample.fileSystems.sorted { left, right in
                left.timedOut == right.timedOut
                    ? (left.usedPercent ?? 0) > (right.usedPercent ?? 0) : left.timedOut
            }
            count = sorted.count + (sample.fileSystemsLeftOut ?? 0)
            let silent = sorted.count(where: \.timedOut)
            answeringCount = count - silent
            notAnsweringCount = silent == 0 ? nil : silent
            shown = sorted.prefix(Self.maxCount).map {
                FileSystem($0, name: names.label($0.mountPoint, .filesystem))
            }
            leftOut = count.beyond(Self.maxCount)
        }
    }

    struct FileSystem: ResultPart {
        let name: String
        /// Nil where it is none of the usual ones: what a host calls it is not passed on.
        let type: String?
        let usedPercent: Double?
        let totalBytes, usedBytes, availableBytes: Int64?
        /// True or nil.
        let doesNotAnswer: Bool?
        /// Too many others did not answer; true or nil.
        let wasNotAsked: Bool?
        let isReadOnly: Bool?
        let inodesUsedPercent: Double?
        let inodesFree: Int64?

        init(_ fileSystem: Sample.FileSystem, name: String) {
            self.name = name
            type = Self.types.contains(fileSystem.type) ? fileSystem.type : nil
            usedPercent = fileSystem.usedPercent?.figure()
            totalBytes = fileSystem.totalBytes
            usedBytes = fileSystem.usedBytes
            availableBytes = fileSystem.availableBytes
            doesNotAnswer = fileSystem.timedOut ? true : nil
            wasNotAsked = fileSystem.notAsked
            isReadOnly = fileSystem.isReadOnly ? true : nil
            inodesUsedPercent = fileSystem.inodesUsedPercent?.figure()
            inodesFree = fileSystem.inodesUsedPercent == nil ? nil : fileSystem.inodesFree
        }

        private static let types: Set<String> = [
            "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "vfat",
            "exfat", "ntfs", "ntfs3", "hfsplus", "iso9660", "squashfs", "overlay", "tmpfs", "nfs", "nfs4",
            "cifs", "smb3", "ceph", "glusterfs", "9p", "virtiofs", "fuse.sshfs", "fuse.glusterfs",
        ]
    }

    /// All interfaces together.
    struct Network: ResultPart {
        let receivedBytesPerSecond, sentBytesPerSecond: Double?
        let receiveErrorsPerSecond, receiveDropsPerSecond, sendErrorsPerSecond, sendDropsPerSecond: Double?
        let tcpEstablished: Int64?
        let tcpRetransmitsPerSecond: Double?

        /// Nil in a first reading, which has no rates.
        init?(_ sample: Sample) {
            guard sample.intervalSeconds != nil, !sample.networks.isEmpty else { return nil }
            func sum(_ rate: KeyPath<Sample.Network, Double>) -> Double? {
                sample.networks.reduce(0) { $0 + $1[keyPath: rate] }.figure()
            }
            receivedBytesPerSecond = sum(\.receivedBytesPerSecond)
            sentBytesPerSecond = sum(\.sentBytesPerSecond)
            receiveErrorsPerSecond = sum(\.receiveErrorsPerSecond)
            receiveDropsPerSecond = sum(\.receiveDropsPerSecond)
            sendErrorsPerSecond = sum(\.sendErrorsPerSecond)
            sendDropsPerSecond = sum(\.sendDropsPerSecond)
            tcpEstablished = sample.tcp?.established
            tcpRetransmitsPerSecond = sample.tcp?.retransmitsPerSecond?.figure()
        }
    }

    struct Processes: ResultPart {
        let count, running, blocked, zombies: Int
        let notLookedAt, threads: Int?
        /// Processes of other users are hidden from the probe; true or nil.
        let onlyOwn: Bool?
        let startedPerSecond: Double?

        init(_ processes: Sample.Processes) {
            count = processes.count
            running = processes.running
            blocked = processes.blocked
            zombies = processes.zombies
            notLookedAt = processes.notLookedAt
            onlyOwn = processes.onlyOwn
            threads = processes.threads
            startedPerSecond = processes.startedPerSecond?.figure()
        }
    }

    struct Temperature: ResultPart {
        let sensor: String
        let celsius: Double?
        /// The sensor is stuck or not connected; true or nil.
        let isDoubtful: Bool?
    }
}
