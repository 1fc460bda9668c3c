import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A wall clock that jumps when told to.
final class JumpingClock: Sendable {
    private let offset = Mutex(0)

    func jump(seconds: Int) { offset.withLock { $0 += seconds } }

    var now: Date { Date(timeIntervalSinceNow: Double(offset.withLock { $0 })) }
    var milliseconds: Int64 { Int64(now.timeIntervalSince1970 * 1000) }
}

/// A clock on which waits take a twentieth of their time, so that a short run sees what comes after them.
struct HurriedClock: Clock {
    typealias Instant = ContinuousClock.Instant

    private let base = ContinuousClock()
    var now: Instant { base.now }
    var minimumResolution: Duration { base.minimumResolution }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await base.sleep(for: (deadline - base.now) / 20)
    }
}

/// Lets this process write no file beyond a size, as on a full disk: such writes fail until there is room again.
func limitFiles(toBytes count: UInt64?) {
    signal(SIGXFSZ, SIG_IGN)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    getrlimit(resource, &limit)
    limit.rlim_cur = count.map { min(rlim_t($0), limit.rlim_max) } ?? limit.rlim_max
    setrlimit(resource, &limit)
}

/// Says a line to whoever started this process: in one write, so that a killed process leaves no half-said one behind
/// others.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
}

/// What a process is told on its standard input.
struct Input: Sendable {
    /// For one reader.
    let lines: AsyncStream<String>
    private let read: AsyncStream<String>.Continuation

    init() {
        (lines, read) = AsyncStream.makeStream(of: String.self)
        // Reading a pipe blocks, so it has a thread of its own; that ends with the input, at the latest with the process.
        Thread.detachNewThread { [read] in
            while let line = readLine() { read.yield(line) }
            read.finish()
        }
    }

    /// As if nothing more were to come: whoever reads the lines need not wait for them any more.
    func end() { read.finish() }
}
