import MaintenanceAPI
import RelayAPI

extension Conditions {
    /// A host without any activity.
    static func quiet(_ sample: inout Sample, minutesAgo: Double) {
        let usual = Conditions(
            cpu: .steady(10), ioWait: .steady(0.5), steal: .steady(0), load: .steady(1.3),
            memory: .steady(42),
            swap: .steady(5), oomKills: .steady(0), cpuPressure: .steady(1), memoryPressure: .steady(0),
            ioPressure: .steady(1), readBytes: .steady(1_200_000), writtenBytes: .steady(3_400_000),
            receivedBytes: .steady(420_000), sentBytes: .steady(91_000), receiveDrops: .steady(0),
            receiveErrors: .steady(0), retransmits: .steady(0.4), processCount: .steady(231),
            startedProcesses: .steady(3), blocked: .steady(0), zombies: .steady(0), openFiles: .steady(3712),
            temperature: .steady(51), relayQueued: .steady(2), relayLatencyMilliseconds: .steady(9),
            relayConnections: .steady(4), bootedMinutesAgo: 20_160,
            processes: [
                Process(name: "postgres", cpu: .steady(4.5), bytes: .steady(2_100_000_000)),
                Process(name: "nginx", cpu: .steady(2.5), bytes: .steady(400_000_000)),
                Process(name: "cron", cpu: .steady(0.5), bytes: .steady(3_000_000)),
            ],
            fileSystems: [
                FileSystem(mount: "/", used: .steady(62), bytes: 500_000_000_000, isHung: nil),
                FileSystem(mount: "/srv/data", used: .steady(71), bytes: 4_000_000_000_000, isHung: nil),
            ], hostName: "web-01", interface: "eth0", sensor: "coretemp", device: "nvme0n1")
        usual.apply(to: &sample, share: 1, minutesAgo: minutesAgo)
    }

    /// Changes a sample taken after `share` of the duration of these conditions, 0…1.
    func apply(to sample: inout Sample, share: Double, minutesAgo: Double) {
        applyLoad(to: &sample, share)
        applyTraffic(to: &sample, share)
        applyProcesses(to: &sample, share)
        applyFileSystems(to: &sample, share)
        set(relayQueued, share) { sample.relay?.queuedMessages = Int($0) }
        set(relayLatencyMilliseconds, share) { sample.relay?.ackLatencyP99Milliseconds = $0 }
        set(relayConnections, share) { sample.relay?.connections = Int($0) }
        set(openFiles, share) { sample.fileDescriptors?.allocated = Int64($0) }
        set(temperature, share) { sample.temperatures[0].celsius = $0 }
        if let bootedMinutesAgo {
            sample.host.uptimeSeconds = (bootedMinutesAgo - minutesAgo) * 60
            sample.host.bootId = "boot \(bootedMinutesAgo)"
        }
        if let clockAheadSeconds { sample.takenAt += Int64(clockAheadSeconds * 1000) }
        if let hostName { sample.host.name = hostName }
        if let interface { sample.networks[0].interface = interface }
        if let sensor { sample.temperatures[0].sensor = sensor }
        if let device { sample.disks[0].device = device }
        for group in missing ?? [] { sample.remove(group) }
    }

    private func set(_ course: Course?, _ share: Double, _ change: (Double) -> Void) {
        if let course { change(course.value(at: share)) }
    }

    private func applyLoad(to sample: inout Sample, _ share: Double) {
        set(cpu, share) { busy in
            sample.cpu?.all = Self.modes(busy: busy)
            for core in sample.cpu?.cores.indices ?? 0..<0 {
                sample.cpu?.cores[core] = Self.modes(busy: busy)
            }
        }
        set(ioWait, share) { waiting in
            let before = sample.cpu?.all.ioWaitPercent ?? 0
            sample.cpu?.all.idlePercent -= waiting - before
            sample.cpu?.all.ioWaitPercent = waiting
        }
        set(steal, share) { stolen in
            sample.cpu?.all.idlePercent -= stolen
            sample.cpu?.all.stealPercent = stolen
        }
        set(load, share) { sample.load = Sample.Load(one: $0, five: $0, fifteen: $0) }
        set(memory, share) { percent in
            let total = sample.memory?.totalBytes ?? 0
            sample.memory?.availableBytes = total - Int64(Double(total) * percent / 100)
        }
        set(swap, share) { percent in
            let total = sample.memory?.swapTotalBytes ?? 0
            sample.memory?.swapFreeBytes = total - Int64(Double(total) * percent / 100)
        }
        set(oomKills, share) { sample.memory?.oomKills = Int64($0) }
        set(cpuPressure, share) { sample.pressure?.cpu?.someAvg10Percent = $0 }
        set(memoryPressure, share) { sample.pressure?.memory?.someAvg10Percent = $0 }
        set(ioPressure, share) { sample.pressure?.io?.someAvg10Percent = $0 }
    }

    private static func modes(busy: Double) -> Sample.CPUModes {
        var modes = Sample.CPUModes()
        modes.userPercent = busy * 0.8
        modes.systemPercent = busy * 0.2
        modes.idlePercent = 100 - busy
        return modes
    }

    private func applyTraffic(to sample: inout Sample, _ share: Double) {
        set(readBytes, share) { sample.disks[0].readBytesPerSecond = $0 }
        set(writtenBytes, share) { sample.disks[0].writtenBytesPerSecond = $0 }
        set(receivedBytes, share) { sample.networks[0].receivedBytesPerSecond = $0 }
        set(sentBytes, share) { sample.networks[0].sentBytesPerSecond = $0 }
        set(receiveDrops, share) { sample.networks[0].receiveDropsPerSecond = $0 }
        set(receiveErrors, share) { sample.networks[0].receiveErrorsPerSecond = $0 }
        set(retransmits, share) { sample.tcp?.retransmitsPerSecond = $0 }
    }

    private func applyProcesses(to sample: inout Sample, _ share: Double) {
        set(processCount, share) { sample.processes?.count = Int($0) }
        set(startedProcesses, share) { sample.processes?.startedPerSecond = $0 }
        set(blocked, share) { sample.processes?.blocked = Int($0) }
        set(zombies, share) { sample.processes?.zombies = Int($0) }
        guard let processes else { return }
        let all = processes.enumerated().map { index, process in
            var result = Sample.Process(pid: Int32(1000 + index), name: process.name)
            result.cpuPercent = process.cpu.value(at: share)
            result.residentBytes = Int64(process.bytes.value(at: share))
            return result
        }
        sample.processes?.topByCPU = all.sorted { ($0.cpuPercent ?? 0) > ($1.cpuPercent ?? 0) }
        sample.processes?.topByMemory = all.sorted { ($0.residentBytes ?? 0) > ($1.residentBytes ?? 0) }
    }

    private func applyFileSystems(to sample: inout Sample, _ share: Double) {
        guard let fileSystems else { return }
        sample.fileSystems = fileSystems.enumerated().map { index, system in
            var result = Sample.FileSystem(
                mountPoint: system.mount, device: "/dev/sd\(index)", type: "ext4")
            guard system.isHung != true else {
                result.timedOut = true
                return result
            }
            result.totalBytes = Int64(system.bytes)
            result.usedBytes = Int64(system.bytes * system.used.value(at: share) / 100)
            result.availableBytes = Int64(system.bytes) - (result.usedBytes ?? 0)
            return result
        }
    }
}

extension Sample {
    /// Simulates a missing kernel file.
    fileprivate mutating func remove(_ group: String) {
        switch group {
        case "cpu": cpu = nil
        case "memory": memory = nil
        case "swap":
            memory?.swapTotalBytes = 0
            memory?.swapFreeBytes = 0
        case "pressure": pressure = nil
        case "network": networks = []
        case "processes": processes = nil
        case "relay": relay = nil
        case "temperatures": temperatures = []
        default: preconditionFailure("no group is called \(group)")
        }
    }
}
