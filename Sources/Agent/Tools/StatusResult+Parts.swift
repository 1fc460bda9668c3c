import Foundation
import MaintenanceAPI
import RelayAPI
import Values

/// What the newest reading tells of each part of the host.
extension StatusResult {
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
