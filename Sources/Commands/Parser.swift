import Foundation

/// What words on a command line come to.
package enum Call: Sendable {
    /// A command with all that it takes.
    case run(any Command)
    /// A text to be shown: help, the version, completions.
    case show(String)
}

extension Command {
    /// Reads the words behind the program's name.
    ///
    /// - Parameter environment: Where options look that name a variable; an empty value counts as none.
    package static func parse(
        _ words: [String], environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(UsageError) -> Call {
        var rest = words[...]
        var command: any Command.Type = self
        var path = [command]
        func enter(_ word: String) throws(UsageError) {
            command = try subcommand(word, in: path)
            path.append(command)
        }
        if rest.popFirst() == "help" {
            for word in rest { try enter(word) }
            return .show(Page(path).help())
        }
        rest = words[...]
        while let word = rest.first, !word.hasPrefix("-"), !command.about.commands.isEmpty {
            if command.about.fallback != nil, find(word, in: path) == nil { break }
            try enter(word)
            rest = rest.dropFirst()
        }
        if let text = try builtIn(rest, path) { return .show(text) }
        if let fallback = command.about.fallback {
            command = fallback
            path.append(fallback)
        }
        guard command.about.commands.isEmpty else {
            guard let word = rest.first else { return .show(Page(path).help()) }
            throw UsageError("unknown option '\(word)'", in: path)
        }
        return .run(try filled(command, path, rest, environment))
    }

    private static func find(_ word: String, in path: [any Command.Type]) -> (any Command.Type)? {
        path.last?.about.commands.first { $0.name == word }
    }

    private static func subcommand(_ word: String, in path: [any Command.Type]) throws(UsageError)
        -> any Command.Type
    {
        if let command = find(word, in: path) { return command }
        let names = (path.last?.about.commands ?? []).filter { !$0.about.isHidden }.map { $0.name }
        throw UsageError("unknown command '\(word)'" + suggestion(for: word, among: names), in: path)
    }

    /// What every command answers. Behind `--` and as the value of an option the same words mean nothing.
    private static func builtIn(_ rest: ArraySlice<String>, _ path: [any Command.Type]) throws(UsageError)
        -> String?
    {
        let words = rest.prefix { $0 != "--" }
        if words.contains("--help") || words.contains("-h") { return Page(path).help() }
        guard path.count == 1 else { return nil }
        switch rest.first {
        case "--version": return about.version
        case "--describe": return description
        case "--completions":
            guard let shell = rest.dropFirst().first.flatMap(Shell.init) else {
                throw UsageError("'--completions' takes bash, zsh or fish", in: path)
            }
            return completions(for: shell)
        default: return nil
        }
    }

    private static func filled(
        _ type: any Command.Type, _ path: [any Command.Type], _ words: ArraySlice<String>,
        _ environment: [String: String]
    ) throws(UsageError) -> any Command {
        let command = type.init()
        var reader = WordReader(words: words, arguments: command.allArguments, path: path)
        try reader.read()
        try reader.fillUp(from: environment)
        do {
            try command.validateAll()
        } catch {
            throw UsageError("\(error)", in: path)
        }
        return command
    }
}

/// Hands words to what takes them.
private struct WordReader {
    var words: ArraySlice<String>
    let arguments: [(parameter: Parameter, argument: any AnyArgument)]
    let path: [any Command.Type]
    private var places: ArraySlice<(parameter: Parameter, argument: any AnyArgument)>
    private var given: Set<String> = []

    init(
        words: ArraySlice<String>, arguments: [(parameter: Parameter, argument: any AnyArgument)],
        path: [any Command.Type]
    ) {
        (self.words, self.arguments, self.path) = (words, arguments, path)
        places = arguments.filter { $0.parameter.kind == .positional }[...]
    }

    mutating func read() throws(UsageError) {
        while let word = words.popFirst() {
            if word == "--" {
                while let word = words.popFirst() { try readPlace(word) }
            } else if word.hasPrefix("--") {
                try readLong(word)
            } else if Self.isOption(word) {
                try readShort(word)
            } else {
                try readPlace(word)
            }
        }
    }

    /// Options that were not given come from the environment; what is missing still is an error.
    func fillUp(from environment: [String: String]) throws(UsageError) {
        for (parameter, argument) in arguments {
            if let name = parameter.environment, !given.contains(parameter.name),
                let word = environment[name], !word.isEmpty
            {
                guard argument.take(word) else { throw unsuitable(word, parameter, name: name) }
            }
            guard argument.isMissing else { continue }
            let help = parameter.environment.map { ", and \($0) is not set" } ?? ""
            throw UsageError("missing '\(parameter.call)'\(help)", in: path)
        }
    }

    /// `-` is a place, and so is a negative number.
    private static func isOption(_ word: String) -> Bool {
        word.hasPrefix("-") && word.count > 1 && Double(word) == nil
    }

    private mutating func readLong(_ word: String) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard
            let (parameter, argument) = arguments.first(where: { $0.parameter.spellings.contains(parts[0]) })
        else {
            let known = arguments.flatMap(\.parameter.spellings)
            throw UsageError(
                "unknown option '\(parts[0])'" + suggestion(for: parts[0], among: known), in: path)
        }
        try take(parts[0], value: parts.count > 1 ? parts[1] : nil, parameter, argument)
    }

    /// `-w`, `-wl` for two flags, `-n 5` and `-n5`.
    private mutating func readShort(_ word: String) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let (parameter, argument) = arguments.first(where: { $0.parameter.short == letter }) else {
                throw UsageError("unknown option '-\(letter)'", in: path)
            }
            let attached = parameter.takesValue && !letters.isEmpty ? String(letters) : nil
            if attached != nil { letters = "" }
            try take("-\(letter)", value: attached, parameter, argument)
        }
    }

    private mutating func take(
        _ name: String, value: String?, _ parameter: Parameter, _ argument: any AnyArgument
    ) throws(UsageError) {
        if !parameter.isRepeated, parameter.takesValue, given.contains(parameter.name) {
            throw UsageError("'\(name)' is given twice", in: path)
        }
        given.insert(parameter.name)
        guard parameter.takesValue else {
            guard value == nil else { throw UsageError("'\(name)' takes no value", in: path) }
            _ = argument.take(name.hasPrefix("--no-") && parameter.kind == .inverted ? "false" : "true")
            return
        }
        guard let word = value ?? words.first.flatMap({ Self.isOption($0) ? nil : $0 }) else {
            throw UsageError("'\(name)' needs a value: \(parameter.call)", in: path)
        }
        if value == nil { words.removeFirst() }
        guard argument.take(word) else { throw unsuitable(word, parameter, name: name) }
    }

    private mutating func readPlace(_ word: String) throws(UsageError) {
        guard let (parameter, argument) = places.first else {
            throw UsageError("unexpected '\(word)'", in: path)
        }
        if !parameter.isRepeated { places.removeFirst() }
        guard argument.take(word) else { throw unsuitable(word, parameter, name: parameter.call) }
    }

    private func unsuitable(_ word: String, _ parameter: Parameter, name: String) -> UsageError {
        let hint = parameter.choices.isEmpty ? "" : "; one of: \(parameter.choices.joined(separator: ", "))"
        return UsageError(
            "'\(word)' is no value for '\(name)'\(hint)" + suggestion(for: word, among: parameter.choices),
            in: path)
    }
}

/// `. Did you mean 'status'?`, where something is near enough.
private func suggestion(for word: String, among names: [String]) -> String {
    let near = names.map { (name: $0, distance: word.distance(to: $0)) }
        .filter { $0.distance <= max(1, min(word.count, $0.name.count) / 3) }
        .min { $0.distance < $1.distance }
    return near.map { ". Did you mean '\($0.name)'?" } ?? ""
}

extension String {
    /// How many letters have to be added, removed, replaced or exchanged with their neighbours.
    func distance(to other: String) -> Int {
        let (a, b) = (Array(self), Array(other))
        var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count {
            for j in 0...b.count {
                guard i > 0, j > 0 else {
                    rows[i][j] = i + j
                    continue
                }
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                rows[i][j] = Swift.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    rows[i][j] = Swift.min(rows[i][j], rows[i - 2][j - 2] + 1)
                }
            }
        }
        return rows[a.count][b.count]
    }
}
