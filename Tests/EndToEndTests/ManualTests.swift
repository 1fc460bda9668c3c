import Foundation
import SystemSupport
import TestSupport
import Testing

/// What a package brings for people beside the program: manual pages and completions.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ManualTests {
    private func run(_ executable: String, _ arguments: [String], in folder: ScratchDirectory) async throws
        -> Program.Output
    {
        let program = try Program(arguments, executable: URL(fileURLWithPath: executable), in: folder)
        let output = try await program.end()
        guard output.status == 0 else { throw Unexpected("failed", program) }
        return output
    }

    private func makeManual(in folder: ScratchDirectory) async throws {
        let script = Documents.root.appendingPathComponent("Scripts/make-manual").path
        _ = try await run(script, [Program.executable.path, folder.file("man1")], in: folder)
    }

    @Test func everyCommandHasAManualPageThatTypesets() async throws {
        let folder = try ScratchDirectory()
        try await makeManual(in: folder)
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder.file("man1"))
        for page in ["sysmaint", "sysmaint-up", "sysmaint-bundle-export", "sysmaint-send"] {
            #expect(pages.contains(page + ".1"))
        }
        for page in pages {
            let path = folder.file("man1/" + page)
            let output = try await run(
                "/usr/bin/env", ["groff", "-man", "-ww", "-Tutf8", "-P-cbou", path], in: folder)
            #expect(output.log == "", "\(page)")
            for section in ["NAME", "SYNOPSIS", "OPTIONS"] {
                #expect(output.lines.contains(section), "\(page)")
            }
        }
        let send = try String(contentsOfFile: folder.file("man1/sysmaint-send.1"), encoding: .utf8)
        #expect(send.contains("Example: sysmaint send dave"))
    }

    /// Each is read by its shell.
    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreSoundForTheShell(_ shell: String) async throws {
        let folder = try ScratchDirectory()
        let script = try await Installation().run("--generate-completion-script", shell)
        for (words, _) in try await CommandTree.read().leaves() {
            #expect(script.contains(words[words.count - 1]), "\(words)")
        }
        try script.write(toFile: folder.file("completions"), atomically: true, encoding: .utf8)
        _ = try await run(self.shell(shell), ["-n", folder.file("completions")], in: folder)
    }

    /// The path of a shell. `make test` installs all of them; where one is missing, its test ends as skipped.
    private func shell(_ name: String) throws -> String {
        let paths = ["/bin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + name }
        guard let found = paths.first(where: FileManager.default.isExecutableFile) else {
            try Test.cancel("\(name) is not installed")
        }
        return found
    }

    /// What the shells offer behind `sysmaint admin re`.
    @Test(arguments: [
        (
            "bash",
            """
            source completions
            COMP_WORDS=(sysmaint admin re) COMP_CWORD=2 COMP_LINE="sysmaint admin re" COMP_POINT=17
            "$(complete -p sysmaint | sed 's/.*-F \\([^ ]*\\).*/\\1/')" sysmaint re admin
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        ),
        ("fish", "source completions; complete -C 'sysmaint admin re'"),
    ])
    func completionsAreOffered(_ shell: String, script: String) async throws {
        let folder = try ScratchDirectory()
        let found = try self.shell(shell)
        try await Installation().run("--generate-completion-script", shell)
            .write(toFile: folder.file("completions"), atomically: true, encoding: .utf8)
        let path = [Program.products.path, ProcessInfo.processInfo.environment["PATH"] ?? ""]
        let program = try Program(
            ["-c", script], executable: URL(fileURLWithPath: found), in: folder,
            environment: ["PATH": path.joined(separator: ":")])
        let offered = try await program.end().lines.compactMap {
            $0.split(separator: "\t").first.map(String.init)
        }
        #expect(offered.sorted() == ["readmit", "revoke"], "\(program.output.log)")
    }

    /// zsh offers nothing but at a terminal.
    @Test func completionsAreOfferedByZsh() async throws {
        let zsh = try shell("zsh")
        let here = try Installation()
        let functions = here.scratch.url.appendingPathComponent(".zfunc")
        try FileManager.default.createDirectory(at: functions, withIntermediateDirectories: false)
        try await here.run("--generate-completion-script", "zsh")
            .write(to: functions.appendingPathComponent("_sysmaint"), atomically: true, encoding: .utf8)
        let path = [Program.products.path, ProcessInfo.processInfo.environment["PATH"] ?? ""]
        let session = try await TerminalSession.run(
            "-f", "-i", executable: URL(fileURLWithPath: zsh), in: here,
            environment: ["PATH": path.joined(separator: ":")],
            [
                ("", "fpath+=~/.zfunc; autoload -U compinit; compinit -u -D; PS1=rea'dy> '\n"),
                ("ready> ", "sysmaint admin re\t\t"), ("readmit", "\u{15}exit\n"),
            ])
        #expect(session.shown.contains("revoke"))
    }

    @Test func manualNamesEveryOption() async throws {
        let folder = try ScratchDirectory()
        try await makeManual(in: folder)
        for (words, command) in try await CommandTree.read().leaves() {
            let page = (["sysmaint"] + words).joined(separator: "-") + ".1"
            let text = try String(contentsOfFile: folder.file("man1/" + page), encoding: .utf8)
                .replacing("\\-", with: "-")
            for spelling in command.parameters.flatMap(\.spellings) {
                #expect(text.contains(spelling), "\(page)")
            }
        }
    }
}
