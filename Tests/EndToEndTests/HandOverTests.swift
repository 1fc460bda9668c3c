import Foundation
import MaintenanceAPI
import SystemSupport
import TestSupport
import Testing

/// Commands beside a process that owns the store they are about: it carries them out.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct HandOverTests {
    private struct Shown: Decodable {
        let id: UUID
        let text: String
    }

    private struct Number: Decodable {
        let digits: String
        let trust: String
        let otherKeys: [Number]
    }

    private struct Peer: Decodable {
        let id: String
        let awaitsApproval: Bool
    }

    private struct Pair {
        let home, carol, dave: Installation
        let relay: Part

        init() async throws {
            home = try Installation()
            relay = try Part(home, "relay", "--port", String(freePort()), "--format", "json")
            let url = ["RELAY_URL": try await relay.announced("relay")]
            (carol, dave) = try await Installation.carolAndDave(url)
        }
    }

    private func decoded<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(text.utf8))
    }

    /// Waits until a process listens at the socket of a store, which is for its owner alone.
    private func socket(of id: String, in installation: Installation) async throws {
        let path = installation.file("\(id).signal.db.sock")
        _ = try await eventually("the socket of \(id)") {
            (try? FileManager.default.attributesOfItem(atPath: path)) == nil ? nil : true
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func whoListensCanReadDecideAndTidyUpMeanwhile() async throws {
        let pair = try await Pair()
        let (carol, dave) = (pair.carol, pair.dave)
        let listener = try dave.start("listen", "--format", "json")
        try await socket(of: "dave", in: dave)
        // Needs no passphrase: the socket is the owner's.
        let none = ["MEGA_PASSPHRASE": ""]

        #expect(try await dave.run("identity", "show", environment: none).contains("dave.1"))
        #expect(try await dave.run("identity", "peers", environment: none) == "No peers are known yet.\n")
        #expect(try await dave.attempt("verify", "carol", environment: none).status == 66)
        #expect(
            try await dave.run("session", "init", "carol", environment: none)
                == "there is a session with carol\n")
        let own = try decoded(await dave.run("verify", "carol", "--format", "json"), as: Number.self)
        #expect(own.trust == "first-use")

        try await carol.run("send", "dave", "one")
        try await carol.run("send", "dave", "two")
        try await listener.wait(for: "both") { $0.lines.count == 2 }
        let number = try decoded(await carol.run("verify", "dave", "--format", "json"), as: Number.self)
        #expect(number.digits == own.digits)
        let compared = try await dave.attempt("verify", "carol", "--compare", number.digits)
        #expect(compared.status == 0)
        #expect(compared.text.contains("approved by comparison"))
        let differs = try await dave.attempt(
            "verify", "carol", "--compare", String(repeating: "1", count: 60))
        #expect(differs.status == 77)
        #expect(differs.log.contains("the safety numbers differ"))
        #expect(try await dave.attempt("verify", "nobody").status == 66)

        let all = try decoded(
            await dave.run("inbox", "--all", "--format", "json", environment: none), as: [Shown].self)
        #expect(all.map(\.text) == ["one", "two"])
        // The listener has shown them.
        _ = try await eventually("an empty inbox") {
            try await dave.run("inbox", "--format", "json") == "[]\n" ? true : nil
        }
        #expect(try await dave.run("inbox", "--delete", all[0].id.uuidString) == "deleted 1 message\n")
        #expect(try await dave.attempt("inbox", "--delete", all[0].id.uuidString).status == 66)
        #expect(
            try await dave.run("history", "prune", "--all", environment: none)
                == "deleted 1 message; 0 messages kept\n")
        #expect(try await dave.run("incidents", "--format", "json") == "[]\n")

        // It still is the one that listens.
        try await carol.run("send", "dave", "three")
        try await listener.wait(for: "the third") { $0.lines.count == 3 }
        listener.send(SIGTERM)
        #expect(try await listener.end().status == 0)
        #expect(try await dave.run("inbox", "--all", "--offline").contains("three"))
    }

    @Test func whoListensRegistersAndBacksUpMeanwhile() async throws {
        let pair = try await Pair()
        let (carol, dave) = (pair.carol, pair.dave)
        let listener = try dave.start("listen", "--format", "json")
        try await socket(of: "dave", in: dave)
        let none = ["MEGA_PASSPHRASE": ""]
        #expect(try await dave.run("register", environment: none).hasPrefix("dave.1 is registered with"))
        let elsewhere = try await dave.attempt("register", "--relay-url", "http://127.0.0.1:9")
        #expect(elsewhere.status == 75)
        #expect(elsewhere.log.contains("works with another relay"))

        try await carol.run("send", "dave", "before the backup")
        try await listener.wait(for: "the message") { $0.lines.count == 1 }
        let file = dave.scratch.file("dave.backup")
        #expect(try await dave.run("backup", file, environment: none) == "backed up dave.1 to \(file)\n")
        let again = try await dave.attempt("backup", file, environment: none)
        #expect(again.status == 73)
        // It goes on listening under the new registration.
        try await carol.run("send", "dave", "after it")
        try await listener.wait(for: "the second") { $0.lines.count == 2 }
        listener.send(SIGTERM)
        #expect(try await listener.end().status == 0)

        let restored = try Installation(
            dave.environment.filter { ["RELAY_URL", "MEGA_PASSPHRASE"].contains($0.key) })
        try await restored.run("restore", file)
        let kept = try await restored.run("inbox", "--all", "--offline")
        #expect(kept.contains("before the backup") && !kept.contains("after it"))
    }

    @Test func socketOfAKilledOwnerIsInNobodysWay() async throws {
        let pair = try await Pair()
        let listener = try pair.dave.start("listen")
        try await socket(of: "dave", in: pair.dave)
        listener.send(SIGKILL)
        try await listener.end()
        #expect(FileManager.default.fileExists(atPath: pair.dave.file("dave.signal.db.sock")))
        #expect(try await pair.dave.run("identity", "show").contains("dave.1"))
        try await pair.carol.run("send", "dave", "after the end")
        #expect(try await pair.dave.run("inbox").contains("after the end"))
    }

    /// The path of a socket may have about a hundred bytes.
    @Test func ownerInADeepFolderIsReached() async throws {
        let dave = try Installation()
        let home = dave.file(String(repeating: "deep/", count: 20) + "home")
        let deep = ["SYSMAINT_HOME": home]
        try await dave.run("init", "--id", "dave", environment: deep)
        let listener = try dave.start("listen", environment: deep)
        _ = try await eventually("the socket") {
            FileManager.default.fileExists(atPath: home + "/dave.signal.db.sock") ? true : nil
        }
        let shown = try await dave.run("identity", "show", environment: deep)
        #expect(shown.contains("dave.1"))
        #expect(listener.output.status == nil)
    }

    /// Started without standard descriptors: neither a store nor a connection takes their places.
    @Test func closedDescriptorsStayEmpty() async throws {
        let dave = try Installation()
        try await dave.run("init", "--id", "dave")
        let listener = try Program(
            ["-c", #"exec "$0" listen <&- >&- 2>&-"#, Program.executable.path],
            executable: URL(fileURLWithPath: "/bin/sh"), in: dave.scratch, environment: dave.environment)
        try await socket(of: "dave", in: dave)
        for descriptor in 0...2 {
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(listener.processID)/fd/\(descriptor)")
            #expect(target == "/dev/null")
        }
        listener.send(SIGTERM)
        #expect(try await listener.end().status == 0)
        let version = try Program(
            ["-c", #"exec "$0" --version >&-"#, Program.executable.path],
            executable: URL(fileURLWithPath: "/bin/sh"), in: dave.scratch, environment: dave.environment)
        #expect(try await version.end().status == 74)
    }

    /// What is not a command ends the connection it came over, and nothing else.
    @Test func nonsenseAtTheSocketChangesNothing() async throws {
        let pair = try await Pair()
        let listener = try pair.dave.start("listen")
        try await socket(of: "dave", in: pair.dave)
        let path = pair.dave.file("dave.signal.db.sock")
        let script = """
            import socket, sys
            for line in [b"\\n", b"{}\\n", b"[1]\\n", b'{"name":"Shell","operation":{}}\\n',
                    b'{"name":"ApproveKey","operation":{}}\\n', b"\\xff" * 300000 + b"\\n", b"no end"]:
                s = socket.socket(socket.AF_UNIX)
                s.connect(sys.argv[1])
                try:
                    s.sendall(line)
                    s.shutdown(socket.SHUT_WR)
                    print(s.recv(4096).decode() or "closed")
                except OSError:
                    print("closed")
            """
        let python = try Program(
            ["python3", "-c", script, path], executable: URL(fileURLWithPath: "/usr/bin/env"),
            in: pair.dave.scratch)
        let answers = try await python.end().lines
        #expect(answers.count == 7)
        for answer in answers {
            #expect(answer == "closed" || answer.contains("does not know this command"))
        }
        #expect(try await pair.dave.run("identity", "peers") == "No peers are known yet.\n")
        #expect(listener.output.status == nil)
    }

    /// An owner without its relay shows what it has, and the command ends as one that cannot reach the relay does.
    @Test func ownerThatIsNotConnectedIsTold() async throws {
        let pair = try await Pair()
        let listener = try pair.dave.start("listen", "--format", "json")
        try await socket(of: "dave", in: pair.dave)
        try await pair.carol.run("send", "dave", "before")
        try await listener.wait(for: "the message") { $0.lines.count == 1 }
        try await pair.relay.kill()
        let output = try await eventually("the end of the connection") {
            let output = try await pair.dave.attempt("inbox", "--all")
            return output.status == 69 ? output : nil
        }
        #expect(output.text.contains("before"))
        #expect(output.log.contains("not connected to the relay"))
        #expect(try await pair.dave.run("inbox", "--all", "--offline").contains("before"))
    }

    /// Somebody reinstalled, and the running system has to be told to trust the new key.
    @Test func keysOfPeersAreDecidedBesideARunningSystem() async throws {
        let home = try Installation()
        let system = try await RunningSystem(home, environment: ["SYSMAINT_SERVES": "everyone"])
        let url = ["RELAY_URL": system.relay]
        let first = try Installation(url)
        try await first.run("init", "--id", "carol")
        try await first.run("register")
        for id in ["sysmaint", "diagprobe", "alice", "bob"] {
            try await socket(of: id, in: home)
            #expect(try await home.run("identity", "show", "--id", id).contains("\(id).1"))
            let peers = try decoded(
                await home.run("identity", "peers", "--id", id, "--format", "json"), as: [Peer].self)
            #expect(!peers.isEmpty && peers.allSatisfy { !$0.awaitsApproval })
        }
        try await first.run("send", "alice", "hello")
        let known = try await eventually("carol's key") {
            let shown = try await home.attempt("verify", "carol", "--id", "alice", "--format", "json")
            return shown.status == 0 ? shown.text : nil
        }
        let number = try decoded(known, as: Number.self)
        #expect(number.trust == "first-use")
        let seen = try decoded(await first.run("verify", "alice", "--format", "json"), as: Number.self)
        #expect(seen.digits == number.digits)
        try await home.run("identity", "approve", "carol", number.digits, "--id", "alice")
        let approved = try decoded(
            await home.run("verify", "carol", "--id", "alice", "--format", "json"), as: Number.self)
        #expect(approved.trust == "comparison")
        #expect(try await home.run("inbox", "--all", "--id", "alice").contains("hello"))
        let rejected = try await home.run("identity", "reject", "carol", number.digits, "--id", "alice")
        #expect(rejected.contains("Rejected 1 key of carol"))
        let refused = try await home.attempt("send", "carol", "no more", "--id", "alice")
        #expect(refused.status == 77)
        #expect(try await system.stop().status == 0)
    }
}
