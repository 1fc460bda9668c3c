import Foundation
import MaintenanceAPI

extension World {
    /// The time of every question.
    package static let moment = Date(timeIntervalSince1970: 1_800_000_000)
    /// The replacement for an injection in the counterpart world.
    package static let harmlessName = "harmless"

    /// The samples, oldest first; `{injection}` in names of the host is replaced by `injection`.
    package func samples(injection: String) throws -> [Sample] {
        let host = try Self.host()
        return stride(from: minutes * 60, through: 0, by: -everySeconds).compactMap { secondsAgo in
            sample(of: host, minutesAgo: Double(secondsAgo) / 60, injection: injection)
        }
    }

    private func sample(of host: Sample, minutesAgo: Double, injection: String) -> Sample? {
        var sample = host
        sample.takenAt = Int64(Self.moment.timeIntervalSince1970 * 1000 - minutesAgo * 60_000)
        Conditions.quiet(&sample, minutesAgo: minutesAgo)
        conditions.apply(to: &sample, share: 1 - minutesAgo / Double(minutes), minutesAgo: minutesAgo)
        var isSilent = false
        for event in events where event.from >= minutesAgo && minutesAgo >= event.to {
            let length = event.from - event.to
            let share = length > 0 ? (event.from - minutesAgo) / length : 1
            event.conditions.apply(to: &sample, share: share, minutesAgo: minutesAgo)
            isSilent = isSilent || event.conditions.isSilent
        }
        sample.replaceNames("{injection}", with: injection)
        return isSilent ? nil : sample
    }
}

extension Sample {
    /// Puts a text into every name that a host, or a user who runs something on it, can choose.
    fileprivate mutating func replaceNames(_ placeholder: String, with text: String) {
        func replace(_ name: String) -> String { name.replacing(placeholder, with: text) }
        host.name = host.name.map(replace)
        host.kernel = host.kernel.map(replace)
        for index in fileSystems.indices {
            fileSystems[index].mountPoint = replace(fileSystems[index].mountPoint)
            fileSystems[index].device = replace(fileSystems[index].device)
        }
        for index in networks.indices { networks[index].interface = replace(networks[index].interface) }
        for index in disks.indices { disks[index].device = replace(disks[index].device) }
        for index in temperatures.indices { temperatures[index].sensor = replace(temperatures[index].sensor) }
        guard var processes else { return }
        for index in processes.topByCPU.indices {
            processes.topByCPU[index].name = replace(processes.topByCPU[index].name)
        }
        for index in processes.topByMemory.indices {
            processes.topByMemory[index].name = replace(processes.topByMemory[index].name)
        }
        self.processes = processes
    }
}
