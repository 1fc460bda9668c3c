import Foundation
import SystemSupport
import TestSupport
import Testing

/// Two people in two directories, with a relay between them.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct PeopleTests {
    private struct Shown: Decodable {
        let from: String
        let text: String
    }

    private func shown(_ lines: String) throws -> [String] {
        try JSONDecoder().decode([Shown].self, from: Data(lines.utf8)).map { "\($0.from): \($0.text)" }
    }

    @Test func messagesWaitForWhoIsOffline() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try (Installation(url), Installation(url))
        try await dave.run("init", "--id", "dave")
        try await dave.run("register")

        try await carol.run("init", "--id", "carol")
        try await carol.run("register")
        try await carol.run("session", "init", "dave")
        try await carol.run("send", "dave", "hello")
        try await carol.run("send", "dave", "-", input: "are you\nthere?")
        #expect(
            try shown(await dave.run("inbox", "--format", "json")) == [
                "carol: hello", "carol: are you\nthere?",
            ])
        #expect(try shown(await dave.run("inbox", "--format", "json")).isEmpty)

        try await dave.run("send", "carol", "now I am")
        let listener = try carol.start("listen", "--count", "2", "--format", "json")
        try await listener.wait(for: "the first line") { $0.lines.count == 1 }
        try await dave.run("send", "carol", "live")
        let heard = try await listener.end()
        #expect(heard.status == 0)
        #expect(heard.lines.count == 2)
        #expect(heard.lines.last?.contains("\"live\"") == true)

        let ofCarol = try await carol.run("verify", "dave").split(separator: "\n").dropFirst().prefix(3)
        let ofDave = try await dave.run("verify", "carol").split(separator: "\n").dropFirst().prefix(3)
        #expect(ofCarol == ofDave)
        #expect(
            try shown(await dave.run("inbox", "--all", "--offline", "--format", "json")) == [
                "carol: hello", "carol: are you\nthere?", "dave: now I am", "dave: live",
            ])
    }

    @Test func commandsShareAnIdentity() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try await Installation.carolAndDave(url)
        // Five at once wait for each other.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...5 { group.addTask { try await carol.run("send", "dave", "number \(number)") } }
            try await group.waitForAll()
        }
        #expect(
            try shown(await dave.run("inbox", "--format", "json")).sorted()
                == (1...5).map { "carol: number \($0)" })

        // While an identity listens, what is sent goes through the listener; and the listener's command may answer. Its
        // pipes end as in a shell: SIGPIPE is not ignored.
        let script = "head -c 5; yes | head -1 >&2; sh -c 'kill -PIPE $$; echo ignored >&2'; true"
        let listener = try dave.start("listen", "--exec", script, "--reply")
        try await listener.wait(for: "its begin") { $0.log.contains("Listening as") }
        let path = dave.file("dave.signal.db.sock")
        let socket = try await eventually("the listener's socket") {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
        }
        #expect(socket.intValue == 0o600)
        try await dave.run("send", "carol", "from beside the listener")
        try await carol.run("send", "dave", "hello there")
        var heard: [String] = []
        for _ in 1...100 where heard.count < 2 {
            heard += try shown(await carol.run("inbox", "--format", "json"))
        }
        #expect(heard.sorted() == ["dave: from beside the listener", "dave: hello"])
        let unknown = try await dave.attempt("send", "erin", "hello", "--format", "json")
        #expect(unknown.status == 66)
        #expect(unknown.log.contains("erin") || unknown.log.contains("registered"))
        listener.send(SIGINT)
        let ended = try await listener.end()
        #expect(ended.status == 0)
        #expect(!ended.log.contains("ignored"))
        #expect(!FileManager.default.fileExists(atPath: dave.file("dave.signal.db.sock")))
    }

    @Test func messagesAreDeletedByCommand() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try await Installation.carolAndDave(url)
        for number in 1...4 { try await carol.run("send", "dave", "number \(number)") }
        struct Kept: Decodable {
            let id: String
            let text: String
        }
        func kept() async throws -> [Kept] {
            try JSONDecoder().decode(
                [Kept].self, from: Data(await dave.run("inbox", "--all", "--format", "json").utf8))
        }
        let second = try #require(try await kept().first { $0.text == "number 2" }).id
        try await dave.run("inbox", "--delete", second)
        #expect(try await dave.attempt("inbox", "--delete", second).status == 66)
        #expect(try await dave.attempt("inbox", "--delete", "second").status == 64)
        #expect(try await kept().map(\.text) == ["number 1", "number 3", "number 4"])
        #expect(try await dave.attempt("history", "prune").status == 64)
        let pruned = try await dave.run("history", "prune", "--keep", "1", "--format", "json")
        #expect(pruned.contains(#""deletedMessages":2"#))
        #expect(try await kept().map(\.text) == ["number 4"])
        // What is unread stays.
        #expect(
            try shown(await dave.run("inbox", "--format", "json")) == [
                "carol: number 1", "carol: number 3", "carol: number 4",
            ])
        try await dave.run("history", "prune", "--all")
        #expect(try await kept().isEmpty)
    }

    @Test func senderLearnsHowFarAMessageHasCome() async throws {
        let port = try freePort()
        let relay = try Part(Installation(), "relay", "--port", String(port), "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try await Installation.carolAndDave(url)
        func delivery() async throws -> [String] {
            struct Sent: Decodable { let delivery: String? }
            let lines = try await carol.run("inbox", "--all", "--offline", "--format", "json")
            return try JSONDecoder().decode([Sent].self, from: Data(lines.utf8)).compactMap(\.delivery)
        }
        try await carol.run("session", "init", "dave")
        try await relay.kill()
        #expect(try await carol.attempt("send", "dave", "hello").status == 69)
        #expect(try await delivery() == ["queued"])
        try await relay.crashAndRestart()
        _ = try await relay.line()
        try await carol.run("inbox")
        #expect(try await delivery() == ["onRelay"])
        #expect(try shown(await dave.run("inbox", "--format", "json")) == ["carol: hello"])
        try await carol.run("inbox")
        #expect(try await delivery() == ["onDevice"])
    }

    @Test func messagesAreKeptWhileTheRelayIsAway() async throws {
        let port = try freePort()
        let relay = try Part(Installation(), "relay", "--port", String(port), "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try await Installation.carolAndDave(url)
        try await carol.run("session", "init", "dave")
        try await relay.kill()
        for text in ["one", "two"] {
            let attempt = try await carol.attempt("send", "dave", text)
            #expect(attempt.status == 69)
            #expect(attempt.text == "kept for dave\n")
        }
        try await relay.crashAndRestart()
        _ = try await relay.line()
        try await carol.run("inbox")
        #expect(try shown(await dave.run("inbox", "--format", "json")) == ["carol: one", "carol: two"])
    }

    @Test func commandIsRunForEachMessageThatComes() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try await Installation.carolAndDave(url)
        try await carol.run("send", "dave", "$(touch no)")
        let failed = try await dave.attempt("listen", "--exec", "exit 3")
        #expect(failed.status == 69)
        // Nothing keeps a signal from the command.
        let killed = try await dave.attempt("listen", "--exec", "kill -TERM $$; sleep 60")
        #expect(killed.status == 69)
        #expect(killed.log.contains("the command exited with 15 "))
        let command = "cat; echo \" from $MESSAGE_FROM ${MEGA_PASSPHRASE-no secret}\""
        #expect(
            try await dave.run("listen", "--count", "1", "--exec", command)
                == "$(touch no) from carol no secret\n")
        #expect(try shown(await dave.run("inbox", "--format", "json")).isEmpty)
    }

    @Test func agentIsAskedFromTheCommandLine() async throws {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        let carol = try Installation(["RELAY_URL": system.relay])
        try await carol.run("init", "--id", "carol")
        let answer = try await carol.run("chat", "How much memory is in use?")
        #expect(answer.contains(#/^[0-9.]+ % of [0-9.]+ .iB memory is used/#))
        let answers = try await carol.run("chat", input: "load?\n\nmemory?\n")
        #expect(answers.contains(#/over 1 / 5 / 15 minutes/#) && answers.contains("memory is used"))
        let status = try await carol.run("status", "--web-url", system.web)
        #expect(status.contains(#/host +load [0-9.]+/#))
    }
}
