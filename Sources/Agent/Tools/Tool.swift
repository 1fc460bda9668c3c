import Foundation

/// What a tool says of itself to a model.
struct ToolDefinition: Hashable, Sendable {
    let name: String
    let summary: String
    /// JSON Schema of the arguments, an object.
    let parameters: JSON
}

/// What a tool takes: a whole number, any number, or one word of several.
struct ToolParameter: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// With what it is where none is given.
        case whole(ClosedRange<Int>, usual: Int)
        case decimal(ClosedRange<Double>, usual: Double)
        case number
        case choice([String], usual: String)
        /// A label that a result of the same request gave.
        case label
    }

    let name: String
    let summary: String
    let kind: Kind

    init(_ name: String, _ summary: String, _ range: ClosedRange<Int>, usual: Int) {
        (self.name, self.summary, kind) = (name, summary, .whole(range, usual: usual))
    }

    init(_ name: String, _ summary: String, _ range: ClosedRange<Double>, usual: Double) {
        (self.name, self.summary, kind) = (name, summary, .decimal(range, usual: usual))
    }

    init(_ name: String, _ summary: String, anyNumber: Bool) {
        (self.name, self.summary, kind) = (name, summary, .number)
    }

    init(label name: String, _ summary: String) {
        (self.name, self.summary, kind) = (name, summary, .label)
    }

    init(_ name: String, _ summary: String, choices: [String], usual: String) {
        (self.name, self.summary, kind) = (name, summary, .choice(choices, usual: usual))
    }

    fileprivate var schema: JSON {
        switch kind {
        case .whole(let range, let usual):
            [
                "type": "integer", "description": .string(summary),
                "minimum": .number(Double(range.lowerBound)), "maximum": .number(Double(range.upperBound)),
                "default": .number(Double(usual)),
            ]
        case .decimal(let range, let usual):
            [
                "type": "number", "description": .string(summary), "minimum": .number(range.lowerBound),
                "maximum": .number(range.upperBound), "default": .number(usual),
            ]
        case .label: ["type": "string", "description": .string(summary)]
        case .number: ["type": "number", "description": .string(summary)]
        case .choice(let choices, let usual):
            [
                "type": "string", "description": .string(summary), "enum": .array(choices.map(JSON.string)),
                "default": .string(usual),
            ]
        }
    }
}

/// One read-only look at the telemetry.
protocol Tool: Sendable {
    var summary: String { get }
    var parameters: [ToolParameter] { get }

    /// - Throws: `ToolError` for arguments out of range; what the database throws.
    func call(_ call: inout ToolCall) async throws -> ToolOutput
}

extension Tool {
    var parameters: [ToolParameter] { [] }
}

/// What tools read.
struct ToolState: Sendable {
    let database: StateDatabase
    let now: Date
    let dailyBudgetUSD: Decimal?
    var dashboardPort: Int?
}

/// One call: what it asks for, what it is answered from, and which names have been hidden.
@dynamicMemberLookup
struct ToolCall {
    let arguments: ToolArguments
    let state: ToolState
    var names: HostNames

    subscript<Value>(dynamicMember member: KeyPath<ToolState, Value>) -> Value { state[keyPath: member] }
}

/// Why a tool did not run, in words that a model can act on.
struct ToolError: Error, Hashable, Sendable {
    let message: String
}

/// The arguments of a call, checked as they are read.
struct ToolArguments: Sendable {
    private let fields: [String: JSON]

    /// Reads what a model wrote; no text at all stands for no arguments.
    init(text: String, of parameters: [ToolParameter]) throws(ToolError) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard case .object(let fields)? = JSON(text: trimmed.isEmpty ? "{}" : trimmed) else {
            throw ToolError(message: "the arguments are not a JSON object; call the tool again with one")
        }
        let known = parameters.map(\.name).sorted()
        if let unknown = fields.keys.sorted().first(where: { !known.contains($0) }) {
            throw ToolError(
                message:
                    "unknown argument '\(unknown.prefix(40))'; known are \(known.joined(separator: ", "))")
        }
        self.fields = fields
    }

    func has(_ parameter: ToolParameter) -> Bool { fields[parameter.name].map { $0 != .null } ?? false }

    /// A whole number within its range; `usual`, else the parameter's own, where it is absent.
    func value(_ parameter: ToolParameter, usual: Int? = nil) throws(ToolError) -> Int {
        guard case .whole(let range, let own) = parameter.kind else { return usual ?? 0 }
        guard let field = fields[parameter.name], field != .null else { return usual ?? own }
        guard let number = field.number ?? field.string.flatMap(Double.init),
            let whole = Int(exactly: number), range.contains(whole)
        else {
            throw ToolError(
                message:
                    "\(parameter.name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return whole
    }

    /// A number within its range; its usual one where it is absent.
    func decimal(_ parameter: ToolParameter) throws(ToolError) -> Double {
        guard case .decimal(let range, let usual) = parameter.kind else { return 0 }
        guard let number = try number(parameter) else { return usual }
        guard range.contains(number) else {
            throw ToolError(
                message:
                    "\(parameter.name) must be a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
            )
        }
        return number
    }

    /// Any number; nil where it is absent.
    func number(_ parameter: ToolParameter) throws(ToolError) -> Double? {
        guard let field = fields[parameter.name], field != .null else { return nil }
        guard let number = field.number ?? field.string.flatMap(Double.init), number.isFinite else {
            throw ToolError(message: "\(parameter.name) must be a number")
        }
        return number
    }

    /// The name behind a label; nil where it is absent.
    func name(_ parameter: ToolParameter, _ names: HostNames) throws(ToolError) -> String? {
        guard let field = fields[parameter.name], field != .null else { return nil }
        guard let label = field.string, let name = names.name(of: label) else {
            throw ToolError(message: "\(parameter.name) must be a label that a result gave, as filesystem-1")
        }
        return name
    }

    /// The name behind a label, with what it is the name of; nil where it is absent.
    func part(_ parameter: ToolParameter, _ names: HostNames) throws(ToolError) -> (String, HostNames.Kind)? {
        guard let name = try name(parameter, names), let label = fields[parameter.name]?.string else {
            return nil
        }
        guard let kind = label.split(separator: "-").first.flatMap({ HostNames.Kind(rawValue: String($0)) })
        else {
            throw ToolError(message: "\(parameter.name) must be a label that a result gave, as filesystem-1")
        }
        return (name, kind)
    }

    /// The names behind labels that commas part; none where it is absent.
    func names(_ parameter: ToolParameter, _ names: HostNames) throws(ToolError) -> [String] {
        guard let field = fields[parameter.name], field != .null else { return [] }
        var found: [String] = []
        for label in (field.string ?? "").split(separator: ",") {
            guard let name = names.name(of: label.trimmingCharacters(in: .whitespaces)) else {
                throw ToolError(
                    message: "\(parameter.name) must be labels that results gave, as process-1,process-2")
            }
            found.append(name)
        }
        return found
    }

    /// One of the parameter's words.
    func choice(_ parameter: ToolParameter) throws(ToolError) -> String {
        guard case .choice(let choices, let usual) = parameter.kind else { return "" }
        guard let field = fields[parameter.name], field != .null else { return usual }
        guard let word = field.string, choices.contains(word) else {
            throw ToolError(message: "\(parameter.name) must be one of \(choices.joined(separator: ", "))")
        }
        return word
    }
}

extension JSON {
    /// The schema of an object, none of whose fields are required.
    static func schema(_ parameters: [ToolParameter]) -> JSON {
        let properties = parameters.map { ($0.name, $0.schema) }
        return [
            "type": "object", "additionalProperties": false,
            "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
        ]
    }
}
