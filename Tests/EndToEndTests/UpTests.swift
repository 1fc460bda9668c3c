import Foundation
import MaintenanceAPI
import SystemSupport
import TestSupport
import RelayAPI
import Testing

/// Everything in one process: the main job.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct UpTests {
    /// The load changes every few seconds: an answer has to hold the one from before or after it was asked for.
    @Test func chatAnswerHoldsFiguresOfThisHost() async throws {
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        let (answer, host) = try await eventually("an answer with the load of now") {
            let before = try HostFigures()
            let answer = try await system.ask("System status summary in one line.")
            let after = try HostFigures()
            let load = answer.reply.firstMatch(of: #/load ([0-9.]+) on/#).flatMap { Double($0.1) }
            return load == before.load1 || load == after.load1 ? (answer, after) : nil
        }
        #expect(answer.outcome == .answered)
        #expect(answer.answeredBy == "offline analyst")
        #expect(!answer.reply.contains("\n"))
        #expect(answer.evidence.contains { $0.tool == "get_current_status" && $0.from != nil })
        #expect(answer.unbackedFigures.isEmpty)

        let memory = try #require(answer.reply.firstMatch(of: #/memory ([0-9.]+) %/#))
        let used = 100 * (1 - Double(host.memoryAvailableBytes) / Double(host.memoryTotalBytes))
        #expect(abs(try #require(Double(memory.1)) - used) < 5)

        let sample = try await system.reading()
        #expect(sample.host.coreCount == host.coreCount)
        #expect(sample.memory?.totalBytes == host.memoryTotalBytes)
        #expect(abs(try #require(sample.host.uptimeSeconds) - host.uptimeSeconds) < 60)
        #expect(sample.relay?.users == 4)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func stopsCleanlyAndGoesOnWhereItWas(_ signal: Int32) async throws {
        let installation = try Installation()
        let first = try await RunningSystem(installation)
        _ = try await first.reading()
        let answer = try await first.ask("status")
        let end = try await first.stop(signal)
        #expect(end.status == 0)
        #expect(end.log.hasSuffix("{\"note\":\"Stopped.\"}\n"))
        // What was replaced in a store is in no log beside it any more.
        let folder = URL(fileURLWithPath: installation.file(""))
        let logs = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.path.hasSuffix(".signal.db-wal") }
        #expect(logs.count == 4)
        for log in logs { #expect(try Data(contentsOf: log).isEmpty, "\(log.lastPathComponent)") }

        let second = try await RunningSystem(installation)
        let history = try await Conversation.withTheAgent(at: second.web)
        #expect(history.map(\.requestId) == [answer.requestId, answer.requestId])
        #expect(history.last?.text == answer.reply)
        #expect(try await second.ask("status").outcome == .answered)
        #expect(try await second.stop().status == 0)
    }

    /// The first line of the README, but for the build: a stand-in for `swift` names what the tests have built.
    @Test func makeUpIsTheWholeBeginning() async throws {
        let here = try Installation(["MEGA_PASSPHRASE": "", "RELAY_PORT": "0", "WEB_PORT": "0"])
        let tools = here.scratch.url.appendingPathComponent("tools")
        try FileManager.default.createDirectory(at: tools, withIntermediateDirectories: false)
        let made = FileManager.default.createFile(
            atPath: tools.appendingPathComponent("swift").path,
            contents: Data("#!/bin/sh\necho '\(Program.products.path)'\n".utf8),
            attributes: [.posixPermissions: 0o755])
        #expect(made)
        let path = [tools.path, ProcessInfo.processInfo.environment["PATH"] ?? ""]
        let session = try await TerminalSession.run(
            "make", "--directory", Documents.root.path, "up",
            executable: URL(fileURLWithPath: "/usr/bin/env"),
            in: here, environment: ["PATH": path.joined(separator: ":")],
            [("SysMaint is running.", ""), ("Press Ctrl-C to stop.", "\u{3}")])
        #expect(session.shown.contains(#/dashboard +http:\/\/127.0.0.1:[0-9]+\//#))
        #expect(session.shown.contains("A passphrase was created: \(here.file("passphrase"))"))
        #expect(session.shown.contains("Stopped."))
    }

    @Test func interruptedStartIsACleanEnd() async throws {
        let program = try Installation().start("up", environment: ["RELAY_PORT": "0", "WEB_PORT": "0"])
        try await program.wait(for: "the relay") { $0.log.contains("listening") || $0.status != nil }
        program.send(SIGINT)
        let end = try await program.end()
        #expect(end.status == 0)
        #expect(end.log.hasSuffix("Stopped.\n"))
    }

    @Test func makesItsFolderPassphraseAndIdentitiesForTheOwnerAlone() async throws {
        let installation = try Installation(["MEGA_PASSPHRASE": ""])
        let system = try await RunningSystem(installation)
        #expect(system.announcement.home == installation.environment["SYSMAINT_HOME"])
        let names = try FileManager.default.contentsOfDirectory(atPath: system.announcement.home)
        for name in ["sysmaint", "diagprobe", "alice", "bob"] {
            #expect(names.contains("\(name).signal.db"))
        }
        #expect(names.contains("passphrase"))
        for path in [system.announcement.home] + names.map(installation.file) {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(try #require(mode) & 0o077 == 0, "\(path)")
        }
        let doctor = try await installation.attempt(
            "doctor",
            environment: [
                "RELAY_URL": system.relay,
                "WEB_PORT": system.web.split(separator: ":").last.map(String.init) ?? "",
            ])
        #expect(doctor.status == 0, "\(doctor.text)")
        #expect(doctor.text.contains("in use by process"))
    }

    @Test func pagesAreServed() async throws {
        let system = try await RunningSystem(Installation())
        for path in ["/", "/chat", "/demo"] {
            let page = try await Web.get(system.web + path)
            #expect(page.status == 200)
            #expect(page.contentType?.hasPrefix("text/html") == true)
        }
    }
}
