import BenchmarkSupport
import Foundation

/// The disk by itself: no relay that keeps its promise is quicker than this.
enum Disk {
    /// How often a second 1 KiB is appended to a file and flushed.
    static func measure(in folder: URL, _ report: inout Report) throws {
        let path = folder.appending(path: "flush").path
        let file = open(path, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        guard file >= 0 else { throw BenchmarkError("cannot write to \(folder.path): errno \(errno)") }
        defer { close(file) }
        let block = [UInt8](repeating: 1, count: 1024)
        let timing = Timing.of(batch: 1) {
            write(file, block, block.count)
            fdatasync(file)
        }
        report.section("Disk", columns: ["per second", "p50 µs", "p99 µs"])
        report.add(
            "append 1 KiB and fdatasync",
            [(1e6 / timing.mean).fixed(0), timing.median.fixed(0), timing.percentile99.fixed(0)])
    }
}

struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
