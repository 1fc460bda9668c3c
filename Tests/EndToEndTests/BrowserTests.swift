import Foundation
import Synchronization
import SystemSupport
import TestSupport
import Testing

/// The pages in headless Chromium over the running system. The limits only end what hangs: on a busy machine, a browser is slow.
@Suite(.inTurns, .timeLimit(.minutes(30)))
struct BrowserTests {
    @Test func peopleCanUseThePages() async throws {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        try await drive(system)
    }

    @Test func questionOnWhichTheModelStallsIsCancelledAndAskedAgain() async throws {
        let key = "sk-only-for-this-test"
        let stalls = Mutex(0)
        let silence = AsyncStream.makeStream(of: Void.self)
        defer { silence.continuation.finish() }
        try await ScriptedModel.serve(key: key) { turn in
            guard !turn.toolResults.isEmpty else { return .call(tool: "get_current_status", arguments: "{}") }
            let isFirst = stalls.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { for await _ in silence.stream {} }
            return .text("It took a while.")
        } _: { url in
            let system = try await RunningSystem(
                Installation(),
                environment: [
                    "OPENAI_BASE_URL": url, "OPENAI_API_KEY": key, "OPENAI_MODEL": "some-model",
                ])
            _ = try await system.reading()
            try await drive(system, "cancel_for_real")
            #expect(stalls.withLock { $0 } == 2)
        }
    }

    @Test func pagesBehindATokenNeedALoginUnderAKnownName() async throws {
        let token = "only for this test"
        let system = try await RunningSystem(Installation(), environment: ["WEB_TOKEN": token])
        try await drive(system, "log_in_for_real", environment: ["WEB_TOKEN": token])
        let end = try await system.stop()
        #expect(!end.log.contains(token))
    }

    @Test func eightTabsAtAnAddressOfTheLocalNetworkShareAStream() async throws {
        let system = try await RunningSystem(Installation(), environment: ["WEB_NAMES": "foreign.example"])
        _ = try await system.reading()
        try await drive(system, "open_many_tabs")
    }

    /// The proxy leaves the path in its requests, or takes it off.
    @Test(.enabled(if: Nginx.isInstalled, "nginx is not installed"), arguments: ["", "/"])
    func pagesWorkBehindNginxBelowAPath(_ suffix: String) async throws {
        let token = "only for this test"
        let system = try await RunningSystem(
            Installation(), environment: ["WEB_TOKEN": token, "WEB_BASE_PATH": "/sysmaint"])
        let proxy = try await Nginx(
            in: system.installation.scratch, to: system.web + suffix, below: "/sysmaint/")
        try await drive(
            system, at: proxy.url + "/sysmaint", "see_pages_below_a_path", environment: ["WEB_TOKEN": token])
    }

    /// `SYSMAINT_PYTHON` is the interpreter that has the browser's packages; `make test` brings one.
    private func drive(
        _ system: RunningSystem, at address: String? = nil, _ names: String...,
        environment: [String: String] = [:]
    ) async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Trials/Browser/run.py").standardizedFileURL
        let screenshots = Program.products.deletingLastPathComponent().appendingPathComponent("screenshots")
        let python = ProcessInfo.processInfo.environment["SYSMAINT_PYTHON"] ?? "python3"
        let run = try Program(
            [python, script.path, address ?? system.web, screenshots.path] + names,
            executable: URL(fileURLWithPath: "/usr/bin/env"), in: system.installation.scratch,
            environment: environment)
        let output = try await run.end(within: .seconds(1200))
        #expect(output.status == 0, "\(output.text.suffix(4000))\(output.log.suffix(4000))")
    }
}
