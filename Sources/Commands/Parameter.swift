/// The description of a parameter for help, manuals, completions and messages.
package struct Parameter: Sendable {
    package enum Kind: String, Sendable { case option, flag, inverted, positional }

    package let kind: Kind
    /// Without dashes.
    package let name: String
    package let short: Character?
    package let valueName: String
    package let help: String
    package let isRequired: Bool
    package let isRepeated: Bool
    /// The default, in the form it would be typed.
    package let initial: String?
    package let choices: [String]
    /// The requirement on a value, unless `choices` lists the valid ones.
    package let requirement: String?

    /// The spellings as typed: `--watch`, `-w`.
    package var spellings: [String] {
        switch kind {
        case .positional: []
        case .inverted: ["--\(name)", "--no-\(name)"]
        case .option, .flag: ["--\(name)"] + (short.map { ["-\($0)"] } ?? [])
        }
    }

    package var takesValue: Bool { kind == .option || kind == .positional }

    /// `--id <id>`, `--qr/--no-qr`, `<peer>`.
    package var call: String {
        switch kind {
        case .positional: "<\(valueName)>" + (isRepeated ? " ..." : "")
        case .option: "--\(name) <\(valueName)>" + (isRepeated ? " ..." : "")
        case .flag: "--\(name)"
        case .inverted: "--\(name)/--no-\(name)"
        }
    }

    /// The help text with valid values and the default.
    package var explanation: String {
        var facts = choices.isEmpty || kind == .flag ? [] : ["values: \(choices.joined(separator: ", "))"]
        switch kind {
        case .flag: break
        case .inverted: facts.append("default: --\(name)")
        case .option, .positional: if let initial { facts.append("default: \(initial)") }
        }
        guard !facts.isEmpty else { return help }
        return help + (help.isEmpty ? "(" : " (") + facts.joined(separator: "; ") + ")"
    }
}

extension Arguments {
    /// All parameters, in the order of the properties.
    var slots: [(parameter: Parameter, slot: any AnySlot)] {
        Mirror(reflecting: self).children.flatMap { child -> [(Parameter, any AnySlot)] in
            if let group = child.value as? any Arguments { return group.slots }
            guard let wrapper = child.value as? any Wrapper, let label = child.label else { return [] }
            // A property wrapper is stored under its property's name with an underscore.
            return [(wrapper.anySlot.parameter(of: String(label.dropFirst())), wrapper.anySlot)]
        }
    }

    /// Validates the groups first, then the command itself.
    func validateAll() throws {
        for case let group as any Arguments in Mirror(reflecting: self).children.map(\.value) {
            try group.validateAll()
        }
        try validate()
    }
}
