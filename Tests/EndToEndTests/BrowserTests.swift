import Foundation
import TestSupport
import Testing

/// The pages in headless Chromium over the running system.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct BrowserTests {
    /// `SYSMAINT_PYTHON` is the interpreter that has the browser's packages; `make test` brings one.
    @Test func peopleCanUseThePages() async throws {
        let environment = ProcessInfo.processInfo.environment
        let installation = try Installation()
        let system = try await RunningSystem(installation)
        _ = try await system.reading()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Browser/run.py").standardizedFileURL
        let screenshots = Program.products.deletingLastPathComponent().appendingPathComponent("screenshots")
        let run = try Program(
            [environment["SYSMAINT_PYTHON"] ?? "python3", script.path, system.web, screenshots.path],
            executable: URL(fileURLWithPath: "/usr/bin/env"), in: installation.scratch.url)
        let output = try await run.end(within: .seconds(480))
        #expect(output.status == 0, "\(output.text.suffix(4000))\(output.log.suffix(4000))")
    }
}
