import Foundation

/// What a tool says of itself to a model.
struct ToolDefinition: Hashable, Sendable {
    let name: String
    let summary: String
    /// JSON Schema of the arguments, an object.
    let parameters: JSON
}

/// A whole number that a tool takes.
struct ToolParameter: Hashable, Sendable {
    let name: String
    let summary: String
    let range: ClosedRange<Int>
    /// What it is where none is given.
    let usual: Int

    init(_ name: String, _ summary: String, _ range: ClosedRange<Int>, usual: Int) {
        self.name = name
        self.summary = summary
        self.range = range
        self.usual = usual
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

    /// A whole number within its range; `usual`, else the parameter's own, where it is absent.
    func value(_ parameter: ToolParameter, usual: Int? = nil) throws(ToolError) -> Int {
        guard let field = fields[parameter.name], field != .null else { return usual ?? parameter.usual }
        let range = parameter.range
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
}

extension JSON {
    /// The schema of an object of whole numbers, none of them required.
    static func schema(_ parameters: [ToolParameter]) -> JSON {
        let properties = parameters.map { parameter in
            let schema: JSON = [
                "type": "integer", "description": .string(parameter.summary),
                "minimum": .number(Double(parameter.range.lowerBound)),
                "maximum": .number(Double(parameter.range.upperBound)),
                "default": .number(Double(parameter.usual)),
            ]
            return (parameter.name, schema)
        }
        return [
            "type": "object", "additionalProperties": false,
            "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
        ]
    }
}
