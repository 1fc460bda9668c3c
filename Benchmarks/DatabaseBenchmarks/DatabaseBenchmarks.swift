import BenchmarkSupport
import Database
import Foundation

/// Measures what `Database` adds to SQLite and to the disk: commits that many writes share, and reads beside them.
@main
enum DatabaseBenchmarks {
    static func main() async throws {
        var report = Report()
        guard let executable = Bundle.main.executableURL else { throw CocoaError(.fileNoSuchFile) }
        // Beside the program, because folders for temporary files are often in memory.
        let folder = executable.deletingLastPathComponent().appending(path: "database-benchmarks-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        report.section("rows of 1.5 KB on the disk", columns: ["rows/s", "CPU µs each"])
        for (waiting, count) in [(1, 5000), (16, 50_000), (128, 200_000), (512, 200_000)] {
            let path = folder.appending(path: "\(waiting).db").path
            let (rate, processor) = try share(path, waiting: waiting, count: count)
            let cells = [rate.fixed(0), processor.fixed(1)]
            if waiting == 128 {
                report.add("128 wait", cells, .atLeast(50_000, "/s", is: rate))
            } else {
                report.add("\(waiting) wait", cells)
            }
        }
        try await wait(folder.appending(path: "await.db").path, &report)
        try await read(folder.appending(path: "512.db").path, &report)
        report.conclude()
        if report.hasFailed { exit(1) }
    }

    private static let body = [UInt8](repeating: 7, count: 1500)

    @Sendable private static func prepare(_ connection: Connection) throws {
        try connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
    }

    private static func insert(_ id: Int, _ connection: Connection) throws {
        try connection.run("INSERT INTO item (id, body) VALUES (?, ?)", id, body)
    }

    /// Appends rows so that always as many wait, each for its commit.
    private static func share(
        _ path: String, waiting: Int, count: Int
    ) throws -> (rate: Double, processor: Double) {
        var options = Connection.Options()
        options.maxLogByteCount = 64 << 20
        options.checkpointPageCount = 12_288
        let writer = try DatabaseWriter(path, options, checkpointsEvery: 4096, prepare: prepare)
        let room = DispatchSemaphore(value: waiting)
        let commits = SharedCommits<Int>(writer) { ids, connection in
            do {
                try connection.transaction { for id in ids { try insert(id, connection) } }
            } catch { fatalError("\(error)") }
            for _ in ids { room.signal() }
            return []
        }
        let (start, processor) = (ContinuousClock.now, processorMicroseconds)
        for id in 0..<count {
            room.wait()
            commits.append(id)
        }
        for _ in 0..<waiting { room.wait() }
        let elapsed = (ContinuousClock.now - start).microseconds
        let used = processorMicroseconds - processor
        for _ in 0..<waiting { room.signal() }
        writer.close()
        return (Double(count) / elapsed * 1e6, used / Double(count))
    }

    /// The same with tasks that wait.
    private static func wait(_ path: String, _ report: inout Report) async throws {
        let file = try DatabaseFile(path, prepare: prepare)
        let (taskCount, count) = (128, 100_000)
        let (start, processor) = (ContinuousClock.now, processorMicroseconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<taskCount {
                group.addTask {
                    for id in stride(from: task, to: count, by: taskCount) {
                        try await file.write { try insert(id, $0) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let elapsed = (ContinuousClock.now - start).microseconds
        report.add(
            "128 tasks wait",
            [
                (Double(count) / elapsed * 1e6).fixed(0),
                ((processorMicroseconds - processor) / Double(count)).fixed(1),
            ])
        file.close()
    }

    private static func read(_ path: String, _ report: inout Report) async throws {
        let readers = try DatabaseReaders(path, count: 1)
        report.section("reading a row by its key", columns: ["CPU µs each"])
        @Sendable func row(_ connection: Connection) throws -> [UInt8]? {
            try connection.value("SELECT body FROM item WHERE id = ?", Int.random(in: 0..<1000))
        }
        let count = 50_000
        var processor = processorMicroseconds
        try readers.readAndWait { connection in for _ in 0..<count { keep(try row(connection)) } }
        report.add("with a connection", [((processorMicroseconds - processor) / Double(count)).fixed(2)])
        processor = processorMicroseconds
        for _ in 0..<count { keep(try await readers.read(row)) }
        report.add("awaited", [((processorMicroseconds - processor) / Double(count)).fixed(2)])
    }

    private static var processorMicroseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
