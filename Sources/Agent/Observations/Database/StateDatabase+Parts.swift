import Database
import Foundation
import MaintenanceAPI
import Values

/// One part of a host that has series of its own.
enum HostPart: Hashable, Sendable {
    /// By its mount point.
    case fileSystem(String)
    case disk(String)
    case interface(String)

    /// The list of a stored reading that holds it, the field with its name, and the field with a figure; nil where it has no
    /// such figure, or its series is kept in a table of its own.
    func field(of gauge: Gauge) -> (list: String, name: String, value: String)? {
        switch self {
        case .fileSystem: return nil
        case .disk:
            let field: String? =
                switch gauge {
                case .diskReads: "readBytesPerSecond"
                case .diskWrites: "writtenBytesPerSecond"
                case .diskReadOperations: "readsPerSecond"
                case .diskWriteOperations: "writesPerSecond"
                case .diskBusy: "busyPercent"
                case .diskWait: "averageWaitMilliseconds"
                default: nil
                }
            return field.map { ("disks", "device", $0) }
        case .interface:
            let field: String? =
                switch gauge {
                case .networkReceived: "receivedBytesPerSecond"
                case .networkSent: "sentBytesPerSecond"
                case .receiveErrors: "receiveErrorsPerSecond"
                case .sendErrors: "sendErrorsPerSecond"
                case .receiveDrops: "receiveDropsPerSecond"
                case .sendDrops: "sendDropsPerSecond"
                default: nil
                }
            return field.map { ("networks", "interface", $0) }
        }
    }

    /// Whether disks or interfaces have such a figure, each of its own.
    static func isOfDevices(_ gauge: Gauge) -> Bool {
        disk("").field(of: gauge) != nil || interface("").field(of: gauge) != nil
    }

    /// Whether it has such a figure.
    func has(_ gauge: Gauge) -> Bool {
        if case .fileSystem = self { gauge == .diskUsed } else { field(of: gauge) != nil }
    }

    var name: String {
        switch self {
        case .fileSystem(let name), .disk(let name), .interface(let name): name
        }
    }

    var kind: HostNames.Kind {
        switch self {
        case .fileSystem: .filesystem
        case .disk: .disk
        case .interface: .interface
        }
    }

    init?(_ kind: HostNames.Kind, _ name: String) {
        switch kind {
        case .filesystem: self = .fileSystem(name)
        case .disk: self = .disk(name)
        case .interface: self = .interface(name)
        default: return nil
        }
    }

    /// Its figure in a reading.
    func value(of gauge: Gauge, in sample: Sample) -> Double? {
        switch self {
        case .fileSystem(let mountPoint):
            return sample.fileSystems.first { $0.mountPoint == mountPoint }?.usedPercent
        case .disk(let name):
            guard sample.intervalSeconds != nil, let disk = sample.disks.first(where: { $0.device == name })
            else {
                return nil
            }
            return switch gauge {
            case .diskReads: disk.readBytesPerSecond
            case .diskWrites: disk.writtenBytesPerSecond
            case .diskReadOperations: disk.readsPerSecond
            case .diskWriteOperations: disk.writesPerSecond
            case .diskBusy: disk.busyPercent
            case .diskWait: disk.averageWaitMilliseconds
            default: nil
            }
        case .interface(let name):
            guard sample.intervalSeconds != nil,
                let interface = sample.networks.first(where: { $0.interface == name })
            else { return nil }
            return switch gauge {
            case .networkReceived: interface.receivedBytesPerSecond
            case .networkSent: interface.sentBytesPerSecond
            case .receiveErrors: interface.receiveErrorsPerSecond
            case .sendErrors: interface.sendErrorsPerSecond
            case .receiveDrops: interface.receiveDropsPerSecond
            case .sendDrops: interface.sendDropsPerSecond
            default: nil
            }
        }
    }
}

extension StateDatabase {
    /// A figure of one part between two times, oldest first; of disks and interfaces, readings of the last day hold it.
    func series(_ gauge: Gauge, of part: HostPart, from: Date, to: Date) async throws -> [SeriesPoint] {
        let (start, end) = (from.milliseconds, to.milliseconds)
        if case .fileSystem(let mountPoint) = part {
            return try await series(of: mountPoint, from: start, to: end)
        }
        guard let field = part.field(of: gauge) else { return [] }
        return try await read(
            """
            (SELECT CAST(json_extract(value, '$.\(field.value)') AS REAL) FROM json_each(reading, '$.\(field.list)') \
            WHERE json_extract(value, '$.\(field.name)') = ?4)
            """, from: start, to: end, part.name, limit: Self.maxPartReadingCount)
    }

    /// How busy each core was on average between two times, in percent.
    func coreMeans(from: Date, to: Date) async throws -> [Double] {
        let (start, end) = (from.milliseconds, to.milliseconds)
        let tier = finestTier(from: start, to: end)
        return try await file.read { database in
            try Self.cores(from: start, to: end + 1, tier: tier, step: .max, database).values.first ?? []
        }
    }
}
