import BenchmarkSupport
import Foundation

/// Measures `sysmaint probe`, the real program with a real relay and agent, on a host with a hundred processes more.
///
///     probe-benchmarks PATH-OF-SYSMAINT [SECONDS]
///
/// First at ten seconds, as people run it; then at a tenth of a second for SECONDS, to see whether memory or the cost
/// of a reading grows over thousands of them.
@main
enum ProbeBenchmarks {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (2...3).contains(arguments.count), let seconds = Int(arguments.dropFirst(2).first ?? "300")
        else {
            print("usage: probe-benchmarks PATH-OF-SYSMAINT [SECONDS]")
            exit(64)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "probe-benchmarks-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var report = Report()
        let system = try await System(executable: URL(filePath: arguments[1]), in: folder)
        defer { system.stop() }
        try await atTenSeconds(system, &report)
        try await longRun(system, seconds: seconds, &report)
        report.conclude()
        if report.hasFailed { exit(1) }
    }

    private static func atTenSeconds(_ system: System, _ report: inout Report) async throws {
        report.section("at ten seconds, 120 s", columns: ["value"])
        let probe = try system.startProbe(intervalMilliseconds: 10_000)
        defer { probe.stop() }
        try await Task.sleep(for: .seconds(15))
        let start = try probe.usage()
        var usages: [Usage] = []
        for _ in 0..<120 {
            try await Task.sleep(for: .seconds(1))
            usages.append(try probe.usage())
        }
        guard let last = usages.last else { return }
        let share = (last.cpuSeconds - start.cpuSeconds) / 120 * 100
        report.add("processor, % of one core", [share.fixed(3)], .atMost(0.2, "%", is: share))
        let resident = usages.map { Double($0.residentByteCount) / 1e6 }.sorted()
        let mean = resident.reduce(0, +) / Double(resident.count)
        report.add("resident, MB, mean of every second", [mean.fixed(1)], .atMost(20, "MB", is: mean))
        report.add("… least and most", ["\(resident[0].fixed(1)), \(resident[resident.count - 1].fixed(1))"])
        add(last, &report)
    }

    private static func longRun(_ system: System, seconds: Int, _ report: inout Report) async throws {
        report.section("at a tenth of a second, \(seconds) s, \(seconds * 10) readings", columns: ["value"])
        let probe = try system.startProbe(intervalMilliseconds: 100)
        defer { probe.stop() }
        // Caches fill and sessions settle first.
        try await Task.sleep(for: .seconds(20))
        let accepted = try await system.acceptedCount()
        var usages = [try probe.usage()]
        for _ in 0..<seconds {
            try await Task.sleep(for: .seconds(1))
            usages.append(try probe.usage())
        }
        let reports = Double(try await system.acceptedCount() - accepted) / 2
        let (first, last) = (usages[0], usages[seconds])
        let each = (last.cpuSeconds - first.cpuSeconds) / max(1, min(reports, Double(seconds * 10)))
        report.add("reports that the agent acknowledged", [reports.fixed(0)])
        report.add("processor, ms for a reading and its report", [(each * 1000).fixed(2)])
        // A hundredth of what a reading costs at this pace is the cost at ten seconds, in percent of a core.
        report.add(
            "… which at ten seconds are % of one core", [(each * 10).fixed(3)],
            .atMost(0.2, "%", is: each * 10))
        add(last, &report)
        let memory = Line(usages.map { Double($0.anonymousByteCount) })
        let growth = memory.slope * Double(seconds) / 1e6
        report.add(
            "memory gained over the run, MB (fitted line)", [growth.fixed(2)],
            .atMost(1, "MB", is: max(0, growth)))
        let halves = [
            usages[seconds / 2].cpuSeconds - first.cpuSeconds,
            last.cpuSeconds - usages[seconds / 2].cpuSeconds,
        ]
        report.add(
            "processor of the second half to the first", [(halves[1] / halves[0]).fixed(2)],
            .atMost(1.2, "times", is: halves[1] / halves[0]))
    }

    private static func add(_ usage: Usage, _ report: inout Report) {
        report.add("resident at the end, MB", [(Double(usage.residentByteCount) / 1e6).fixed(1)])
        report.add("of it anonymous, MB", [(Double(usage.anonymousByteCount) / 1e6).fixed(1)])
        report.add("of it mapped files, MB", [(Double(usage.fileByteCount) / 1e6).fixed(1)])
        report.add("threads", [Double(usage.threadCount).fixed(0)])
    }
}

/// The straight line that lies nearest to values at 0, 1, 2, …
struct Line {
    let slope: Double

    init(_ values: [Double]) {
        let middle = Double(values.count - 1) / 2
        let mean = values.reduce(0, +) / Double(values.count)
        let spread = values.indices.reduce(0) { $0 + (Double($1) - middle) * (Double($1) - middle) }
        let both = values.enumerated().reduce(0) { $0 + (Double($1.offset) - middle) * ($1.element - mean) }
        slope = both / spread
    }
}
