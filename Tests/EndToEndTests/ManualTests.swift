import Foundation
import TestSupport
import Testing

/// What a package brings for people beside the program: manual pages and completions.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ManualTests {
    private func run(_ executable: String, _ arguments: [String], in folder: ScratchDirectory) async throws
        -> Program.Output
    {
        let program = try Program(arguments, executable: URL(fileURLWithPath: executable), in: folder.url)
        let output = try await program.end()
        guard output.status == 0 else { throw Unexpected("failed", program) }
        return output
    }

    @Test func everyCommandHasAManualPageThatTypesets() async throws {
        let folder = try ScratchDirectory()
        let script = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Scripts/make-manual")
            .standardizedFileURL.path
        _ = try await run(script, [Program.executable.path, folder.file("man1")], in: folder)
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

    @Test func completionsAreSoundForTheShell() async throws {
        let folder = try ScratchDirectory()
        let script = try await Installation().run("--generate-completion-script", "bash")
        try script.write(toFile: folder.file("completions"), atomically: true, encoding: .utf8)
        _ = try await run("/bin/bash", ["-n", folder.file("completions")], in: folder)
    }
}
