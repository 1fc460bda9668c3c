import Foundation
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

    /// Each is read by its shell where that is installed; bash always is.
    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreSoundForTheShell(_ shell: String) async throws {
        let folder = try ScratchDirectory()
        let script = try await Installation().run("--generate-completion-script", shell)
        for (words, _) in try await CommandTree.read().leaves() {
            #expect(script.contains(words[words.count - 1]), "\(words)")
        }
        try script.write(toFile: folder.file("completions"), atomically: true, encoding: .utf8)
        let found = ["/bin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + shell }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        if shell == "bash" { #expect(found != nil) }
        if let found { _ = try await run(found, ["-n", folder.file("completions")], in: folder) }
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
        let found = ["/bin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + shell }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        // Bash is always there, fish where somebody likes it.
        guard let found else { return #expect(shell != "bash") }
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
        let zsh = ["/bin/zsh", "/usr/bin/zsh"].first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let zsh else { return }
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
