import Foundation
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

    @Test func senderLearnsHowFarAMessageHasCome() async throws {
        let port = try freePort()
        let relay = try Part(Installation(), "relay", "--port", String(port), "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, dave) = try (Installation(url), Installation(url))
        for (person, name) in [(carol, "carol"), (dave, "dave")] {
            try await person.run("init", "--id", name)
            try await person.run("register")
        }
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
        let (carol, dave) = try (Installation(url), Installation(url))
        for (person, name) in [(carol, "carol"), (dave, "dave")] {
            try await person.run("init", "--id", name)
            try await person.run("register")
        }
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
        let (carol, dave) = try (Installation(url), Installation(url))
        for (person, name) in [(carol, "carol"), (dave, "dave")] {
            try await person.run("init", "--id", name)
            try await person.run("register")
        }
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
        #expect(answer.contains(#/Memory [0-9.]+ % of/#))
        let answers = try await carol.run("chat", input: "load?\n\nmemory?\n")
        #expect(answers.components(separatedBy: "Offline analyst").count == 3)
        let status = try await carol.run("status", "--web-url", system.web)
        #expect(status.contains(#/host +load [0-9.]+/#))
    }
}
