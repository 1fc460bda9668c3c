import BenchmarkSupport
import Foundation

/// Measures the protocol and compares with what its primitives take in the same run.
@main
enum ProtocolBenchmarks {
    static func main() throws {
        var report = Report()
        let primitives = try Primitives(&report)
        try SessionBenchmarks.run(&report, against: primitives)
        try RatchetBenchmarks.run(&report, against: primitives)
        try HostileBenchmarks.run(&report)
        report.conclude()
        if report.hasFailed { exit(1) }
    }
}
