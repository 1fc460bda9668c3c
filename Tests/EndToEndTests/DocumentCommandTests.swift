import Foundation
import SystemSupport
import TestSupport
import Testing

/// What the documents say can be done, can be done so.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct DocumentCommandTests {
    /// Programs that are no part of this project and need what a test has not got; `Scripts/check-dist` uses them.
    private static let notRun = [
        "docker": "needs docker; `Scripts/check-containers` uses it",
        "apt": "installs packages; needs root",
        "systemctl": "needs a system that systemd runs",
        "systemd-analyze": "needs a system that systemd runs",
        "systemd-run": "needs a system that systemd runs",
    ]
    /// What documents name a program by.
    private static let programs: Set = ["sysmaint", "make", "curl", "journalctl", "sudo", "swift"]

    /// What the blocks have to say, by what stands in them.
    private static let answers = [
        "/api/chat": ["load"],
        "sysmaint init --id carol": ["carol → dave: hello", "safety number with carol"],
        "sysmaint backup": ["backed up carol.1", "restored/carol.signal.db"],
    ]

    private static func isCommand(_ line: Substring) -> Bool {
        line.split(separator: " ").first.map { isProgram(String($0)) } ?? false
    }

    private static func isProgram(_ word: String) -> Bool {
        programs.contains(word) || notRun.keys.contains(word) || word.hasPrefix("Scripts/")
            || word == ".ci/run"
    }

    @Test func blocksOfCommandsAreMarkedAsSuchAndParse() async throws {
        let blocks = try Documents.blocks()
        #expect(blocks.count { $0.language == "sh" } > 5)
        for block in blocks {
            if block.language == "sh" {
                let said = try await bash(["-n", "-c", block.text], in: Installation())
                #expect(said.status == 0, "\(block.file): \(block.text)\(said.log)")
            } else {
                // Module names and figures stand in blocks too: `sysmaint ─▶ WebApp`.
                let commands = block.text.split(separator: "\n").filter {
                    Self.isCommand($0) && !$0.contains("▶")
                }
                #expect(commands.isEmpty, "\(block.file): a block of commands begins with ```sh")
            }
        }
    }

    @Test func blocksDoWhatTheDocumentsSay() async throws {
        let installation = try Installation()
        let system = try await RunningSystem(Installation())
        _ = try await system.reading()
        try await installation.run("init", "--id", "carol")
        let places = [
            "http://localhost:3000": system.web, "/mnt/backups": installation.scratch.url.path,
        ]
        let settings = """
            set -euo pipefail
            export PATH="\(Program.products.path):$PATH" RELAY_URL=\(system.relay)

            """
        var unanswered = Self.answers
        for block in try Documents.blocks() where block.language == "sh" {
            let first = block.text.split(separator: " ").first.map(String.init) ?? ""
            if first == "make" || Self.notRun[first] != nil { continue }
            let script = places.reduce(block.text) { $0.replacing($1.key, with: $1.value) }
            let said = try await bash(["-c", settings + script], in: installation)
            #expect(said.status == 0, "\(block.file): \(block.text)\(said.text)\(said.log)")
            for (key, answers) in unanswered where block.text.contains(key) {
                for answer in answers { #expect(said.text.contains(answer), "\(block.text)") }
                unanswered[key] = nil
            }
        }
        #expect(unanswered.isEmpty)
    }

    @Test func commandsInTheTextExist() async throws {
        let tree = try await CommandTree.read()
        let blocks = try Documents.blocks().filter { $0.language == "sh" }
        let lines = blocks.flatMap { block in
            block.text.replacing("\\\n", with: " ").split(whereSeparator: \.isNewline).map {
                (file: block.file, words: $0.split(separator: " ").map(String.init))
            }
        }
        var (targets, unused) = (Set<String>(), Set(Self.notRun.keys))
        for (file, words) in try Documents.inlineCode() + lines {
            guard let program = words.first, words.count > 1 || program.hasPrefix("Scripts/") else {
                continue
            }
            let rest = words.dropFirst().map { $0.trimmingCharacters(in: ["[", "]"]) }
            if program == "sysmaint" {
                #expect(tree.fault(in: rest) == nil, "\(file): \(words.joined(separator: " "))")
            } else if program == "make" {
                targets.insert(rest[0])
            } else if program.hasPrefix("Scripts/") || program == ".ci/run" {
                let path = Documents.root.appendingPathComponent(program).path
                #expect(FileManager.default.isExecutableFile(atPath: path), "\(file): \(program)")
            }
            unused.remove(program)
        }
        #expect(unused.isEmpty, "no document names \(unused.sorted()) any more")

        #expect(targets.count > 10)
        let folder = try ScratchDirectory()
        let make = try Program(
            ["make", "--dry-run", "--directory", Documents.root.path] + targets.sorted(),
            executable: URL(fileURLWithPath: "/usr/bin/env"), in: folder)
        let plan = try await make.end()
        #expect(plan.status == 0, "\(plan.log)")
    }

    @Test func linksLeadSomewhere() throws {
        for file in try Documents.files() {
            let folder = Documents.root.appendingPathComponent(file).deletingLastPathComponent()
            for link in try Documents.text(of: file).matches(of: #/\]\(([^)\s]+)\)/#) {
                guard !link.1.hasPrefix("http") else { continue }
                let parts = link.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let url =
                    parts[0].isEmpty
                    ? Documents.root.appendingPathComponent(file)
                    : folder.appendingPathComponent(String(parts[0]))
                #expect(FileManager.default.fileExists(atPath: url.path), "\(file): \(link.1)")
                guard parts.count == 2 else { continue }
                let headings = try String(contentsOf: url, encoding: .utf8).matches(of: #/(?:^|\n)#+ (.+)/#)
                #expect(headings.contains { Self.anchor(of: $0.1) == parts[1] }, "\(file): \(link.1)")
            }
        }
    }

    /// The name under which a heading is linked to.
    private static func anchor(of heading: Substring) -> String {
        heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
            .replacing(" ", with: "-")
    }

    private func bash(_ arguments: [String], in installation: Installation) async throws -> Program.Output {
        try await Program(
            arguments, executable: URL(fileURLWithPath: "/bin/bash"), in: installation.scratch,
            environment: installation.environment
        ).end()
    }
}
