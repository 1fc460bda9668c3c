import Foundation
import RelayAPI
import Synchronization

/// Disk and memory limits beyond which the relay accepts less.
package struct LoadLimits: Hashable, Sendable {
    /// Free bytes on the database's disk below which nothing new is stored, so that removing messages still has room.
    /// Registrations stop at twice this, telemetry at four times.
    package var minFreeDiskByteCount = 32 * 1024 * 1024
    /// Allocated bytes above which nothing new is accepted. Registrations stop at nine tenths of this, telemetry at
    /// three quarters. Not resident bytes: after a burst the allocator keeps unused pages.
    package var maxAllocatedByteCount = 2 * 1024 * 1024 * 1024

    package init() {}
}

/// What the relay accepts under load. Acknowledgements and removals are always accepted.
package enum Load: Int, Comparable, Sendable {
    case normal
    /// Rejects `latest` and `online` messages.
    case high
    /// Also rejects registrations.
    case severe
    /// Rejects all messages.
    case critical

    package static func < (left: Load, right: Load) -> Bool { left.rawValue < right.rawValue }

    init(_ limits: LoadLimits, freeDiskBytes: Int?, allocatedBytes: Int) {
        let disk: Load =
            switch freeDiskBytes {
            case .some(..<limits.minFreeDiskByteCount): .critical
            case .some(..<(2 * limits.minFreeDiskByteCount)): .severe
            case .some(..<(4 * limits.minFreeDiskByteCount)): .high
            default: .normal
            }
        let memory: Load =
            switch Double(allocatedBytes) / Double(limits.maxAllocatedByteCount) {
            case 1...: .critical
            case 0.9...: .severe
            case 0.75...: .high
            default: .normal
            }
        self = max(disk, memory)
    }
}

/// Measures the load, at most once a second.
final class LoadGauge: Sendable {
    struct Reading: Sendable {
        var load = Load.normal
        var freeDiskBytes: Int?
        var at: ContinuousClock.Instant?
    }

    private let limits: LoadLimits
    private let measure: @Sendable () -> (freeDiskBytes: Int?, allocatedBytes: Int)
    private let now: @Sendable () -> ContinuousClock.Instant
    private let newest = Mutex(Reading())

    /// Uses `measure` for the figures; it returns nil for free disk bytes if they are unknown.
    init(
        _ limits: LoadLimits, measure: @escaping @Sendable () -> (freeDiskBytes: Int?, allocatedBytes: Int),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.limits = limits
        self.measure = measure
        self.now = now
    }

    var reading: Reading {
        let moment = now()
        return newest.withLock { newest in
            if let at = newest.at, moment - at < .seconds(1) { return newest }
            let (disk, memory) = measure()
            newest = Reading(
                load: Load(limits, freeDiskBytes: disk, allocatedBytes: memory), freeDiskBytes: disk,
                at: moment)
            return newest
        }
    }

    /// The reason for rejecting a message of this class now; nil if it is accepted.
    func problem(taking class: DeliveryClass) -> Problem? {
        let limit: Load = `class` == .durable ? .severe : .normal
        return reading.load > limit ? .overloaded : nil
    }

    /// The reason for rejecting registrations now; nil if they are accepted.
    var registrationProblem: Problem? { reading.load > .high ? .overloaded : nil }
}
