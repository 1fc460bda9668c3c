import Foundation

/// The commands and options of the program, as it tells them itself.
struct CommandTree: Decodable, Sendable {
    struct Argument: Decodable, Sendable {
        struct Name: Decodable, Sendable {
            let kind: String
            let name: String
        }
        let kind: String
        let names: [Name]?
        let shouldDisplay: Bool

        /// As they are typed: `--id`.
        var spellings: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
    }

    let commandName: String
    let arguments: [Argument]?
    let subcommands: [CommandTree]?

    private struct Dump: Decodable { let command: CommandTree }

    static func read() async throws -> CommandTree {
        let dump = try await Installation().run("--experimental-dump-help")
        return try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
    }

    /// Every command that does something, by its words without the program's name.
    func leaves(_ words: [String] = []) -> [(words: [String], command: CommandTree)] {
        let own = (subcommands ?? []).filter { $0.commandName != "help" }
        guard !own.isEmpty else { return [(words, self)] }
        return own.flatMap { $0.leaves(words + [$0.commandName]) }
    }

    func takes(_ option: String) -> Bool { (arguments ?? []).contains { $0.spellings.contains(option) } }

    /// What the argument parser takes by itself and does not list.
    private static let unlisted = ["--generate-completion-script"]

    /// What is wrong with a call whose values may be placeholders; nil where commands and options exist.
    func fault(in words: some Sequence<String>) -> String? {
        var command = self
        for word in words {
            if Self.unlisted.contains(word) { return nil }
            if word.hasPrefix("--") {
                guard command.takes(word) else { return "\(command.commandName) has no \(word)" }
            } else if let subcommands = command.subcommands, !subcommands.isEmpty {
                guard let next = subcommands.first(where: { $0.commandName == word }) else {
                    return "\(command.commandName) has no \(word)"
                }
                command = next
            }
        }
        return nil
    }
}
