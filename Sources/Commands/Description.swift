import Foundation

/// A command and its subcommands, for programs that generate manuals or check documents: the JSON of `--describe`.
private struct Description: Encodable {
    let name, summary, details: String
    let parameters: [Parameter]
    let commands: [Description]

    init(_ command: any Command.Type) {
        (name, summary, details) = (command.name, command.about.summary, command.about.details)
        parameters = command.parameters
        commands = command.about.shownCommands.map(Description.init)
    }
}

extension Parameter: Encodable {
    private enum CodingKeys: CodingKey { case kind, spellings, valueName, help, isRequired, isRepeated }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind.rawValue, forKey: .kind)
        try container.encode(spellings, forKey: .spellings)
        try container.encode(valueName, forKey: .valueName)
        try container.encode(explanation, forKey: .help)
        try container.encode(isRequired, forKey: .isRequired)
        try container.encode(isRepeated, forKey: .isRepeated)
    }
}

extension Command {
    static var description: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding strings and booleans cannot fail.
        return (try? encoder.encode(Description(self))).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// This command and all visible subcommands, each with its path.
    package static func allPaths(after path: [any Command.Type] = []) -> [[any Command.Type]] {
        let own = path + [self as any Command.Type]
        return [own] + about.shownCommands.flatMap { $0.allPaths(after: own) }
    }

    /// Its parameters, including those of groups.
    package static var parameters: [Parameter] { Page([self]).parameters }

    /// Errors in the definitions themselves; each program has a test that there are none.
    package static var faults: [String] {
        allPaths().flatMap { path in
            let page = Page(path)
            let spellings = Dictionary(grouping: page.parameters.flatMap(\.spellings), by: \.self)
            var faults = spellings.filter { $1.count > 1 }.keys.sorted().map { "\($0) is there twice" }
            let positional = page.parameters.filter { $0.kind == .positional }
            if positional.dropLast().contains(where: \.isRepeated) {
                faults.append("an argument follows one that takes all the rest")
            }
            if page.about.summary.isEmpty { faults.append("has no summary") }
            return faults.map { "\(page.words): \($0)" }
        }
    }
}
