import Foundation

/// What is told of one command.
struct Page {
    /// From the program down.
    let path: [any Command.Type]
    let parameters: [Parameter]

    init(_ path: [any Command.Type]) {
        self.path = path
        parameters = path.last?.init().allArguments.map(\.parameter) ?? []
    }

    var about: About { path.last?.about ?? About() }
    var words: String { path.map { $0.name }.joined(separator: " ") }
    var places: [Parameter] { parameters.filter { $0.kind == .positional } }
    var options: [Parameter] { parameters.filter { $0.kind != .positional } }
    var groups: [(title: String, commands: [any Command.Type])] {
        about.groups.map { ($0.title, $0.commands.filter { !$0.about.isHidden }) }
    }

    /// Options that may be left out are many and stand below.
    var usage: String {
        if !about.commands.isEmpty { return "\(words) <command>" }
        let required = options.filter(\.isRequired).map(\.call)
        let places = places.map { $0.isRequired ? $0.call : "[\($0.call)]" }
        let others = options.contains { !$0.isRequired } ? ["[options]"] : []
        return ([words] + places + required + others).joined(separator: " ")
    }

    /// - Parameter columns: The width; that of the terminal without it.
    func help(columns: Int = Self.columns) -> String {
        var sections = ["OVERVIEW: \(about.summary)".wrapped(at: columns)]
        if !about.details.isEmpty { sections.append(about.details.wrapped(at: columns)) }
        sections.append("USAGE: \(usage)".wrapped(at: columns, hanging: 2))
        func table(_ title: String, _ rows: [(String, String)]) {
            guard !rows.isEmpty else { return }
            sections.append(
                "\(title.uppercased()):\n" + rows.map { Self.row($0, $1, columns) }.joined(separator: "\n"))
        }
        table("Arguments", places.map { ($0.call, $0.explanation) })
        for group in groups { table(group.title, group.commands.map { ($0.name, $0.about.summary) }) }
        var rows = options.map { option in
            let short = option.short.map { "-\($0), " } ?? ""
            return (short + option.call, option.explanation)
        }
        if path.count == 1, about.version != nil { rows.append(("--version", "Show the version.")) }
        table("Options", rows + [("-h, --help", "Show this help.")])
        return sections.joined(separator: "\n\n")
    }

    private static let indent = 26

    private static func row(_ name: String, _ text: String, _ columns: Int) -> String {
        let room = max(columns - indent, 20)
        let lines = text.wrapped(at: room).split(separator: "\n", omittingEmptySubsequences: false)
        let margin = String(repeating: " ", count: indent)
        let head = "  \(name)"
        let isNarrow = head.count < indent - 1
        let first =
            isNarrow
            ? [head.padding(toLength: indent, withPad: " ", startingAt: 0) + lines[0]]
            : [head, margin + lines[0]]
        return (first + lines.dropFirst().map { margin + $0 }).joined(separator: "\n")
    }

    static var columns: Int {
        if let text = ProcessInfo.processInfo.environment["COLUMNS"], let number = Int(text), number > 0 {
            return number
        }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

/// An entry of `--describe`.
private struct DescribedCommand: Encodable {
    let command, summary, details: String
    let parameters: [Parameter]
}

extension Command {
    /// The help of this command as the program `path` shows it.
    package static func help(columns: Int, in path: [any Command.Type] = []) -> String {
        Page(path + [self]).help(columns: columns)
    }

    /// All commands below this one and itself, each with the way to it.
    package static func allPaths(after path: [any Command.Type] = []) -> [[any Command.Type]] {
        let own = path + [self as any Command.Type]
        return [own] + about.commands.filter { !$0.about.isHidden }.flatMap { $0.allPaths(after: own) }
    }

    /// What it takes, groups included.
    package static var parameters: [Parameter] { Self().allArguments.map(\.parameter) }

    /// Commands and what they take as JSON, for programs that write documents or check them.
    static var description: String {
        let entries = allPaths().map { path in
            let page = Page(path)
            return DescribedCommand(
                command: page.words, summary: page.about.summary, details: page.about.details,
                parameters: page.parameters)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and truth values always encode.
        return (try? encoder.encode(entries)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    /// What is wrong with the definitions themselves; a test holds that this is empty.
    package static var faults: [String] {
        allPaths().flatMap { path in
            let page = Page(path)
            let spellings = Dictionary(grouping: page.parameters.flatMap(\.spellings), by: \.self)
            var faults = spellings.filter { $1.count > 1 }.map { "\($0.key) is there twice" }
            if page.places.dropLast().contains(where: \.isRepeated) {
                faults.append("what follows all the rest gets nothing")
            }
            if page.about.summary.isEmpty { faults.append("has no summary") }
            return faults.map { "\(page.words): \($0)" }
        }
    }
}

extension String {
    /// In lines of that width; lines that begin with a space stay as they are.
    func wrapped(at columns: Int, hanging: Int = 0) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.count > columns, !line.hasPrefix(" ") else { return String(line) }
            var lines = [""]
            for word in line.split(separator: " ") {
                let isFirst = lines[lines.count - 1].allSatisfy { $0 == " " }
                if isFirst {
                    lines[lines.count - 1] += word
                } else if lines[lines.count - 1].count + 1 + word.count <= columns {
                    lines[lines.count - 1] += " " + word
                } else {
                    lines.append(String(repeating: " ", count: hanging) + word)
                }
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }
}
