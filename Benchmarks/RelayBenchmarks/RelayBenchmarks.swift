import BenchmarkSupport
import Foundation

/// Measures a relay in a process of its own, over its socket, beside what the disk can do in the same minute.
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

        try Disk.measure(in: folder, &report)
        let best = try await TrafficBenchmarks.run(in: folder, &report)
        try await TrafficBenchmarks.halfLoad(of: best, in: folder, &report)
        try await QueueBenchmarks.drain(in: folder, &report)
        try await QueueBenchmarks.idle(in: folder, &report)
        try await QueueBenchmarks.coldStart(in: folder, &report)
        report.conclude()
        if report.hasFailed { exit(1) }
    }
}
