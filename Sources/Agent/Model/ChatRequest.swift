/// A request for a chat completion, in the form that a server takes.
struct ChatRequest: Sendable {
    let model: String
    let messages: [ModelMessage]
    let tools: [ToolDefinition]
    let mayCall: Bool
    let dialect: Dialect

    var isStreaming: Bool { !dialect[.noStream] }

    /// The fields of the server's own messages that go back to it, besides those of the published format.
    var keptFields: Set<String> {
        var names: Set<String> = []
        for case .assistant(_, let calls, let kept) in messages {
            names.formUnion(kept.keys)
            for call in calls { names.formUnion(call.kept.keys) }
        }
        return names.subtracting(dialect.refusedFields).subtracting(["content"])
    }

    var json: JSON {
        var fields: [String: JSON] = [
            "model": .string(model), "messages": .array(wireMessages), "stream": .bool(isStreaming),
        ]
        if isStreaming, !dialect[.noStreamOptions] { fields["stream_options"] = ["include_usage": true] }
        if !dialect[.noTemperature] { fields["temperature"] = .number(OpenAIModel.temperature) }
        if !dialect[.noTokenLimit] {
            let name = dialect[.maxCompletionTokens] ? "max_completion_tokens" : "max_tokens"
            fields[name] = .number(Double(dialect.maxReplyTokens))
        }
        if !tools.isEmpty, mayCall || !dialect[.noToolsAtEnd] {
            fields["tools"] = .array(tools.map(wire))
            if !mayCall, !dialect[.noToolChoice] { fields["tool_choice"] = "none" }
        }
        return .object(fields)
    }

    // MARK: Messages

    private var wireMessages: [JSON] {
        var system = ""
        return (dialect[.oneCallEach] ? messages.withOneCallEach : messages).compactMap { message in
            switch message {
            case .system(let text):
                guard dialect[.noSystemRole] else { return ["role": "system", "content": .string(text)] }
                system += text + "\n\n"
                return nil
            case .user(let text, _):
                defer { system = "" }
                return ["role": "user", "content": .string(system + text)]
            case .assistant(let text, let calls, let kept): return wire(text, calls, kept)
            case .tool(let id, let output):
                var fields: [String: JSON] = [
                    "role": "tool", "tool_call_id": .string(wireID(id)), "content": .string(output.text),
                ]
                if dialect[.namedResults], let call = calls.first(where: { $0.id == id }) {
                    fields["name"] = .string(call.name)
                }
                return .object(fields)
            }
        }
    }

    private var calls: [ModelToolCall] {
        messages.flatMap { message in
            guard case .assistant(_, let calls, _) = message else { return [ModelToolCall]() }
            return calls
        }
    }

    /// The server's own id of a call, or ours in its place, in the form that the strictest servers demand.
    private func wireID(_ id: String) -> String {
        guard dialect[.plainIDs], let place = calls.firstIndex(where: { $0.id == id }) else { return id }
        return ModelToolCall.plainID(place)
    }

    private func wire(_ text: String?, _ calls: [ModelToolCall], _ kept: [String: JSON]) -> JSON {
        var fields = kept.filter { !dialect.refusedFields.contains($0.key) }
        fields["role"] = "assistant"
        if fields["content"] == nil {
            let content = text.flatMap { $0.isEmpty ? nil : $0 }
            fields["content"] = .string(content ?? (dialect[.noEmptyContent] ? " " : ""))
            // Beside calls, nothing is what the format has for no text.
            if content == nil, !calls.isEmpty, !dialect[.noEmptyContent] { fields["content"] = .null }
        }
        if !calls.isEmpty {
            fields["tool_calls"] = .array(
                calls.map { call in
                    var fields = call.kept.filter { !dialect.refusedFields.contains($0.key) }
                    fields["id"] = .string(wireID(call.id))
                    fields["type"] = "function"
                    fields["function"] = [
                        "name": .string(call.name), "arguments": .string(call.sentArguments),
                    ]
                    return .object(fields)
                })
        }
        return .object(fields)
    }

    // MARK: Tools

    private func wire(_ tool: ToolDefinition) -> JSON {
        var function: [String: JSON] = ["name": .string(tool.name), "description": .string(tool.summary)]
        if tool.takesArguments {
            function["parameters"] = dialect[.plainSchemas] ? Self.plain(tool.parameters) : tool.parameters
        } else if dialect[.namedParameters] {
            function["parameters"] = ["type": "object", "properties": [:]]
        }
        return ["type": "function", "function": .object(function)]
    }

    /// A schema with its types, descriptions and names alone.
    private static func plain(_ schema: JSON) -> JSON {
        guard let fields = schema.object else { return schema }
        var plain = fields.filter { ["type", "description", "enum", "required", "items"].contains($0.key) }
        if let properties = fields["properties"]?.object {
            plain["properties"] = .object(properties.mapValues(Self.plain))
        }
        return .object(plain)
    }
}

extension [ModelMessage] {
    /// Each call in a message of its own, with its result after it.
    fileprivate var withOneCallEach: [ModelMessage] {
        var results: [String: ModelMessage] = [:]
        for message in self {
            if case .tool(let id, _) = message { results[id] = message }
        }
        return flatMap { message -> [ModelMessage] in
            switch message {
            case .tool: []
            case .assistant(let text, let calls, let kept) where !calls.isEmpty:
                calls.enumerated().flatMap { place, call -> [ModelMessage] in
                    let one = ModelMessage.assistant(
                        place == 0 ? text : nil, [call], kept: place == 0 ? kept : [:])
                    return [one] + [results[call.id]].compactMap(\.self)
                }
            default: [message]
            }
        }
    }
}

extension ToolDefinition {
    var takesArguments: Bool { parameters["properties"]?.isBlank == false }
}

extension ModelToolCall {
    /// As they are sent back to the server, which parses them; empty if they could not be parsed.
    fileprivate var sentArguments: String { JSON(text: arguments)?.object == nil ? "{}" : arguments }
}
