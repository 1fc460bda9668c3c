/// The result of parsing a command line.
package enum Call: Sendable {
    /// A command with all its parameters.
    case run(any Command)
    /// A text to be shown: help, the version, completions.
    case show(String)
}

extension Command {
    /// Parses the words after the program's name.
    package static func parse(_ words: [String]) throws(UsageError) -> Call {
        if words.first == "help" { return .show(try Page(path(of: words.dropFirst())).help()) }
        var path: [any Command.Type] = [self]
        var rest = words[...]
        while let word = rest.first, !word.hasPrefix("-"), let command = path.last,
            !command.about.commands.isEmpty
        {
            if command.about.fallback != nil, find(word, in: path) == nil { break }
            path.append(try subcommand(word, in: path))
            rest = rest.dropFirst()
        }
        if let text = try builtIn(rest, path) { return .show(text) }
        if let fallback = path.last?.about.fallback { path.append(fallback) }
        guard let command = path.last, command.about.commands.isEmpty else {
            guard let word = rest.first else { return .show(Page(path).help()) }
            throw UsageError("unknown option '\(word)'", in: path)
        }
        return .run(try command.filled(from: rest, path))
    }

    private static func path(of words: ArraySlice<String>) throws(UsageError) -> [any Command.Type] {
        var path: [any Command.Type] = [self]
        for word in words { path.append(try subcommand(word, in: path)) }
        return path
    }

    private static func find(_ word: String, in path: [any Command.Type]) -> (any Command.Type)? {
        path.last?.about.commands.first { $0.name == word }
    }

    private static func subcommand(_ word: String, in path: [any Command.Type]) throws(UsageError)
        -> any Command.Type
    {
        if let command = find(word, in: path) { return command }
        // A key path to a protocol requirement on the metatype crashes the compiler.
        let names = (path.last?.about.shownCommands ?? []).map { $0.name }
        throw UsageError("unknown command '\(word)'" + suggestion(for: word, among: names), in: path)
    }

    /// The options that every command supports. They are not recognized after `--`.
    private static func builtIn(_ rest: ArraySlice<String>, _ path: [any Command.Type]) throws(UsageError)
        -> String?
    {
        let words = rest.prefix { $0 != "--" }
        if words.contains("--help") || words.contains("-h") { return Page(path).help() }
        if let version = about.version, words.contains("--version") {
            guard words.contains("--verbose"), let details = about.versionDetails else { return version }
            return "\(version)\n\(details())"
        }
        switch words.first {
        case "--describe": return description
        case "--generate-completion-script":
            guard let shell = words.dropFirst().first.flatMap(Shell.init) else {
                let shells = Shell.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("'--generate-completion-script' needs a shell: \(shells)", in: path)
            }
            return completions(for: shell)
        default: return nil
        }
    }

    private static func filled(from words: ArraySlice<String>, _ path: [any Command.Type]) throws(UsageError)
        -> Self
    {
        let command = Self()
        var reader = WordReader(words, for: command.slots, of: path)
        try reader.read()
        do {
            try command.validateAll()
        } catch {
            throw UsageError("\(error)", in: path)
        }
        return command
    }
}
