import Foundation
import Synchronization
import Values

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A wall clock that jumps on command.
final class JumpingClock: Sendable {
    private let offset = Mutex(0)

    func jump(seconds: Int) { offset.withLock { $0 += seconds } }

    var now: Date { Date(timeIntervalSinceNow: Double(offset.withLock { $0 })) }
    var milliseconds: Int64 { now.milliseconds }
}

/// Limits the size of files that this process writes, as on a full disk: larger writes fail until the limit is lifted.
func limitFiles(toBytes count: UInt64?) {
    signal(SIGXFSZ, SIG_IGN)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    getrlimit(resource, &limit)
    limit.rlim_cur = count.map { min(rlim_t($0), limit.rlim_max) } ?? limit.rlim_max
    setrlimit(resource, &limit)
}

/// Writes a line to the parent process, in one write, so that a killed process leaves no incomplete line in front of
/// others.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
}

/// The commands on a process's standard input.
struct Input: Sendable {
    /// For a single reader.
    let lines: AsyncStream<String>
    private let read: AsyncStream<String>.Continuation

    init() {
        (lines, read) = AsyncStream.makeStream(of: String.self)
        // Reading a pipe blocks, so it has a thread of its own, which ends with the input, at the latest with the
        // process.
        Thread.detachNewThread { [read] in
            while let line = readLine() { read.yield(line) }
            read.finish()
        }
    }

    /// Ends the lines as if the input had ended, so that their reader stops waiting.
    func end() { read.finish() }
}
