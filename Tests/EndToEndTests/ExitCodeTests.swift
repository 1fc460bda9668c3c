import Foundation
import SystemSupport
import TestSupport
import Testing

/// What scripts go by.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ExitCodeTests {
    @Test func everyDocumentedCodeComesForWhatIsDocumented() async throws {
        let carol = try Installation(["RELAY_URL": "http://127.0.0.1:1"])
        var provoked: [Int32: String] = [:]
        func expect(_ code: Int32, _ output: Program.Output, says: String) {
            #expect(output.status == code, "\(output.log)")
            #expect(says.isEmpty || (output.text + output.log).contains(says), "\(output.text)\(output.log)")
            provoked[code] = says
        }
        expect(66, try await carol.attempt("identity", "show"), says: "there is no personal identity in")
        expect(0, try await carol.attempt("init", "--id", "carol"), says: "carol.1")
        expect(1, try await carol.attempt("doctor"), says: "FAILED")
        expect(64, try await carol.attempt("init"), says: "--id")
        expect(
            65, try await carol.attempt("decrypt", "-", input: "nothing"),
            says: "the input is not a valid envelope")
        expect(69, try await carol.attempt("status"), says: "no response from")
        expect(70, try await commandOnAStrangeDatabase(), says: "unexpected error: ")
        expect(73, try await carol.attempt("init", "--id", "carol"), says: "exists")
        expect(
            74, try await shell("identity show > /dev/full", in: carol),
            says: "the result cannot be written: No space left on device")
        expect(75, try await commandOnAStoreInUse(), says: "in use by process")
        expect(
            77, try await carol.attempt("identity", "show", environment: ["MEGA_PASSPHRASE": "guess"]),
            says: "the passphrase does not open the key store")
        expect(
            78, try await carol.attempt("status", environment: ["RELAY_PORT": "http"]),
            says: "RELAY_PORT is 'http'")

        let table = try Documents.text(of: "Documentation/operations.md").matches(of: #/\n\| ([0-9]+) \| /#)
        #expect(Set(table.compactMap { Int32($0.1) }) == Set(provoked.keys))
    }

    /// `head` has read enough: no fault, and nothing is said of it.
    @Test func closedPipeEndsACommandQuietly() async throws {
        let carol = try Installation()
        try await carol.run("init", "--id", "carol")
        let output = try await shell("identity show | true; exit ${PIPESTATUS[0]}", in: carol)
        #expect(output.status == 128 + SIGPIPE)
        #expect(output.log == "")
    }

    @Test func whatIsNotTextIsNotSent() async throws {
        let carol = try Installation()
        try await carol.run("init", "--id", "carol")
        let output = try await shell(#"send dave $'caf\xe9'"#, in: carol)
        #expect(output.status == 65)
        #expect(output.log.contains("argument 3 is not UTF-8 text"))
    }

    /// The limit of a process, not a signal that ends it.
    @Test func fileThatMayNotGrowIsAnError() async throws {
        let carol = try Installation()
        let output = try await Program(
            ["-c", "ulimit -f 4; exec \(Program.executable.path) init --id carol"],
            executable: URL(fileURLWithPath: "/bin/bash"), in: carol.scratch, environment: carol.environment
        ).end()
        #expect([73, 75].contains(output.status), "\(output.status) \(output.log)")
    }

    @Test func backupNeedsAFileInAFolder() async throws {
        let carol = try Installation()
        try await carol.run("init", "--id", "carol")
        for place in ["", carol.scratch.file("nowhere/backup")] {
            let output = try await carol.attempt("backup", "--", place)
            #expect(output.status == 73)
            #expect(output.log.contains("Name a file in a folder that exists"))
        }
    }

    private func shell(_ command: String, in installation: Installation) async throws -> Program.Output {
        try await Program(
            ["-c", "\(Program.executable.path) \(command)"], executable: URL(fileURLWithPath: "/bin/bash"),
            in: installation.scratch, environment: installation.environment
        ).end()
    }

    private func commandOnAStoreInUse() async throws -> Program.Output {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let dave = try Installation(["RELAY_URL": await relay.announced("relay")])
        try await dave.run("init", "--id", "dave")
        let listener = try dave.start("listen")
        try await listener.wait(for: "its begin") { $0.log.contains("Listening as") }
        return try await dave.attempt("bundle", "export")
    }

    /// Something else than this program has changed the relay's tables.
    private func commandOnAStrangeDatabase() async throws -> Program.Output {
        let installation = try Installation()
        let relay = try Part(installation, "relay", "--port", "0", "--format", "json")
        _ = try await relay.line()
        try await relay.kill()
        try await installation.change(installation.file("relay.db"), "DROP TABLE queues")
        return try await installation.attempt("admin", "users")
    }
}
