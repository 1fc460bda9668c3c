import BenchmarkSupport
import Foundation

/// Measures a relay in a process of its own, over its socket, beside what the disk can do in the same minute.
///
/// `relay-benchmarks load one` measures those two alone; the others are `pace`, `half`, `drain`, `idle` and `start`.
@main
enum RelayBenchmarks {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == RelayProcess.serveCommand {
            return try await RelayProcess.serve(database: arguments[2])
        }
        var report = Report()
        guard let executable = Bundle.main.executableURL else {
            throw BenchmarkError("no path to this program")
        }
        // Beside the program, because folders for temporary files are often in memory.
        let folder = executable.deletingLastPathComponent().appending(path: "relay-benchmarks-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        let wanted = Set(arguments.dropFirst())
        func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains(name) }
        try Disk.measure(in: folder, &report)
        var best = 0.0
        if isWanted("load") || isWanted("half") {
            best = try await TrafficBenchmarks.fullLoad(in: folder, &report)
        }
        if isWanted("one") { try await TrafficBenchmarks.oneAtATime(in: folder, &report) }
        if isWanted("pace") { try await TrafficBenchmarks.pace(in: folder, &report) }
        if isWanted("half") { try await TrafficBenchmarks.halfLoad(of: best, in: folder, &report) }
        if isWanted("drain") { try await QueueBenchmarks.drain(in: folder, &report) }
        if isWanted("idle") { try await QueueBenchmarks.idle(in: folder, &report) }
        if isWanted("start") { try await QueueBenchmarks.coldStart(in: folder, &report) }
        report.conclude()
        if report.hasFailed { exit(1) }
    }
}
