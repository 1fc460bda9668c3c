import Commands
import Testing

@testable import sysmaint

struct HelpTests {
    /// Every command that does something, with its words behind the program's name.
    private static let commands = SysMaint.allPaths().filter { $0.last?.about.commands.isEmpty == true }
        .map { path in (words: path.dropFirst().map { $0.name }, command: path[path.count - 1]) }

    /// Every command that only has others below it, but for the program itself.
    private static let groups = SysMaint.allPaths().dropFirst().compactMap(\.last)
        .filter { !$0.about.commands.isEmpty }

    private static func example(of command: any Command.Type) throws -> Substring {
        try #require(
            command.about.details.split(separator: "\n").first { $0.hasPrefix("Example: ") }?
                .dropFirst("Example: ".count), "\(command.name) shows no example")
    }

    private static func parsed(_ line: some StringProtocol) throws -> any Command.Type {
        guard case .run(let command) = try SysMaint.parse(call(of: line)) else {
            throw Failure(.internalError, "'\(line)' shows a text")
        }
        return type(of: command)
    }

    @Test func helpTeachesByExamplesThatWork() throws {
        #expect(Self.commands.count > 25)
        for (words, command) in Self.commands {
            let example = try Self.example(of: command)
            #expect(Self.call(of: example).prefix(words.count) == words[...], "\(example)")
            #expect(try Self.parsed(example) == command, "\(example)")
        }
    }

    @Test func groupsAndTheProgramShowHowToBegin() throws {
        #expect(Self.groups.count > 5)
        for group in Self.groups {
            let parsed = try Self.parsed(Self.example(of: group))
            #expect(group.allPaths().contains { $0.last == parsed })
        }
        let steps = SysMaint.about.details.split(separator: "\n").filter { $0.hasPrefix("  sysmaint ") }
        #expect(steps.count == 4)
        for step in steps { _ = try Self.parsed(#require(step.split(separator: "   ").first)) }
    }

    @Test func definitionsHaveNoFaults() { #expect(SysMaint.faults == []) }

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
        let parameters = Self.commands.flatMap { $0.command.parameters }.filter { $0.name.contains(secret) }
        #expect(!parameters.isEmpty)
        for parameter in parameters where parameter.takesValue {
            #expect(parameter.valueName == "file", "\(parameter.name)")
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
