import Foundation

/// What a tool says of itself to a model.
struct ToolDefinition: Hashable, Sendable {
    typealias Property = (name: String, summary: String, range: ClosedRange<Int>, default: Int)

    let name: String
    let summary: String
    /// JSON Schema of the arguments, an object.
    let parameters: JSON
}

extension ToolDefinition {
    init(_ tool: ToolName, _ summary: String, _ properties: [Property] = []) {
        self.init(name: tool.rawValue, summary: summary, parameters: .schema(properties))
    }
}

/// Why a tool did not run, in words that a model can act on.
struct ToolError: Error, Hashable, Sendable {
    let message: String
}

/// One read-only look at the telemetry.
protocol Tool: Sendable {
    var definition: ToolDefinition { get }

    /// - Throws: `ToolError` for arguments out of range; what the database throws.
    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
}

/// What tools read.
struct ToolState: Sendable {
    let database: StateDatabase
    let now: Date
    let dailyBudgetUSD: Decimal?
}

/// The arguments of a call, checked as they are read.
struct ToolArguments: Sendable {
    private let fields: [String: JSON]

    /// Reads what a model wrote; no text at all stands for no arguments.
    init(text: String) throws(ToolError) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard case .object(let fields)? = JSON(text: trimmed.isEmpty ? "{}" : trimmed) else {
            throw ToolError(message: "the arguments are not a JSON object; call the tool again with one")
        }
        self.fields = fields
    }

    func check(only known: Set<String>) throws(ToolError) {
        if let unknown = fields.keys.sorted().first(where: { !known.contains($0) }) {
            throw ToolError(
                message:
                    "unknown argument '\(unknown.prefix(40))'; known are \(known.sorted().joined(separator: ", "))"
            )
        }
    }

    /// A whole number within a range, or the default where it is absent.
    func integer(_ name: String, in range: ClosedRange<Int>, default value: Int) throws(ToolError) -> Int {
        guard let field = fields[name], field != .null else { return value }
        guard let number = field.number ?? field.string.flatMap(Double.init),
            let whole = Int(exactly: number),
            range.contains(whole)
        else {
            throw ToolError(
                message: "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return whole
    }
}

extension JSON {
    /// The schema of an object of whole numbers, none of them required.
    static func schema(_ properties: [ToolDefinition.Property]) -> JSON {
        .object([
            "type": "object", "additionalProperties": false,
            "properties": .object(
                Dictionary(
                    uniqueKeysWithValues: properties.map { property in
                        (
                            property.name,
                            JSON.object([
                                "type": "integer", "description": .string(property.summary),
                                "minimum": .number(Double(property.range.lowerBound)),
                                "maximum": .number(Double(property.range.upperBound)),
                                "default": .number(Double(property.default)),
                            ])
                        )
                    })),
        ])
    }
}
