import Foundation
import TestSupport
import Testing

/// `make chaos` in short, with whatever faults its seed brings.
struct ShortChaosTests {
    @Test(.timeLimit(.minutes(15))) func nothingIsLostOrDoubledWhateverHappensToTheProcesses() async throws {
        let scratch = try ScratchDirectory()
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        // Into a file: a pipe would be inherited by whatever other tests start, and not end with this process.
        let path = scratch.file("report.txt")
        try Data().write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = products.appendingPathComponent("chaos")
        process.arguments = ["--seconds", "8", "--parties", "3"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: path)
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { end.yield($0.terminationStatus) }
        try process.run()
        var statuses = ends.makeAsyncIterator()
        let status = await statuses.next()
        let report = try String(contentsOfFile: path, encoding: .utf8)
        #expect(status == 0, "\(report)")
        #expect(report.contains("losses"), "\(report)")
    }
}
