import RelayAPI
import MaintenanceAPI

extension Sample {
    /// Beyond it lies nothing that a host has, and sums of it would soon be no figures.
    static let greatestMetric = 1e15

    /// The series that history keeps, as far as this reading has them.
    var metrics: [Metric: Double] {
        Metric.allCases.reduce(into: [:]) { values, metric in
            guard let value = value(of: metric), value.magnitude <= Self.greatestMetric else { return }
            values[metric] = value
        }
    }

    private func value(of metric: Metric) -> Double? {
        switch metric {
        case .cpuBusyPercent: cpu?.all.busyPercent
        case .cpuIOWaitPercent: cpu?.all.ioWaitPercent
        case .load1: load?.one
        case .cpuPressurePercent: pressure?.cpu?.someAvg10Percent
        case .memoryPressurePercent: pressure?.memory?.someAvg10Percent
        case .ioPressurePercent: pressure?.io?.someAvg10Percent
        case .memoryUsedPercent: memory?.usedPercent
        case .swapUsedPercent: memory?.swapUsedPercent
        case .diskUsedPercent: fileSystems.compactMap(\.usedPercent).max()
        case .diskReadBytesPerSecond: sum(disks.map(\.readBytesPerSecond))
        case .diskWrittenBytesPerSecond: sum(disks.map(\.writtenBytesPerSecond))
        case .networkReceivedBytesPerSecond: sum(networks.map(\.receivedBytesPerSecond))
        case .networkSentBytesPerSecond: sum(networks.map(\.sentBytesPerSecond))
        case .processCount: processes.map { Double($0.count) }
        case .relayQueuedMessages: relay.map { Double($0.queuedMessages) }
        case .relayAckLatencyMilliseconds: relay?.ackLatencyP99Milliseconds
        case .probeCPUPercent: probe?.cpuPercent
        case .load5: load?.five
        case .load15: load?.fifteen
        }
    }

    /// A sum of rates; absent in a first reading, which has none.
    private func sum(_ rates: [Double]) -> Double? {
        intervalSeconds == nil || rates.isEmpty ? nil : rates.reduce(0, +)
    }
}
