import Foundation
import Testing

@testable import Commands

struct CompletionTests {
    @Test(arguments: [
        ("program b", "box"), ("program box ", "--help,close,open"), ("program greet --tone ", "cold,warm"),
        ("program greet bob --lo", "--loud"), ("program help g", "greet"), ("program greet -", "all"),
    ])
    func bashOffers(_ line: String, offered: String) async throws {
        let script = """
            \(Program.completions(for: .bash))
            COMP_WORDS=(\(line.hasSuffix(" ") ? line + "''" : line)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _program
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let lines = try await Shell.bash.run(script).split(separator: "\n").sorted()
        if offered == "all" {
            let own = Page([Program.Greet.self]).options.flatMap(\.spellings)
            #expect(Set(lines.map(String.init)) == Set(own + ["--help"]))
        } else {
            #expect(lines.joined(separator: ",") == offered)
        }
    }

    @Test(
        .enabled("fish is not installed") { Shell.fish.isInstalled },
        arguments: [
            ("program b", "box"), ("program box ", "close,open"), ("program greet --tone ", "cold,warm"),
        ])
    func fishOffers(_ line: String, offered: String) async throws {
        let lines = try await Shell.fish.run("\(Program.completions(for: .fish))\ncomplete -C '\(line)'")
            .split(separator: "\n")
        #expect(lines.map { $0.prefix { $0 != "\t" } }.sorted().joined(separator: ",") == offered)
    }

    @Test(.enabled("zsh is not installed") { Shell.zsh.isInstalled })
    func zshOffers() async throws {
        let script = """
            compdef() { :; }; _files() { :; }; _describe() { shift; print -l ${(P)1}; }
            \(Program.completions(for: .zsh))
            words=(program box ''); CURRENT=3; _program
            """
        let lines = try await Shell.zsh.run(script).split(separator: "\n")
        #expect(lines == ["open:Open one.", "close:Close one.", "--help:Show help information."])
    }
}

extension Shell {
    var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/\(rawValue)") }

    /// What a script writes to both outputs, without anybody's start-up files.
    fileprivate func run(_ script: String) async throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/\(rawValue)")
        let plain =
            switch self {
            case .bash: ["--norc"];
            case .zsh: ["-f"];
            case .fish: ["-N"]
            }
        process.arguments = plain + ["-c", script]
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        // Reading blocks, and threads of tasks are few.
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let data = (try? output.fileHandleForReading.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
