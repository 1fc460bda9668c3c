/// A command of a program: what it takes are its properties, what it does is `run`.
///
///     struct Greet: Command {
///         static let about = About("Greet somebody.")
///
///         @Argument("Whom.") var name: String
///         @Option("How often.", value: "number") var times = 1
///         @Flag("Loudly.", short: "l") var loud = false
///         let output = OutputOptions()
///
///         func run() async throws { … }
///     }
package protocol Command: Arguments {
    static var about: About { get }

    func run() async throws
}

/// What a command takes, or several commands take alike: those have such a value as a property.
package protocol Arguments: Sendable {
    init()

    /// Throws `ValidationError` where values that are good alone do not go together.
    func validate() throws
}

extension Arguments {
    package func validate() throws {}
}

extension Command {
    /// A command that only has others below it shows its help.
    package func run() async throws { throw UsageError("a command is missing", in: [Self.self]) }

    /// As it is typed: `about.name`, or the name of the type as `self-test`.
    package static var name: String { about.name ?? String(describing: Self.self).kebabCased }
}

/// What a command says of itself, and which commands are below it.
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
    package let groups: [Group]
    /// What runs where no command is named.
    package let fallback: (any Command.Type)?
    package let isHidden: Bool

    package init(
        _ summary: String = "", name: String? = nil, details: String = "", version: String? = nil,
        commands: [any Command.Type] = [], groups: [Group] = [], fallback: (any Command.Type)? = nil,
        isHidden: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.version = version
        self.groups = (commands.isEmpty ? [] : [Group("Commands", commands)]) + groups
        self.fallback = fallback
        self.isHidden = isHidden
    }

    package var commands: [any Command.Type] { groups.flatMap(\.commands) }
}

/// Thrown by `validate` and `run`: shown with the usage, ends with 64.
package struct ValidationError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Thrown by `run`: ends the program with this code, and nothing is said.
package struct ExitCode: Error, Equatable {
    package let rawValue: Int32

    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    package static let failure = ExitCode(1)
    package static let usage = ExitCode(64)
    package static let internalError = ExitCode(70)
}

/// Words that are no call of the program.
package struct UsageError: Error, CustomStringConvertible {
    /// What is wrong, in one line.
    package let message: String
    /// The command that was understood so far, from the program down.
    package let path: [any Command.Type]

    init(_ message: String, in path: [any Command.Type]) {
        self.message = message
        self.path = path
    }

    /// What a person is shown.
    package var description: String {
        let page = Page(path)
        return """
            Error: \(message)
            Usage: \(page.usage)
              See '\(page.words) --help' for more.
            """
    }
}

extension String {
    /// `relayURL` as `relay-url`.
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
