import Foundation
import Logging
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

    init(_ limits: LoadLimits, freeDiskBytes: Int?) {
        self =
            switch freeDiskBytes {
            case .some(..<limits.minFreeDiskByteCount): .critical
            case .some(..<(2 * limits.minFreeDiskByteCount)): .severe
            case .some(..<(4 * limits.minFreeDiskByteCount)): .high
            default: .normal
            }
    }

    init(_ limits: LoadLimits, allocatedBytes: Int) {
        self =
            switch Double(allocatedBytes) / Double(limits.maxAllocatedByteCount) {
            case 1...: .critical
            case 0.9...: .severe
            case 0.75...: .high
            default: .normal
            }
    }

    init(_ limits: LoadLimits, freeDiskBytes: Int?, allocatedBytes: Int) {
        self = max(Load(limits, freeDiskBytes: freeDiskBytes), Load(limits, allocatedBytes: allocatedBytes))
    }

    /// What is not accepted, in words.
    fileprivate var effect: String {
        switch self {
        case .normal: "everything is accepted"
        case .high: "no telemetry is accepted"
        case .severe: "no telemetry, registrations and prekeys are accepted"
        case .critical: "nothing new is accepted; what is queued is delivered"
        }
    }
}

/// Measures the load, at most once a second.
final class LoadGauge: Sendable {
    struct Reading: Sendable {
        var load = Load.normal
        var freeDiskBytes: Int?
        /// The reason for a load above normal, what follows from it, and what to do.
        var explanation: String?
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
                explanation: explanation(disk, memory), at: moment)
            return newest
        }
    }

    private func explanation(_ disk: Int?, _ memory: Int) -> String? {
        let onDisk = Load(limits, freeDiskBytes: disk)
        let inMemory = Load(limits, allocatedBytes: memory)
        if onDisk >= inMemory, onDisk > .normal {
            return """
                the disk of the relay's database has \((disk ?? 0) >> 20) MiB free: \(onDisk.effect). Free space on it; \
                the relay goes on by itself (RELAY_MIN_FREE_DISK_MIB is \(limits.minFreeDiskByteCount >> 20))
                """
        }
        guard inMemory > .normal else { return nil }
        return """
            the relay uses \(memory >> 20) of \(limits.maxAllocatedByteCount >> 20) MiB of memory: \(inMemory.effect) \
            until some is free (RELAY_MAX_MEMORY_MIB)
            """
    }

    /// The reason for rejecting a message of this class now; nil if it is accepted.
    func problem(taking class: DeliveryClass) -> Problem? {
        let limit: Load = `class` == .durable ? .severe : .normal
        return reading.load > limit ? .overloaded : nil
    }

    /// The reason for rejecting registrations and prekeys now; nil if they are accepted.
    var registrationProblem: Problem? { reading.load > .high ? .overloaded : nil }
}

/// Logs when the load changes.
final class LoadLog: Sendable {
    private let gauge: LoadGauge
    private let logger: Logger
    private let last = Mutex(Load.normal)

    init(_ gauge: LoadGauge, _ logger: Logger) { (self.gauge, self.logger) = (gauge, logger) }

    @Sendable func look() {
        let reading = gauge.reading
        let before = last.withLock { last in
            defer { last = reading.load }
            return last
        }
        guard before != reading.load else { return }
        if let explanation = reading.explanation {
            logger.warning("the relay accepts less", ["reason": explanation])
        } else {
            logger.notice("the relay accepts everything again")
        }
    }
}
