import Foundation
import MaintenanceAPI

/// All tools, called by name.
struct Toolbox: Sendable {
    /// What one result may take of a model's context; more is cut, and says so.
    static let maxOutputByteCount = 8 * 1024

    private let tools: [String: any Tool]
    let definitions: [ToolDefinition]
    /// What the definitions take of a request.
    let byteCount: Int

    init() {
        let all: [any Tool] = [
            CurrentStatusTool(), HistoryTool(), AnomalyTool(), TopProcessesTool(), DiskForecastTool(),
            RelayDiagnosticsTool(), CompareTool(), UsageTool(),
        ]
        definitions = all.map(\.definition)
        byteCount = definitions.reduce(0) {
            $0 + $1.name.utf8.count + $1.summary.utf8.count + $1.parameters.text.utf8.count
        }
        tools = Dictionary(uniqueKeysWithValues: all.map { ($0.definition.name, $0) })
    }

    /// Runs a call as a model asked for it.
    ///
    /// - Throws: `ToolError` for an unknown tool or bad arguments; what the database throws.
    func call(name: String, arguments: String, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        guard let tool = tools[name] else {
            throw ToolError(
                message: "there is no such tool; known are \(definitions.map(\.name).joined(separator: ", "))"
            )
        }
        let output = try await tool.call(ToolArguments(text: arguments), state, names: &names)
        guard output.result.text.utf8.count <= Self.maxOutputByteCount else {
            return ToolOutput(
                result: ["truncated": true, "reason": "the result was too large; ask for a shorter window"],
                from: output.from, to: output.to)
        }
        return output
    }
}
