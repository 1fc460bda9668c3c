/// The wire format of Chat Completions, as published: what is sent. Its names stand here in camel case, on the wire in
/// snake case.
struct ChatRequest: Encodable {
    struct Message: Encodable {
        var role: String
        var content: String?
        var toolCalls: [Call]?
        var toolCallId: String?
    }

    struct Call: Codable {
        struct Function: Codable {
            var name: String?
            var arguments: String?
        }

        var id: String?
        var type: String? = "function"
        var function: Function?
    }

    struct Tool: Encodable {
        struct Function: Encodable {
            var name: String
            var description: String
            var parameters: JSON
        }

        var type = "function"
        var function: Function
    }

    struct StreamOptions: Encodable {
        var includeUsage = true
    }

    var model: String
    var messages: [Message]
    var tools: [Tool]?
    var stream = true
    var streamOptions: StreamOptions? = .init()
    var temperature = OpenAIModel.temperature
    var maxTokens = OpenAIModel.maxCompletionTokens

    init(model: String, messages: [ModelMessage], tools: [ToolDefinition], isStreaming: Bool) {
        stream = isStreaming
        streamOptions = isStreaming ? StreamOptions() : nil
        self.model = model
        self.messages = messages.map(Message.init)
        self.tools =
            tools.isEmpty
            ? nil
            : tools.map { tool in
                Tool(function: .init(name: tool.name, description: tool.summary, parameters: tool.parameters))
            }
    }
}

extension ChatRequest.Message {
    init(_ message: ModelMessage) {
        switch message {
        case .system(let text): self.init(role: "system", content: text)
        case .user(let text, _): self.init(role: "user", content: text)
        case .assistant(let text, let calls):
            self.init(
                role: "assistant", content: text,
                toolCalls: calls.isEmpty
                    ? nil
                    : calls.map { call in
                        .init(id: call.id, function: .init(name: call.name, arguments: call.arguments))
                    })
        case .tool(let id, let output): self.init(role: "tool", content: output.text, toolCallId: id)
        }
    }
}
