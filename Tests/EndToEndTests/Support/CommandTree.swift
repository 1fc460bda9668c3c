import Foundation
import SystemSupport
import TestSupport

/// The commands and options of the program, as it tells them itself.
struct CommandTree: Decodable, Sendable {
    struct Parameter: Decodable, Sendable {
        /// As they are typed: `--id`.
        let spellings: [String]
    }

    let name: String
    let parameters: [Parameter]
    let commands: [CommandTree]

    static func read() async throws -> CommandTree {
        let described = try await Installation().run("--describe")
        return try JSONDecoder().decode(CommandTree.self, from: Data(described.utf8))
    }

    /// Every command that does something, by its words without the program's name.
    func leaves(_ words: [String] = []) -> [(words: [String], command: CommandTree)] {
        guard !commands.isEmpty else { return [(words, self)] }
        return commands.flatMap { $0.leaves(words + [$0.name]) }
    }

    func takes(_ option: String) -> Bool { parameters.contains { $0.spellings.contains(option) } }

    /// What the program answers without a command.
    private static let unlisted = ["--generate-completion-script", "--version", "--help", "help"]

    /// What is wrong with a call whose values may be placeholders; nil where commands and options exist.
    func fault(in words: some Sequence<String>) -> String? {
        var command = self
        for word in words {
            if Self.unlisted.contains(word) { return nil }
            if word.hasPrefix("--") {
                guard command.takes(word) else { return "\(command.name) has no \(word)" }
            } else if !command.commands.isEmpty {
                guard let next = command.commands.first(where: { $0.name == word }) else {
                    return "\(command.name) has no \(word)"
                }
                command = next
            }
        }
        return nil
    }
}
