/// All tools, called by name.
struct Toolbox: Sendable {
    /// What one result may take of a model's context; more is cut, and says so.
    static let maxOutputByteCount = 8 * 1024

    let definitions = ToolName.allCases.map(\.definition)
    /// What the definitions take of a request.
    let byteCount: Int

    init() {
        byteCount = definitions.reduce(0) {
            $0 + $1.name.utf8.count + $1.summary.utf8.count + $1.parameters.text.utf8.count
        }
    }

    /// Runs a call as a model asked for it.
    ///
    /// - Throws: `ToolError` for an unknown tool or bad arguments; what the database throws.
    func call(name: String, arguments: String, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        guard let tool = ToolName(rawValue: name)?.tool else {
            throw ToolError(
                message: "there is no such tool; known are \(definitions.map(\.name).joined(separator: ", "))"
            )
        }
        let arguments = try ToolArguments(text: arguments, of: tool.parameters)
        var call = ToolCall(arguments: arguments, state: state, names: names)
        let output = try await tool.call(&call)
        names = call.names
        return output.text.utf8.count <= Self.maxOutputByteCount
            ? output : ToolOutput(.tooLarge, from: output.from, to: output.to)
    }
}
