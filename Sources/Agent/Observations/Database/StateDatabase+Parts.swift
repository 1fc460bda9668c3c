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

    private struct Figure<Part>: Sendable {
        /// Its name in a stored reading.
        let field: String
        let value: @Sendable (Part) -> Double?
    }

    private static let ofDisks: [Gauge: Figure<Sample.Disk>] = [
        .diskReads: Figure(field: "readBytesPerSecond") { $0.readBytesPerSecond },
        .diskWrites: Figure(field: "writtenBytesPerSecond") { $0.writtenBytesPerSecond },
        .diskReadOperations: Figure(field: "readsPerSecond") { $0.readsPerSecond },
        .diskWriteOperations: Figure(field: "writesPerSecond") { $0.writesPerSecond },
        .diskBusy: Figure(field: "busyPercent") { $0.busyPercent },
        .diskWait: Figure(field: "averageWaitMilliseconds") { $0.averageWaitMilliseconds },
    ]
    private static let ofInterfaces: [Gauge: Figure<Sample.Network>] = [
        .networkReceived: Figure(field: "receivedBytesPerSecond") { $0.receivedBytesPerSecond },
        .networkSent: Figure(field: "sentBytesPerSecond") { $0.sentBytesPerSecond },
        .receiveErrors: Figure(field: "receiveErrorsPerSecond") { $0.receiveErrorsPerSecond },
        .sendErrors: Figure(field: "sendErrorsPerSecond") { $0.sendErrorsPerSecond },
        .receiveDrops: Figure(field: "receiveDropsPerSecond") { $0.receiveDropsPerSecond },
        .sendDrops: Figure(field: "sendDropsPerSecond") { $0.sendDropsPerSecond },
    ]

    /// The list of a stored reading that holds it, the field with its name, and the field with a figure; nil where it has no
    /// such figure, or its series is kept in a table of its own.
    func field(of gauge: Gauge) -> (list: String, name: String, value: String)? {
        switch self {
        case .fileSystem: nil
        case .disk: Self.ofDisks[gauge].map { ("disks", "device", $0.field) }
        case .interface: Self.ofInterfaces[gauge].map { ("networks", "interface", $0.field) }
        }
    }

    /// Whether disks or interfaces have such a figure, each of its own.
    static func isOfDevices(_ gauge: Gauge) -> Bool {
        ofDisks[gauge] != nil || ofInterfaces[gauge] != nil
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

    /// Its figure in a reading; a first reading has no rates.
    func value(of gauge: Gauge, in sample: Sample) -> Double? {
        if case .fileSystem(let mountPoint) = self {
            return sample.fileSystems.first { $0.mountPoint == mountPoint }?.usedPercent
        }
        guard sample.intervalSeconds != nil else { return nil }
        return if case .disk = self {
            sample.disks.first { $0.device == name }.flatMap { Self.ofDisks[gauge]?.value($0) }
        } else {
            sample.networks.first { $0.interface == name }.flatMap { Self.ofInterfaces[gauge]?.value($0) }
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
