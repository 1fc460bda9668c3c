import ArgumentParser
import Testing

@testable import sysmaint

struct HelpTests {
    /// Every command that does something, by its words.
    static func commands(
        of command: any ParsableCommand.Type = SysMaint.self, _ words: [String] = []
    ) -> [(words: [String], command: any ParsableCommand.Type)] {
        let subcommands = command.configuration.subcommands
        guard !subcommands.isEmpty else { return [(words, command)] }
        return subcommands.flatMap { commands(of: $0, words + [$0._commandName]) }
    }

    /// Every command that only has others below it, but for the program itself.
    static func groups(of command: any ParsableCommand.Type = SysMaint.self)
        -> [any ParsableCommand.Type]
    {
        command.configuration.subcommands.filter { !$0.configuration.subcommands.isEmpty }
            .flatMap { [$0] + groups(of: $0) }
    }

    @Test func helpTeachesByExamplesThatWork() throws {
        let commands = Self.commands()
        #expect(commands.count > 25)
        for (words, command) in commands {
            let example = try #require(
                command.configuration.discussion.split(separator: "\n")
                    .first { $0.hasPrefix("Example: ") }?.dropFirst("Example: ".count),
                "\(words.joined(separator: " ")) shows no example")
            let call = Self.call(of: example)
            #expect(call.prefix(words.count) == words[...], "\(example)")
            let parsed = try SysMaint.parseAsRoot(call)
            #expect(type(of: parsed) == command, "\(example)")
        }
    }

    @Test func groupsAndTheProgramShowHowToBegin() throws {
        let groups = Self.groups()
        #expect(groups.count > 5)
        for group in groups {
            let example = try #require(
                group.configuration.discussion.split(separator: "\n").first { $0.hasPrefix("Example: ") },
                "\(group)")
            let parsed = try SysMaint.parseAsRoot(Self.call(of: example))
            #expect(
                group.configuration.subcommands.flatMap { [$0] + $0.configuration.subcommands }
                    .contains { type(of: parsed) == $0 })
        }
        let steps = SysMaint.configuration.discussion.split(separator: "\n").filter {
            $0.hasPrefix("  sysmaint ")
        }
        #expect(steps.count == 4)
        for step in steps {
            let call = try #require(step.split(separator: "   ").first)
            _ = try SysMaint.parseAsRoot(Self.call(of: call))
        }
    }

    @Test(arguments: [
        ("status --format json", true), ("--format=json status", true), ("status --format text", false),
        ("send dave -- --format json", false), ("status", false), ("status json --format", false),
    ])
    func formatIsKnownBeforeArgumentsAreParsed(_ line: String, isJSON: Bool) {
        let words = line.split(separator: " ").map(String.init)
        #expect(Output.Format(arguments: words) == (isJSON ? .json : .text))
    }

    /// What other users of the machine can read in the list of processes is no place for secrets.
    @Test func secretsComeFromFilesAlone() throws {
        let secret = #/pass|secret|token|password|key/#
        for (words, command) in Self.commands() {
            let lines = command.helpMessage(columns: 200).split(separator: "\n")
            for line in lines {
                guard let option = line.firstMatch(of: #/^ +--([a-z-]+) (<[a-z]+>)?/#),
                    option.1.contains(secret)
                else { continue }
                #expect(option.2 == "<file>", "\(words.joined(separator: " ")): \(line)")
            }
        }
    }

    /// The arguments behind `sysmaint`, without settings before it and redirections behind them.
    private static func call(of line: some StringProtocol) -> [String] {
        var words: [String] = []
        var quote: Character?
        var word: String?
        for character in line + " " {
            switch character {
            case quote: quote = nil
            case "'" where quote == nil, "\"" where quote == nil: (quote, word) = (character, word ?? "")
            case " " where quote == nil:
                if let word { words.append(word) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        let command = words.drop { $0 != "sysmaint" }.dropFirst()
        return Array(command.prefix { $0 != ">" })
    }
}
