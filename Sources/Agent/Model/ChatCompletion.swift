/// What comes back: whole, or with `stream` in pieces (`delta` in place of `message`). Servers leave out what they do not
/// have.
struct ChatCompletion: Decodable {
    struct Choice: Decodable {
        struct Message: Decodable {
            var content: Text?
            var refusal: String?
            var toolCalls: [Call]?
        }

        /// Text, whole or as a list of parts.
        struct Text: Decodable {
            private struct Part: Decodable { var text: String? }

            let text: String

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let parts = try? container.decode([Part].self) {
                    text = parts.compactMap(\.text).joined()
                } else {
                    text = try container.decode(String.self)
                }
            }
        }

        /// A tool call; in pieces, `index` tells to which call a piece belongs.
        struct Call: Decodable {
            struct Function: Decodable {
                var name: String?
                var arguments: Arguments?
            }

            /// JSON as text; some servers give the object itself.
            struct Arguments: Decodable {
                let text: String

                init(from decoder: any Decoder) throws {
                    let container = try decoder.singleValueContainer()
                    text =
                        if let text = try? container.decode(String.self) { text } else {
                            try container.decode(JSON.self).text
                        }
                }
            }

            var index: Int?
            var id: String?
            var function: Function?
        }

        var message: Message?
        var delta: Message?
        var finishReason: String?
    }

    /// Whatever a server put there, none of it costs an answer.
    struct Usage: Decodable {
        let promptTokens, completionTokens, cachedTokens: TokenCount?

        init(from decoder: any Decoder) throws {
            guard case .object(let fields) = try JSON(from: decoder) else {
                (promptTokens, completionTokens, cachedTokens) = (nil, nil, nil)
                return
            }
            promptTokens = TokenCount(fields["prompt_tokens"])
            completionTokens = TokenCount(fields["completion_tokens"])
            guard case .object(let details)? = fields["prompt_tokens_details"] else {
                cachedTokens = nil
                return
            }
            cachedTokens = TokenCount(details["cached_tokens"])
        }
    }

    /// A failure that a server tells in the middle of a stream.
    struct Failure: Decodable {}

    var choices: [Choice]?
    var usage: Usage?
    var error: Failure?
}

/// Puts the pieces of a completion together; a whole one is a single piece.
struct CompletionAssembly {
    /// Calls beyond this are not collected; a loop takes fewer.
    static let maxCallCount = 32

    private var content = ""
    private var refusal: String?
    private var calls: [Call] = []
    private var finishReason: String?
    private var usage: ChatCompletion.Usage?
    private(set) var hasBegun = false

    private struct Call {
        let index: Int
        var id: String?
        var name = ""
        var arguments = ""

        mutating func add(_ piece: ChatCompletion.Choice.Call) {
            id = id ?? piece.id
            // Some servers repeat the name in every piece.
            if let more = piece.function?.name, more != name { name += more }
            arguments += piece.function?.arguments?.text ?? ""
        }
    }

    /// The text so far.
    var text: String { content }

    /// Whether it came to its end.
    var isFinished: Bool { finishReason != nil }

    mutating func add(_ piece: ChatCompletion) throws(ModelError) {
        if piece.error != nil {
            throw .temporary("the model server failed in the middle of its answer", retryAfterSeconds: nil)
        }
        usage = piece.usage ?? usage
        guard let choice = piece.choices?.first else { return }
        hasBegun = true
        if let message = choice.message {
            // A whole message is finished, whether its server says so or not.
            finishReason = "stop"
            add(message)
        } else if let delta = choice.delta {
            add(delta)
        }
        finishReason = choice.finishReason ?? finishReason
    }

    private mutating func add(_ message: ChatCompletion.Choice.Message) {
        content += message.content?.text ?? ""
        if let text = message.refusal { refusal = (refusal ?? "") + text }
        for (position, piece) in (message.toolCalls ?? []).enumerated() {
            if let place = place(of: piece, at: position) {
                calls[place].add(piece)
            } else if calls.count < Self.maxCallCount {
                var call = Call(index: piece.index ?? position)
                call.add(piece)
                calls.append(call)
            }
        }
    }

    /// The call that a piece belongs to, the newest at its index; absent where it begins another one. Servers that send
    /// calls whole may number none of them, or all alike.
    private func place(of piece: ChatCompletion.Choice.Call, at position: Int) -> Int? {
        let index = piece.index ?? position
        guard let place = calls.lastIndex(where: { $0.index == index }) else { return nil }
        guard let id = piece.id, !id.isEmpty, let known = calls[place].id else { return place }
        return id == known ? place : nil
    }

    /// The stream said that it is over; some servers give no other reason.
    mutating func end() {
        if hasBegun, finishReason == nil { finishReason = "stop" }
    }

    /// The whole; absent where nothing came.
    var reply: ModelReply? {
        guard hasBegun else { return nil }
        let finish: ModelReply.Finish =
            switch finishReason {
            case _ where refusal != nil: .refused
            case "length": .length
            case "content_filter": .contentFilter
            case _ where !calls.isEmpty: .toolCalls
            default: .stopped
            }
        return ModelReply(
            text: refusal ?? content,
            toolCalls: calls.enumerated().map { place, call in
                ModelToolCall(id: call.id ?? "call-\(place)", name: call.name, arguments: call.arguments)
            }, finish: finish, usage: usage.flatMap(ModelUsage.init))
    }
}

extension ModelUsage {
    /// Nil where the server did not tell.
    fileprivate init?(_ usage: ChatCompletion.Usage) {
        guard usage.promptTokens != nil || usage.completionTokens != nil else { return nil }
        self.init(
            prompt: usage.promptTokens ?? .zero, cached: usage.cachedTokens ?? .zero,
            completion: usage.completionTokens ?? .zero)
    }
}
