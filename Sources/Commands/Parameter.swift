/// What a command takes, in words: for help, manual, completions and messages.
package struct Parameter: Sendable, Encodable {
    package enum Kind: String, Sendable, Encodable { case option, flag, inverted, positional }

    package let kind: Kind
    /// Without dashes.
    package let name: String
    package let short: Character?
    package let valueName: String
    package let help: String
    package let isRequired: Bool
    package let isRepeated: Bool
    /// What it is when it is not given.
    package let initial: String?
    package let choices: [String]
    /// The variable that is asked where the command line says nothing.
    package let environment: String?

    private enum CodingKeys: CodingKey {
        case kind, name, valueName, help, isRequired, isRepeated, initial, choices, environment
    }

    /// As it is typed, the longest first: `--watch`, `-w`.
    package var spellings: [String] {
        switch kind {
        case .positional: []
        case .inverted: ["--no-\(name)", "--\(name)"]
        case .option, .flag: ["--\(name)"] + (short.map { ["-\($0)"] } ?? [])
        }
    }

    package var takesValue: Bool { kind == .option || kind == .positional }

    /// `--id <id>`, `--no-qr`, `<peer>`.
    var call: String {
        switch kind {
        case .positional: "<\(valueName)>" + (isRepeated ? " ..." : "")
        case .option: "--\(name) <\(valueName)>" + (isRepeated ? " ..." : "")
        case .flag, .inverted: spellings[0]
        }
    }

    /// The help, and what is known beside it.
    var explanation: String {
        var facts = choices.isEmpty ? [] : ["one of: \(choices.joined(separator: ", "))"]
        if let environment { facts.append("else \(environment)") }
        if let initial { facts.append("default: \(initial)") }
        guard !facts.isEmpty else { return help }
        let isSentence = help.hasSuffix(".")
        return
            "\(isSentence ? String(help.dropLast()) : help) (\(facts.joined(separator: "; ")))\(isSentence ? "." : "")"
    }
}

extension Arguments {
    /// All that it takes, in the order of its properties.
    var allArguments: [(parameter: Parameter, argument: any AnyArgument)] {
        Mirror(reflecting: self).children.flatMap { child -> [(Parameter, any AnyArgument)] in
            if let group = child.value as? any Arguments { return group.allArguments }
            guard let wrapper = child.value as? any ArgumentWrapper, let label = child.label else {
                return []
            }
            // A wrapper is stored under the name of its property with an underscore.
            return [(wrapper.anyArgument.parameter(of: String(label.dropFirst())), wrapper.anyArgument)]
        }
    }

    /// Itself after what it consists of.
    func validateAll() throws {
        for case let group as any Arguments in Mirror(reflecting: self).children.map(\.value) {
            try group.validateAll()
        }
        try validate()
    }
}

protocol ArgumentWrapper {
    var anyArgument: any AnyArgument { get }
}

extension Option: ArgumentWrapper { var anyArgument: any AnyArgument { argument } }
extension Argument: ArgumentWrapper { var anyArgument: any AnyArgument { argument } }
extension Flag: ArgumentWrapper { var anyArgument: any AnyArgument { argument } }
