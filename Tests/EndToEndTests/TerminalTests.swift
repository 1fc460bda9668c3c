import Foundation
import TestSupport
import Testing

/// What a person at a terminal sees, and what goes into a pipe instead.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct TerminalTests {
    private let escape = "\u{1B}"
    private let interrupt = "\u{3}"
    private let endOfInput = "\u{4}"

    @Test func watchedStatusIsDrawnAgainUntilInterrupted() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let here = try Installation(["RELAY_URL": await relay.announced("relay"), "WEB_PORT": "1"])
        let steps = [("relay   up", ""), ("relay   up", interrupt)]
        let session = try await TerminalSession.run("status", "--watch", in: here, steps)
        #expect(session.status == 0)
        #expect(session.shown.ranges(of: "\(escape)[H\(escape)[2J").count >= 2)
        #expect(session.echoes)
        // Nothing but the two that take the old picture away: no colour, no hidden cursor.
        #expect(!session.shown.replacing("\(escape)[H\(escape)[2J", with: "").contains(escape))

        let plain = try await TerminalSession.run(
            "status", "--watch", in: here, environment: ["TERM": "dumb"], steps)
        #expect(plain.status == 0)
        #expect(!plain.shown.contains(escape))
    }

    @Test func watchedStatusInAPipeIsLinesAndOutlivesTheRelay() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let here = try Installation(["RELAY_URL": await relay.announced("relay"), "WEB_PORT": "1"])
        let watch = try here.start("status", "--watch")
        try await watch.wait(for: "two turns") { $0.text.ranges(of: "relay   up").count >= 2 }
        try await relay.kill()
        try await watch.wait(for: "word of the relay's end") { $0.log.contains("relay   nothing answers at") }
        watch.send(SIGINT)
        let output = try await watch.end(within: .seconds(30))
        #expect(output.status == 0)
        #expect(!(output.text + output.log).contains(escape))
    }

    @Test func chatInvitesAnswersAndEnds() async throws {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        let carol = try Installation(["RELAY_URL": system.relay])
        try await carol.run("init", "--id", "carol")
        let talk = try await TerminalSession.run(
            "chat", in: carol,
            [("Ctrl-D ends.\r\n> ", "\n"), ("> ", "What is the load?\n"), ("load", ""), ("> ", endOfInput)])
        #expect(talk.status == 0)
        #expect(talk.shown.hasSuffix("> \r\n"))
        #expect(!talk.shown.contains(escape))
        let given = try await TerminalSession.run("chat", in: carol, [("> ", interrupt)])
        #expect(given.status == 0)
        #expect(given.echoes)

        let piped = try await carol.attempt("chat", input: "What is the load?\n")
        #expect(piped.status == 0)
        #expect(piped.text.contains("load"))
        #expect(!piped.log.contains("> "))
        #expect(!piped.text.contains(escape))
    }

    @Test func passphraseIsAskedForUnseen() async throws {
        let carol = try Installation(["MEGA_PASSPHRASE": "a secret"])
        try await carol.run("init", "--id", "carol")
        let noPassphrase = ["MEGA_PASSPHRASE": ""]
        func show(typing text: String) async throws -> TerminalSession {
            try await .run("identity", "show", in: carol, environment: noPassphrase, [("Passphrase: ", text)])
        }
        let shown = try await show(typing: "a secret\n")
        #expect(shown.status == 0)
        #expect(shown.shown.contains("carol.1"))
        #expect(!shown.shown.contains("secret"))
        #expect(shown.echoes)
        #expect(try await show(typing: "a guess\n").status == 77)
        let givenUp = try await show(typing: interrupt)
        #expect(givenUp.status == 130)
        #expect(givenUp.echoes)
    }

    @Test func safetyNumberIsColouredOnlyWhereThatIsWanted() async throws {
        let (carol, dave) = (try Installation(), try Installation())
        try await carol.run("init", "--id", "carol")
        try await dave.run("init", "--id", "dave")
        try await carol.run("bundle", "import", "-", input: dave.run("bundle", "export"))
        let coloured = try await TerminalSession.run("verify", "dave", in: carol, [])
        #expect(coloured.shown.contains("\(escape)[30;107m"))
        let plain = try await TerminalSession.run(
            "verify", "dave", in: carol, environment: ["NO_COLOR": "1"], [])
        #expect(plain.shown.contains("▀"))
        #expect(!plain.shown.contains(escape))
        #expect(try await !carol.run("verify", "dave").contains(escape))
    }

    /// Help fits into the width, but for the synopsis, which the argument parser writes on one line.
    @Test func helpFitsIntoANarrowTerminal() async throws {
        for (words, _) in try await CommandTree.read().leaves() {
            let help = try await Installation().run(
                arguments: words + ["--help"], environment: ["COLUMNS": "60"])
            let long = help.split(separator: "\n").filter {
                $0.count > 60 && !$0.hasPrefix("USAGE:") && !$0.contains("Example: ")
            }
            #expect(long.isEmpty, "\(words)")
        }
    }
}
