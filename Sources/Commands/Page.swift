import Foundation

/// The help of one command.
struct Page {
    /// The commands from the program down.
    let path: [any Command.Type]
    let parameters: [Parameter]

    init(_ path: [any Command.Type]) {
        self.path = path
        parameters = path.last?.init().slots.map(\.parameter) ?? []
    }

    var about: About { path.last?.about ?? About() }
    /// The path as typed: `sysmaint bundle export`.
    var words: String { path.map { $0.name }.joined(separator: " ") }
    var options: [Parameter] { parameters.filter { $0.kind != .positional } }

    /// The synopsis after a title, with line breaks between parameters.
    func usage(_ title: String, columns: Int) -> String {
        let rest =
            about.commands.isEmpty
            ? parameters.map { $0.isRequired ? $0.call : "[\($0.call)]" } : ["<subcommand>"]
        return ([title, words] + rest).lines(at: columns, hanging: 2).joined(separator: "\n")
    }

    /// The whole page at that line width; by default, the terminal's.
    func help(columns: Int = Self.columns) -> String {
        var sections = ["OVERVIEW: \(about.summary)".wrapped(at: columns)]
        if !about.details.isEmpty { sections.append(about.details.wrapped(at: columns)) }
        sections.append(usage("USAGE:", columns: columns))
        func table(_ title: String, _ rows: [(String, String)]) {
            guard !rows.isEmpty else { return }
            let lines = rows.map { Self.row($0, $1, columns) }
            sections.append("\(title.uppercased()):\n" + lines.joined(separator: "\n"))
        }
        table("Arguments", parameters.filter { $0.kind == .positional }.map { ($0.call, $0.explanation) })
        let details = about.versionDetails == nil ? "." : "; --verbose adds the libraries'."
        let isVersioned = path.count == 1 && about.version != nil
        let version = isVersioned ? [("--version", "Show the version\(details)")] : []
        let options = options.map { option in
            ((option.short.map { "-\($0), " } ?? "") + option.call, option.explanation)
        }
        table("Options", options + version + [("-h, --help", "Show help information.")])
        for group in about.groups {
            let commands = group.commands.filter { !$0.about.isHidden }
            let title = group.title.isEmpty ? "Subcommands" : "\(group.title) subcommands"
            table(title, commands.map { ($0.name, $0.about.summary) })
        }
        if !about.shownCommands.isEmpty {
            let group = path.dropFirst().map { $0.name + " " }.joined()
            sections.append("  See '\(path[0].name) help \(group)<subcommand>' for detailed help.")
        }
        return sections.joined(separator: "\n\n")
    }

    private static let indent = 26

    private static func row(_ name: String, _ text: String, _ columns: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        let head = "  \(name)"
        let lines = text.wrapped(at: max(columns - indent, 20)).replacing("\n", with: "\n" + margin)
        guard head.count < indent - 1 else { return "\(head)\n\(margin)\(lines)" }
        return head.padding(toLength: indent, withPad: " ", startingAt: 0) + lines
    }

    /// The width of the output terminal; `COLUMNS` overrides it.
    static var columns: Int {
        if let text = ProcessInfo.processInfo.environment["COLUMNS"], let number = Int(text), number > 0 {
            return number
        }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

extension String {
    /// Wraps text at that width; lines that begin with a space are unchanged.
    func wrapped(at columns: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.count > columns, !line.hasPrefix(" ") else { return String(line) }
            return line.split(separator: " ").map(String.init).lines(at: columns).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

extension [String] {
    /// Joins elements into lines of at most that width, unless a single element is longer; all but the first are
    /// indented by `hanging`.
    func lines(at columns: Int, hanging: Int = 0) -> [String] {
        var lines: [String] = []
        for word in self {
            if let line = lines.last, line.count + 1 + word.count <= columns {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(repeating: " ", count: lines.isEmpty ? 0 : hanging) + word)
            }
        }
        return lines
    }
}
