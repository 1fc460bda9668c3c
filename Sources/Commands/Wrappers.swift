import Synchronization

/// A value behind a name: `--name value` or `--name=value`.
///
/// A property that is optional or has a default may be left out, an array may be given several times.
@propertyWrapper
package struct Option<Value: Sendable>: Sendable {
    let argument: TypedArgument<Value>

    package var wrappedValue: Value { argument.value }

    private init(
        _ help: Help, isRepeated: Bool = false, initial: Value?, shown: String?, element: Element<Value>
    ) {
        argument = TypedArgument(
            kind: .option, help: help, isRepeated: isRepeated, initial: initial, shown: shown,
            element: element)
    }

    /// One that has to be given, unless the environment has it.
    package init(
        _ help: String, name: String? = nil, short: Character? = nil, value: String? = nil,
        environment: String? = nil
    ) where Value: ArgumentValue {
        let help = Help(help, name: name, short: short, value: value, environment: environment)
        self.init(help, initial: nil, shown: nil, element: .one())
    }

    package init(
        wrappedValue: Value, _ help: String, name: String? = nil, short: Character? = nil,
        value: String? = nil,
        environment: String? = nil
    ) where Value: ArgumentValue {
        let help = Help(help, name: name, short: short, value: value, environment: environment)
        self.init(help, initial: wrappedValue, shown: wrappedValue.argument, element: .one())
    }

    package init<Inner: ArgumentValue>(
        _ help: String, name: String? = nil, short: Character? = nil, value: String? = nil,
        environment: String? = nil
    ) where Value == Inner? {
        let help = Help(help, name: name, short: short, value: value, environment: environment)
        self.init(help, initial: .some(nil), shown: nil, element: .optional(Inner.self))
    }

    package init<Inner: ArgumentValue>(
        wrappedValue: Value, _ help: String, name: String? = nil, short: Character? = nil,
        value: String? = nil
    ) where Value == [Inner] {
        let help = Help(help, name: name, short: short, value: value)
        self.init(help, isRepeated: true, initial: wrappedValue, shown: nil, element: .list(Inner.self))
    }
}

/// A value that is known by its place.
@propertyWrapper
package struct Argument<Value: Sendable>: Sendable {
    let argument: TypedArgument<Value>

    package var wrappedValue: Value { argument.value }

    package init(_ help: String, value: String? = nil) where Value: ArgumentValue {
        argument = TypedArgument(
            kind: .positional, help: Help(help, value: value), initial: nil, shown: nil, element: .one())
    }

    package init<Inner: ArgumentValue>(_ help: String, value: String? = nil) where Value == Inner? {
        argument = TypedArgument(
            kind: .positional, help: Help(help, value: value), initial: .some(nil), shown: nil,
            element: .optional(Inner.self))
    }

    /// All that is left.
    package init<Inner: ArgumentValue>(wrappedValue: Value, _ help: String, value: String? = nil)
    where Value == [Inner] {
        argument = TypedArgument(
            kind: .positional, help: Help(help, value: value), isRepeated: true, initial: wrappedValue,
            shown: nil,
            element: .list(Inner.self))
    }
}

/// Something that is so when it is named: `--watch`; one that is so from the beginning is taken back by `--no-qr`.
@propertyWrapper
package struct Flag: Sendable {
    let argument: TypedArgument<Bool>

    package var wrappedValue: Bool { argument.value }

    package init(wrappedValue: Bool, _ help: String, name: String? = nil, short: Character? = nil) {
        argument = TypedArgument(
            kind: wrappedValue ? .inverted : .flag, help: Help(help, name: name, short: short),
            initial: wrappedValue,
            shown: nil, element: Element(choices: []) { word, _ in word == "true" })
    }
}

/// What is written at a property.
struct Help: Sendable {
    let text: String
    let name: String?
    let short: Character?
    let value: String?
    let environment: String?

    init(
        _ text: String, name: String? = nil, short: Character? = nil, value: String? = nil,
        environment: String? = nil
    ) {
        self.text = text
        self.name = name
        self.short = short
        self.value = value
        self.environment = environment
    }
}

/// How a word becomes a value, or is added to what there is.
struct Element<Value: Sendable>: Sendable {
    let choices: [String]
    let read: @Sendable (String, Value?) -> Value?

    static func one() -> Self where Value: ArgumentValue {
        Element(choices: Value.choices) { word, _ in Value(argument: word) }
    }

    static func optional<Inner: ArgumentValue>(_ type: Inner.Type) -> Self where Value == Inner? {
        Element(choices: Inner.choices) { word, _ in Inner(argument: word).map { $0 } }
    }

    static func list<Inner: ArgumentValue>(_ type: Inner.Type) -> Self where Value == [Inner] {
        Element(choices: Inner.choices) { word, before in Inner(argument: word).map { (before ?? []) + [$0] }
        }
    }
}

/// One thing that a command takes, as the parser sees it.
protocol AnyArgument: Sendable {
    /// With the name that `property` gives it.
    func parameter(of property: String) -> Parameter
    /// Takes a word in; false where it is no such value.
    func take(_ word: String) -> Bool
    var isMissing: Bool { get }
}

/// What lies behind the wrappers. The parser fills it, so it is shared by all copies of a command.
final class TypedArgument<Value: Sendable>: AnyArgument {
    private let kind: Parameter.Kind
    private let help: Help
    private let isRepeated: Bool
    private let isRequired: Bool
    private let shown: String?
    private let element: Element<Value>
    private let initial: Value?
    private let given = Mutex<Value?>(nil)

    init(
        kind: Parameter.Kind, help: Help, isRepeated: Bool = false, initial: Value?, shown: String?,
        element: Element<Value>
    ) {
        (self.kind, self.help, self.isRepeated, self.initial) = (kind, help, isRepeated, initial)
        (self.shown, self.element, isRequired) = (shown, element, initial == nil)
    }

    var value: Value {
        guard let value = given.withLock(\.self) ?? initial else {
            preconditionFailure("read before it was parsed")
        }
        return value
    }

    var isMissing: Bool { initial == nil && given.withLock { $0 == nil } }

    func take(_ word: String) -> Bool {
        given.withLock { given in
            guard let value = element.read(word, given) else { return false }
            given = value
            return true
        }
    }

    func parameter(of property: String) -> Parameter {
        let name = help.name ?? property.kebabCased
        return Parameter(
            kind: kind, name: name, short: help.short, valueName: help.value ?? name, help: help.text,
            isRequired: isRequired, isRepeated: isRepeated, initial: shown, choices: element.choices,
            environment: help.environment)
    }
}
