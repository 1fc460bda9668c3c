import Agent
import BenchmarkSupport
import Foundation
import HistorySupport
import MaintenanceAPI
import Synchronization

/// Measures the state database with a day and with thirty days of a reading every ten seconds, all of them taken in.
///
/// With the argument `answers` it measures answers alone, over the same rows made of fewer readings.
@main
enum StateBenchmarks {
    static func main() async throws {
        guard let executable = Bundle.main.executableURL else { throw CocoaError(.fileNoSuchFile) }
        // Beside the program, because folders for temporary files are often in memory.
        let folder = executable.deletingLastPathComponent().appending(path: "state-benchmarks-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let report = try await report(
            answersAlone: CommandLine.arguments.dropFirst().contains("answers"), in: folder)
        report.conclude()
        if report.hasFailed { exit(1) }
    }

    private static func report(answersAlone: Bool, in folder: URL) async throws -> Report {
        defer { try? FileManager.default.removeItem(at: folder) }
        var report = Report()
        let end = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 / 10).rounded(.down) * 10)
        let month = try await Filled(days: 30, until: end, in: folder, isWhole: !answersAlone)
        if !answersAlone {
            let day = try await Filled(days: 1, until: end, in: folder)
            try await Taking.run(day, month, &report)
            try await Queries.run(day, month, &report)
            sizes(day, month, &report)
        }
        try await Answers.run(month, &report)
        return report
    }

    private static func sizes(_ day: Filled, _ month: Filled, _ report: inout Report) {
        report.section("on the disk", columns: ["1 day", "30 days", "ratio"])
        let (small, large) = (day.byteCount / 1e6, month.byteCount / 1e6)
        report.add(
            "megabytes", [small.fixed(0), large.fixed(0), (large / small).fixed(2)],
            .atMost(150, "MB", is: large))
    }
}

/// A database with so many days in it.
struct Filled {
    /// Its time: the end of what was filled in, and then that of the newest reading.
    final class Clock: Sendable {
        private let time: Mutex<Date>

        init(_ start: Date) { time = Mutex(start) }

        var now: Date { time.withLock { $0 } }

        func advance(by seconds: Double) -> Date {
            time.withLock { time in
                time.addTimeInterval(seconds)
                return time
            }
        }
    }

    let database: StateDatabase
    let clock: Clock
    /// Microseconds that each reading took to take in, many in a transaction.
    let microsecondsPerReading: Double
    private let path: String

    init(days: Int, until end: Date, in folder: URL, isWhole: Bool = true) async throws {
        let clock = Clock(end)
        self.clock = clock
        path = folder.appending(path: "\(days).db").path
        database = try StateDatabase(path: path) { clock.now }
        let start = ContinuousClock.now
        try await database.fill(days: days, until: end, isWhole: isWhole)
        microsecondsPerReading = (ContinuousClock.now - start).microseconds / Double(days * 8640)
    }

    var now: Date { clock.now }

    /// Goes on by ten seconds, to the next reading; gives the microseconds that it took to take in.
    @discardableResult
    func takeReading() async throws -> Double? {
        let now = clock.advance(by: 10)
        let takenAt = Int64(now.timeIntervalSince1970) * 1000
        guard let sample = GeneratedHost().sample(takenAt: takenAt) else { return nil }
        let start = ContinuousClock.now
        try await database.insert(sample, messageID: UUID(), at: now)
        return (ContinuousClock.now - start).microseconds
    }

    var byteCount: Double {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        return Double((size ?? nil) ?? 0)
    }
}

/// What a reading costs that comes.
enum Taking {
    static func run(_ day: Filled, _ month: Filled, _ report: inout Report) async throws {
        report.section("taking in readings, µs each", columns: ["1 day", "30 days", "ratio"])
        let all = [day.microsecondsPerReading, month.microsecondsPerReading]
        report.add("in transactions of 1,000", row(all), .atMost(1.5, "times", is: all[1] / all[0]))
        let alone = [try await alone(day), try await alone(month)]
        report.add("alone, on the disk", row(alone), .atMost(1.5, "times", is: alone[1] / alone[0]))
    }

    private static func alone(_ filled: Filled) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<300 {
            if let time = try await filled.takeReading() { times.append(time) }
        }
        return Timing(times: times).median
    }

    static func row(_ values: [Double]) -> [String] {
        values.map { $0.fixed(0) } + [(values[1] / values[0]).fixed(2)]
    }
}

/// What questions cost, the same ones of both databases, and those that only the large one can answer.
enum Queries {
    static func run(_ day: Filled, _ month: Filled, _ report: inout Report) async throws {
        report.section("questions, median µs", columns: ["1 day", "30 days", "ratio"])
        try await compare("newest reading, disk forecast", day, month, &report) {
            _ = try await $0.database.current()
        }
        for hours in [1, 6, 24] {
            try await compare("history of \(hours) h in 240 points", day, month, &report) {
                _ = try await history($0, hours: hours)
            }
            try await compare("anomalies of \(hours) h", day, month, &report) {
                _ = try await anomalies($0, hours: hours)
            }
        }
        report.section("questions to 30 days, median ms", columns: ["ms"])
        for days in [7, 30] {
            let time = try await time(month) { _ = try await history($0, hours: days * 24) } / 1000
            report.add("history of \(days) days in 240 points", [time.fixed(1)], .atMost(200, "ms", is: time))
        }
    }

    private static func compare(
        _ name: String, _ day: Filled, _ month: Filled, _ report: inout Report,
        _ ask: (Filled) async throws -> Void
    ) async throws {
        let times = [try await time(day, ask), try await time(month, ask)]
        report.add(name, Taking.row(times), .atMost(1.5, "times", is: times[1] / times[0]))
    }

    private static func time(_ filled: Filled, _ ask: (Filled) async throws -> Void) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<40 {
            let start = ContinuousClock.now
            try await ask(filled)
            times.append((ContinuousClock.now - start).microseconds)
        }
        return Timing(times: times).median
    }

    private static func history(_ filled: Filled, hours: Int) async throws -> StatusHistory {
        let now = filled.now
        return try await filled.database.history(
            from: now.addingTimeInterval(-Double(hours) * 3600), to: now, resolution: .seconds(hours * 15))
    }

    private static func anomalies(_ filled: Filled, hours: Int) async throws -> [Anomaly] {
        let now = filled.now
        return try await filled.database.anomalies(
            from: now.addingTimeInterval(-Double(hours) * 3600), to: now)
    }
}
