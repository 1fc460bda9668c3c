/// A command of a program: its properties are its parameters, `run` is its action.
///
///     struct Greet: Command {
///         static let about = About("Greet somebody.")
///
///         @Argument("Whom to greet.") var name: String
///         @Option("How often.", value: "number") var times = 1
///         @Flag("In capitals.", short: "l") var loud = false
///         let output = OutputOptions()
///
///         func run() async throws { … }
///     }
///
/// `@main struct Program: Command` with `About(commands:)` is a complete program: `main` parses the command line, shows
/// help, the version, completions and errors, and exits with the command's exit code. Settings from files or the
/// environment, abbreviations and interaction are out of scope.
package protocol Command: Arguments {
    static var about: About { get }

    func run() async throws
}

/// The parameters of a command; parameters shared by several commands are in a separate value, which is a property of
/// each.
package protocol Arguments: Sendable {
    init()

    /// Throws `ValidationError` if values are valid on their own, but not in combination.
    func validate() throws
}

extension Arguments {
    package func validate() throws {}
}

extension Command {
    /// For commands that only group others; the parser shows their help instead of running them.
    package func run() async throws {}

    /// The name as typed: `about.name`, or the type's name in the form `health-check`.
    package static var name: String { about.name ?? String(describing: Self.self).kebabCased }
}

/// A command's help text and subcommands.
package struct About: Sendable {
    package struct Group: Sendable {
        package let title: String
        package let commands: [any Command.Type]

        package init(_ title: String, _ commands: [any Command.Type]) {
            self.title = title
            self.commands = commands
        }
    }

    package let name: String?
    package let summary: String
    package let details: String
    package let version: String?
    /// Additional text for `--version --verbose`, computed only on request.
    package let versionDetails: (@Sendable () -> String)?
    package let groups: [Group]
    /// The command to run if no subcommand is given.
    package let fallback: (any Command.Type)?
    package let isHidden: Bool

    package init(
        _ summary: String = "", name: String? = nil, details: String = "", version: String? = nil,
        versionDetails: (@Sendable () -> String)? = nil, commands: [any Command.Type] = [],
        groups: [Group] = [], fallback: (any Command.Type)? = nil, isHidden: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.version = version
        self.versionDetails = versionDetails
        self.groups = (commands.isEmpty ? [] : [Group("", commands)]) + groups
        self.fallback = fallback
        self.isHidden = isHidden
    }

    package var commands: [any Command.Type] { groups.flatMap(\.commands) }
    var shownCommands: [any Command.Type] { commands.filter { !$0.about.isHidden } }
}

extension String {
    /// Converts `relayURL` to `relay-url`.
    var kebabCased: String {
        let letters = Array(self)
        var result = ""
        for (index, letter) in letters.enumerated() {
            if letter.isUppercase, index > 0 {
                let endsAcronym = index + 1 < letters.count && letters[index + 1].isLowercase
                if !letters[index - 1].isUppercase || endsAcronym { result += "-" }
            }
            result += letter.lowercased()
        }
        return result
    }
}
