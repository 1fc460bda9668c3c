import Foundation
import MaintenanceAPI
import RelayAPI

/// Telemetry of a fictitious host: deterministic for each time, and plausible enough for viewing.
package enum CannedTelemetry {
    /// A sample at this time, in milliseconds since 1970.
    package static func sample(takenAt: Int64) -> Sample {
        var sample = Sample(takenAt: takenAt)
        sample.intervalSeconds = 10
        sample.host.name = "web-01 <script>alert(1)</script>"
        sample.host.kernel = "6.1.0-28-amd64"
        sample.host.bootId = "6f1c2a2e-1d4b-4a55-9a3e-0f8f6f0a1b2c"
        sample.host.uptimeSeconds = 1_234_567
        sample.host.coreCount = 4
        let cores = (0..<4).map { modes(busy: wave(takenAt, around: 34, swing: 20, phase: Double($0))) }
        sample.cpu = Sample.CPU(
            all: modes(busy: wave(takenAt, around: 34, swing: 20, phase: 0)), cores: cores,
            contextSwitchesPerSecond: 5321)
        sample.load = Sample.Load(one: 1.31, five: 1.02, fifteen: 0.87)
        sample.pressure = pressure()
        sample.memory = memory()
        sample.disks = [disk()]
        sample.fileSystems = fileSystems()
        var network = Sample.Network(interface: "eth0")
        network.receivedBytesPerSecond = wave(takenAt, around: 420_000, swing: 300_000, phase: 2)
        network.sentBytesPerSecond = wave(takenAt, around: 91_000, swing: 60_000, phase: 1)
        sample.networks = [network]
        sample.tcp = tcp()
        sample.fileDescriptors = Sample.FileDescriptors(allocated: 3712, max: 9_223_372)
        sample.processes = processes()
        sample.temperatures = [Sample.Temperature(sensor: "coretemp", celsius: 51)]
        sample.relay = relay()
        var probe = Sample.ProbeCost()
        probe.cpuPercent = 0.12
        probe.residentBytes = 31_000_000
        probe.sampleMilliseconds = 2.4
        sample.probe = probe
        return sample
    }

    /// Every series as waves, with a gap and two findings.
    package static func history(from: Date, to: Date, resolution: Duration) -> StatusHistory {
        let start = from.milliseconds
        let end = to.milliseconds
        let seconds = max(1, resolution.components.seconds)
        let length = end - start
        let points = stride(from: start, to: end, by: Int(seconds * 1000)).compactMap { at -> StatusPoint? in
            let isGap = ((start + length / 2)...(start + length * 11 / 20)).contains(at)
            return isGap ? nil : point(at: at)
        }
        return StatusHistory(
            from: start, to: end, resolutionSeconds: Int(seconds), points: points,
            anomalies: [
                Anomaly(
                    metric: .cpuBusyPercent, severity: .warning, from: start + length / 5,
                    to: start + length / 4,
                    summary: "CPU busy 71 % for 3 minutes, usually 30 % to 45 %"),
                Anomaly(
                    metric: nil, severity: .critical, from: start + length / 2, to: start + length * 11 / 20,
                    summary: "no readings arrived for 3 minutes"),
            ])
    }

    private static func point(at: Int64) -> StatusPoint {
        let values = Metric.allCases.enumerated().map { index, metric -> (Metric, MetricSummary) in
            let isPercent = metric.rawValue.hasSuffix("Percent")
            let isRate = metric.rawValue.hasSuffix("BytesPerSecond")
            let scale = isPercent ? 40.0 : isRate ? 600_000 : 3
            let mean = wave(at, around: scale, swing: scale * 0.6, phase: Double(index))
            return (metric, MetricSummary(min: mean * 0.8, mean: mean, max: mean * 1.25))
        }
        return StatusPoint(
            at: at, sampleCount: 6, values: Dictionary(uniqueKeysWithValues: values),
            coreBusyPercent: (0..<4).map { wave(at, around: 40, swing: 38, phase: Double($0)).rounded() },
            fileSystemUsedPercent: [
                "/": MetricSummary(min: 65, mean: 65.2, max: 65.5),
                "/srv/data": filling(at, to: 93, perHour: 0.1),
            ])
    }

    /// A fill level that ends at its current value and was lower before.
    private static func filling(_ at: Int64, to percent: Double, perHour: Double) -> MetricSummary {
        let hoursAgo = max(0, Date().timeIntervalSince1970 - Double(at) / 1000) / 3600
        let mean = max(0, percent - hoursAgo * perHour)
        return MetricSummary(min: max(0, mean - 0.3), mean: mean, max: mean + 0.3)
    }

    private static func wave(_ at: Int64, around middle: Double, swing: Double, phase: Double) -> Double {
        let minutes = Double(at % 86_400_000) / 60_000
        return middle + swing * (0.6 * sin(minutes / 9 + phase) + 0.4 * sin(minutes / 2.3 + 2 * phase))
    }

    private static func modes(busy: Double) -> Sample.CPUModes {
        var modes = Sample.CPUModes()
        modes.userPercent = busy * 0.7
        modes.systemPercent = busy * 0.3
        modes.ioWaitPercent = 1.5
        modes.idlePercent = 100 - busy - 1.5
        return modes
    }

    private static func pressure() -> Sample.Pressure {
        func line(_ some: Double) -> Sample.Pressure.Line {
            var line = Sample.Pressure.Line()
            line.someAvg10Percent = some
            line.someAvg60Percent = some / 2
            line.fullAvg10Percent = some / 4
            line.fullAvg60Percent = some / 8
            return line
        }
        var pressure = Sample.Pressure()
        pressure.cpu = line(4.2)
        pressure.memory = line(0)
        pressure.io = line(1.1)
        return pressure
    }

    private static func memory() -> Sample.Memory {
        var memory = Sample.Memory()
        memory.totalBytes = 16_600_000_000
        memory.availableBytes = 9_700_000_000
        memory.freeBytes = 1_200_000_000
        memory.buffersBytes = 300_000_000
        memory.cachedBytes = 8_000_000_000
        memory.swapTotalBytes = 2_000_000_000
        memory.swapFreeBytes = 1_900_000_000
        memory.oomKills = 0
        return memory
    }

    private static func disk() -> Sample.Disk {
        var disk = Sample.Disk(device: "nvme0n1")
        disk.readBytesPerSecond = 1_200_000
        disk.writtenBytesPerSecond = 3_400_000
        disk.readsPerSecond = 41
        disk.writesPerSecond = 96
        disk.busyPercent = 7.5
        return disk
    }

    private static func fileSystems() -> [Sample.FileSystem] {
        var root = Sample.FileSystem(mountPoint: "/", device: "/dev/nvme0n1p2", type: "ext4")
        root.totalBytes = 500_000_000_000
        root.usedBytes = 310_000_000_000
        root.availableBytes = 165_000_000_000
        root.inodesTotal = 31_000_000
        root.inodesFree = 29_000_000
        var data = Sample.FileSystem(mountPoint: "/srv/data", device: "/dev/sdb1", type: "xfs")
        data.totalBytes = 4_000_000_000_000
        data.usedBytes = 3_720_000_000_000
        data.availableBytes = 280_000_000_000
        var hung = Sample.FileSystem(mountPoint: "/mnt/nfs", device: "nas:/export", type: "nfs4")
        hung.timedOut = true
        return [root, data, hung]
    }

    private static func tcp() -> Sample.TCP {
        var tcp = Sample.TCP()
        tcp.established = 148
        tcp.timeWait = 32
        tcp.retransmitsPerSecond = 0.4
        tcp.segmentsSentPerSecond = 812
        return tcp
    }

    private static func processes() -> Sample.Processes {
        var processes = Sample.Processes()
        processes.count = 231
        processes.running = 3
        processes.blocked = 1
        processes.zombies = 0
        let names = ["postgres", "<img src=x onerror=alert(1)>", "sysmaint", "nginx", "cron"]
        processes.topByCPU = names.enumerated().map { index, name in
            var process = Sample.Process(pid: Int32(1000 + index), name: name)
            process.cpuPercent = 41.5 / Double(index + 1)
            process.residentBytes = Int64(2_100_000_000 / (index + 1))
            return process
        }
        processes.topByMemory = processes.topByCPU
        return processes
    }

    private static func relay() -> RelayDiagnostics {
        RelayDiagnostics(
            version: "0.1.0", uptimeSeconds: 86_400, users: 4, devices: 4, oneTimePreKeysLeft: 391,
            queuedMessages: 2, queuedBytes: 4_812, connections: 4, acceptedTotal: 18_231,
            deliveredTotal: 18_229, ackedTotal: 18_229, acceptedPerSecond: 0.6,
            ackLatencyP50Milliseconds: 1.4,
            ackLatencyP99Milliseconds: 8.9, residentBytes: 42_000_000, cpuSeconds: 112,
            openFileDescriptors: 38,
            host: nil)
    }
}
