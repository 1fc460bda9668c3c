/// Passes the words of a command line to the matching slots.
struct WordReader {
    typealias Place = (parameter: Parameter, slot: any AnySlot)

    private var words: ArraySlice<String>
    private let places: [Place]
    /// The positional slots that have not been filled.
    private var positional: ArraySlice<Place>
    private let path: [any Command.Type]

    init(_ words: ArraySlice<String>, for places: [Place], of path: [any Command.Type]) {
        (self.words, self.places, self.path) = (words, places, path)
        positional = places.filter { $0.parameter.kind == .positional }[...]
    }

    /// Reads all words; throws if a required value is missing.
    mutating func read() throws(UsageError) {
        while let word = words.popFirst() {
            if word == "--" {
                while let word = words.popFirst() { try readPositional(word) }
            } else if word.hasPrefix("--") {
                try readLong(word)
            } else if Self.isOption(word) {
                try readShort(word)
            } else {
                try readPositional(word)
            }
        }
        if let missing = places.first(where: { $0.slot.isMissing }) {
            throw error("missing '\(missing.parameter.call)'")
        }
    }

    /// `-` is a value, and so is a negative number.
    private static func isOption(_ word: String) -> Bool {
        word.hasPrefix("-") && word != "-" && Double(word) == nil
    }

    private mutating func readLong(_ word: String) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard let place = places.first(where: { $0.parameter.spellings.contains(parts[0]) }) else {
            let known = places.flatMap(\.parameter.spellings)
            throw error("unknown option '\(parts[0])'" + suggestion(for: parts[0], among: known))
        }
        try read(parts[0], value: parts.count > 1 ? parts[1] : nil, into: place)
    }

    /// `-w`, `-wl` for two flags, `-n 5` and `-n5`.
    private mutating func readShort(_ word: String) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let place = places.first(where: { $0.parameter.short == letter }) else {
                throw error("unknown option '-\(letter)'")
            }
            let attached = place.parameter.takesValue && !letters.isEmpty ? String(letters) : nil
            if attached != nil { letters = "" }
            try read("-\(letter)", value: attached, into: place)
        }
    }

    private mutating func read(_ name: String, value: String?, into place: Place) throws(UsageError) {
        let parameter = place.parameter
        guard parameter.takesValue else {
            guard value == nil else { throw error("'\(name)' takes no value") }
            _ = place.slot.read(name == "--no-\(parameter.name)" ? "false" : "true")
            return
        }
        guard let word = value ?? words.first, value != nil || !Self.isOption(word) else {
            throw error("missing value for '\(parameter.call)'")
        }
        if value == nil { words.removeFirst() }
        guard place.slot.read(word) else { throw invalid(word, for: parameter) }
    }

    private mutating func readPositional(_ word: String) throws(UsageError) {
        guard let place = positional.first else { throw error("unexpected argument '\(word)'") }
        if !place.parameter.isRepeated { positional.removeFirst() }
        guard place.slot.read(word) else { throw invalid(word, for: place.parameter) }
    }

    private func invalid(_ word: String, for parameter: Parameter) -> UsageError {
        let values =
            parameter.choices.isEmpty
            ? parameter.requirement : "it must be one of \(parameter.choices.joined(separator: ", "))"
        return error(
            "'\(word)' is not a valid value for '\(parameter.call)'" + (values.map { "; \($0)" } ?? "")
                + suggestion(for: word, among: parameter.choices))
    }

    private func error(_ message: String) -> UsageError { UsageError(message, in: path) }
}
