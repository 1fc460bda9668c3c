import Synchronization

/// A named value: `--name value` or `--name=value`; if it is given more than once, the last one counts.
///
/// It is required unless the property has a default, is optional or is an array, which may be given several times.
@propertyWrapper
package struct Option<Value: ArgumentContent>: Sendable, Wrapper {
    let slot: Slot<Value>

    package var wrappedValue: Value { slot.value }
    var anySlot: any AnySlot { slot }

    package init(_ help: String = "", name: String? = nil, short: Character? = nil, value: String? = nil) {
        slot = Slot(.option, help, name: name, short: short, valueName: value, initial: nil)
    }

    package init(
        wrappedValue: Value, _ help: String = "", name: String? = nil, short: Character? = nil,
        value: String? = nil
    ) {
        slot = Slot(.option, help, name: name, short: short, valueName: value, initial: wrappedValue)
    }
}

/// A positional value; an array takes all remaining words.
@propertyWrapper
package struct Argument<Value: ArgumentContent>: Sendable, Wrapper {
    let slot: Slot<Value>

    package var wrappedValue: Value { slot.value }
    var anySlot: any AnySlot { slot }

    package init(_ help: String = "", value: String? = nil) {
        slot = Slot(.positional, help, valueName: value, initial: nil)
    }
}

/// True if given: `--watch`. A flag that is true by default is turned off with `--no-qr`.
@propertyWrapper
package struct Flag: Sendable, Wrapper {
    let slot: Slot<Bool>

    package var wrappedValue: Bool { slot.value }
    var anySlot: any AnySlot { slot }

    package init(
        wrappedValue: Bool, _ help: String = "", name: String? = nil, short: Character? = nil
    ) {
        slot = Slot(
            wrappedValue ? .inverted : .flag, help, name: name, short: short, initial: wrappedValue)
    }
}

protocol Wrapper {
    var anySlot: any AnySlot { get }
}

/// One parameter of a command, as seen by the parser.
protocol AnySlot: Sendable {
    /// The description, with the name derived from `property`.
    func parameter(of property: String) -> Parameter

    /// - Returns: False if the word is not a valid value.
    func read(_ word: String) -> Bool

    var isMissing: Bool { get }
}

/// The storage that the parser fills and a property reads. A class, because the parser finds it in a copy of the
/// command.
final class Slot<Value: ArgumentContent>: AnySlot {
    private let kind: Parameter.Kind
    private let help: String
    private let name: String?
    private let short: Character?
    private let valueName: String?
    private let initial: Value?
    private let shown: String?
    private let given = Mutex<Value?>(nil)

    init(
        _ kind: Parameter.Kind, _ help: String, name: String? = nil, short: Character? = nil,
        valueName: String? = nil, initial: Value?
    ) {
        (self.kind, self.help, self.name, self.short) = (kind, help, name, short)
        (self.valueName, self.initial, shown) = (valueName, initial ?? Value.initial, initial?.typed)
    }

    var value: Value {
        guard let value = given.withLock(\.self) ?? initial else {
            preconditionFailure("a required value is read before the command line was parsed")
        }
        return value
    }

    var isMissing: Bool { initial == nil && given.withLock { $0 == nil } }

    func read(_ word: String) -> Bool {
        given.withLock { given in
            guard let value = Value.reading(word, after: given) else { return false }
            given = value
            return true
        }
    }

    func parameter(of property: String) -> Parameter {
        let name = name ?? property.kebabCased
        return Parameter(
            kind: kind, name: name, short: short, valueName: valueName ?? name, help: help,
            isRequired: initial == nil, isRepeated: Value.isRepeated, initial: shown, choices: Value.choices,
            requirement: Value.requirement)
    }
}
