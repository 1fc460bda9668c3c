import Foundation
import QRCode
import SystemSupport
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
        try await watch.wait(for: "word of the relay's end") { $0.log.contains("relay   no response from") }
        watch.send(SIGINT)
        let output = try await watch.end(within: .seconds(120))
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
        // Nothing but what takes the line away that tells of waiting, where a slow machine makes somebody wait.
        #expect(!talk.shown.replacing("\r\(escape)[K", with: "").contains(escape))
        let given = try await TerminalSession.run("chat", in: carol, [("> ", interrupt)])
        #expect(given.status == 0)
        #expect(given.echoes)

        let piped = try await carol.attempt("chat", input: "What is the load?\n")
        #expect(piped.status == 0)
        #expect(piped.text.contains("over 1 / 5 / 15 minutes"))
        #expect(!piped.log.contains("> "))
        #expect(!piped.text.contains(escape))
    }

    /// The model begins only once a person was told to wait, and goes on once the beginning is seen on the terminal.
    @Test func answerAppearsWhileItGrows() async throws {
        let (signals, goOn) = AsyncStream.makeStream(of: Void.self)
        let wait: @Sendable () async -> Void = { for await _ in signals { return } }
        let beginning = String(repeating: "It goes on and on. ", count: 20)
        try await ScriptedModel.serve(key: "a key") { _ in
            await wait()
            return .stream([beginning, "Here it ends."], afterTheFirst: wait)
        } _: { url in
            let system = try await RunningSystem(
                Installation(), environment: ["OPENAI_BASE_URL": url, "OPENAI_API_KEY": "a key"])
            let carol = try Installation(["RELAY_URL": system.relay])
            try await carol.run("init", "--id", "carol")
            let talk = try await TerminalSession.run(
                "chat", in: carol,
                [
                    ("> ", "What can you do?\n"), ("waiting for sysmaint … 1 s", ""),
                    ("\r\(escape)[KIt goes on", ""),
                    ("Here it ends.", ""), ("> ", endOfInput),
                ], whenMet: [1: { goOn.yield() }, 2: { goOn.yield() }])
            #expect(talk.status == 0)
            #expect(talk.shown.ranges(of: "It goes on").count == 20)
        }
    }

    /// What takes more than a second is told of on a line that goes away, and only to a person.
    @Test func longWorkIsToldOfAndDoctorTellsWhatItFindsAtOnce() async throws {
        let (signals, goOn) = AsyncStream.makeStream(of: Void.self)
        let blank = "\r\(escape)[K"
        try await ScriptedModel.serve(key: "a key") { _ in
            for await _ in signals { break }
            return .call(tool: "ping", arguments: "{}")
        } _: { url in
            let here = try Installation([
                "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "a key", "RELAY_URL": "http://127.0.0.1:1",
            ])
            let session = try await TerminalSession.run(
                "doctor", in: here,
                [
                    ("FAILED", ""), ("relay: ", ""),
                    (
                        "\(blank)trying the model, which may have to be loaded first, for up to 120 s … 1 s",
                        ""
                    ),
                ],
                whenMet: [2: { goOn.yield() }])
            #expect(session.status == 1)
            #expect(session.shown.contains("\(escape)[31mFAILED \(escape)[0m  relay"))
            #expect(session.shown.contains("\(blank)\(escape)[33mwarning\(escape)[0m  model: "))
            goOn.yield()
            let plain = try await TerminalSession.run(
                "doctor", in: here, environment: ["NO_COLOR": "1"], [])
            #expect(plain.shown.contains("FAILED   relay"))
            #expect(!plain.shown.contains("\(escape)[3"))
            goOn.yield()
            let piped = try await here.attempt("doctor")
            #expect(piped.log.isEmpty)
            #expect(!piped.text.contains(escape))
        }
    }

    @Test func fetchingIsToldOfWhileTheRelayIsSlow() async throws {
        let host = try Installation()
        let relay = try host.start("relay", "--port", "0", "--format", "json")
        try await relay.wait(for: "its address") { !$0.lines.isEmpty }
        let url = try #require(relay.output.text.firstMatch(of: #/http:[^"]+/#)).0
        let dave = try Installation(["RELAY_URL": String(url)])
        try await dave.run("init", "--id", "dave")
        try await dave.run("register")
        relay.send(SIGSTOP)
        let session = try await TerminalSession.run(
            "inbox", in: dave, [("fetching messages … 1 s", "")],
            whenMet: [0: { relay.send(SIGCONT) }])
        #expect(session.status == 0)
        #expect(session.shown.hasSuffix("\r\(escape)[K"))
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

    @Test func newPassphraseIsAskedForTwice() async throws {
        let carol = try Installation(["MEGA_PASSPHRASE": "a secret"])
        try await carol.run("init", "--id", "carol")
        func change(_ first: String, _ second: String) async throws -> TerminalSession {
            try await .run(
                "passphrase", "change", in: carol,
                [("New passphrase: ", "\(first)\n"), ("Repeat the new passphrase: ", "\(second)\n")])
        }
        let mistyped = try await change("hidden one", "hidden two")
        #expect(mistyped.status == 65)
        #expect(mistyped.shown.contains("Nothing was changed."))
        try await carol.run("identity", "show")
        let changed = try await change("hidden one", "hidden one")
        #expect(changed.status == 0)
        #expect(!(mistyped.shown + changed.shown).contains("hidden"))
        #expect(try await carol.attempt("identity", "show").status == 77)
        try await carol.run("identity", "show", environment: ["MEGA_PASSPHRASE": "hidden one"])
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
        #expect(!plain.shown.contains(escape))
        let scannable = try #require(plain.shown.firstMatch(of: #/scannable +([A-Za-z0-9+\/=]+)/#)).1
        let content = try #require(Data(base64Encoded: String(scannable)))
        let code = try #require(QRCode(Array(content)))
        #expect(plain.shown.contains(code.halfBlocks.replacing("\n", with: "\r\n")))
        #expect(try await !carol.run("verify", "dave").contains(escape))
    }

    /// Help fits into the width, but for examples, which are there to be copied.
    @Test func helpFitsIntoANarrowTerminal() async throws {
        for (words, _) in try await CommandTree.read().leaves() {
            let help = try await Installation().run(
                arguments: words + ["--help"], environment: ["COLUMNS": "60"])
            let long = help.split(separator: "\n").filter {
                $0.count > 60 && !$0.contains("Example: ")
            }
            #expect(long.isEmpty, "\(words)")
        }
    }
}
