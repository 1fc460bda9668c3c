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

    var model: String
    var messages: [Message]
    var tools: [Tool]?
    var temperature = OpenAIModel.temperature
    var maxTokens = OpenAIModel.maxCompletionTokens

    init(model: String, messages: [ModelMessage], tools: [ToolDefinition]) {
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
        case .user(let text): self.init(role: "user", content: text)
        case .assistant(let text, let calls):
            self.init(
                role: "assistant", content: text,
                toolCalls: calls.isEmpty
                    ? nil
                    : calls.map { call in
                        .init(id: call.id, function: .init(name: call.name, arguments: call.arguments))
                    })
        case .tool(let id, let content): self.init(role: "tool", content: content, toolCallId: id)
        }
    }
}

/// What comes back. Servers leave out what they do not have.
struct ChatCompletion: Decodable {
    struct Choice: Decodable {
        struct Message: Decodable {
            var content: String?
            var refusal: String?
            var toolCalls: [ChatRequest.Call]?
        }

        var message: Message
        var finishReason: String?
    }

    struct Usage: Decodable {
        var promptTokens: Int?
        var completionTokens: Int?
    }

    var choices: [Choice]
    var usage: Usage?

    var reply: ModelReply? {
        guard let choice = choices.first else { return nil }
        let calls = (choice.message.toolCalls ?? []).enumerated().map { index, call in
            ModelToolCall(
                id: call.id ?? "call-\(index)", name: call.function?.name ?? "",
                arguments: call.function?.arguments ?? "")
        }
        let finish: ModelReply.Finish =
            switch choice.finishReason {
            case _ where choice.message.refusal != nil: .refused
            case "length": .length
            case "content_filter": .contentFilter
            case _ where !calls.isEmpty: .toolCalls
            default: .stopped
            }
        return ModelReply(
            text: choice.message.refusal ?? choice.message.content, toolCalls: calls, finish: finish,
            promptTokens: max(0, usage?.promptTokens ?? 0),
            completionTokens: max(0, usage?.completionTokens ?? 0))
    }
}
