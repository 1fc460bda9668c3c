import Glibc
import Testing
import TestSupport

/// In processes of their own, as signals end them.
@Suite(.timeLimit(.minutes(2))) struct SignalTests {
    private func running(_ arguments: String...) async throws -> ChildProcess {
        let program = try ChildProcess(
            ChildProcess.product("signal-probe"), arguments)
        try await program.wait(for: "its services") { $0.lines == ["running"] }
        return program
    }

    /// Its terminal has gone: under nohup that ends nothing.
    @Test func aHangUpThatIsIgnoredStaysIgnored() async throws {
        let program = try ChildProcess(
            "/bin/sh", ["-c", "trap '' HUP; exec \"$0\"", ChildProcess.product("signal-probe")])
        try await program.wait(for: "its services") { $0.lines == ["running"] }
        program.send(SIGHUP)
        program.send(SIGTERM)
        let output = try await program.end()
        #expect(output.status == 0)
        #expect(output.lines.last == "all stopped")
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func aSignalStopsTheServicesInOrder(_ signal: Int32)
        async throws
    {
        let program = try await running()
        program.send(signal)
        let output = try await program.end()
        #expect(output.status == 0)
        #expect(output.lines == ["running", "last stopping", "first stopped", "all stopped"])
    }

    @Test(arguments: [(SIGTERM, SIGTERM), (SIGINT, SIGINT), (SIGTERM, SIGINT), (SIGHUP, SIGTERM)])
    func aSecondSignalEndsTheProcessEvenWhereTasksAreStuck(_ first: Int32, _ second: Int32) async throws {
        let program = try await running("stubborn")
        program.send(first)
        try await program.wait(for: "the shutdown") { $0.lines.contains("last stopping") }
        program.send(second)
        let output = try await program.end()
        #expect(output.status == 128 + second)
        #expect(output.lines == ["running", "last stopping"])
    }

    @Test func otherSignalsKeepTheirEffect() async throws {
        let program = try await running()
        program.send(SIGUSR1)
        #expect(try await program.end().status == 128 + SIGUSR1)
    }
}
