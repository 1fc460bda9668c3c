/// What answers questions with tools: a language model, or the offline analyst.
protocol ChatModel: Sendable {
    /// As shown to the asker.
    var name: String { get }
    /// Whether answers cost tokens.
    var isMetered: Bool { get }
    /// The maximum number of tokens of one reply.
    var maxReplyTokens: Int { get }
    /// What answers a single prompt: itself, or one that remembers how it read that.
    var ofOnePrompt: any ChatModel { get }

    /// - Parameters:
    ///   - messages: The conversation so far.
    ///   - tools: What there is to call.
    ///   - mayCall: Whether it may be called now; false to have an answer without.
    ///   - partialText: Is told the text so far, as it grows.
    /// - Returns: Text, or the tool calls that it wants first.
    /// - Throws: `ModelError`.
    func reply(
        to messages: [ModelMessage], tools: [ToolDefinition], mayCall: Bool,
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply
}

extension ChatModel {
    var ofOnePrompt: any ChatModel { self }
}

extension OfflineAnalyst {
    var maxReplyTokens: Int { 0 }

    func reply(
        to messages: [ModelMessage], tools: [ToolDefinition], mayCall: Bool,
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        try await reply(to: messages, tools: mayCall ? tools : [], partialText: partialText)
    }
}

/// One message between the agent and a model.
enum ModelMessage: Hashable, Sendable {
    case system(String)
    /// A person's words, and which names of the host are in them; the names are for the offline analyst alone.
    case user(String, mentions: [Mention] = [])
    /// With the fields that its server may want back.
    case assistant(String?, [ModelToolCall], kept: [String: JSON] = [:])
    case tool(id: String, ToolOutput)

    var byteCount: Int {
        switch self {
        case .system(let text), .user(let text, _): text.utf8.count
        case .assistant(let text, let calls, let kept):
            (text ?? "").utf8.count + calls.byteCount + kept.values.reduce(0) { $0 + $1.text.utf8.count }
        case .tool(_, let output): output.text.utf8.count
        }
    }
}

/// A call that a model asks for.
struct ModelToolCall: Hashable, Sendable {
    /// Empty where the server gave none.
    var id: String
    let name: String
    /// A JSON object as text; if it is not one, the text the model wrote.
    let arguments: String
    /// Fields of the call that its server may want back.
    var kept: [String: JSON] = [:]

    /// An id of ours, of nine letters and digits.
    static func plainID(_ number: Int) -> String {
        let digits = String(number)
        return "call" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

extension [ModelToolCall] {
    var byteCount: Int { reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count } }
}

/// What a model said.
struct ModelReply: Hashable, Sendable {
    enum Finish: Hashable, Sendable {
        case stopped
        case toolCalls
        /// The answer was cut off at the limit of its length.
        case length
        case contentFilter
        case refused
    }

    var text: String?
    var toolCalls: [ModelToolCall] = []
    var finish: Finish
    /// Nil where a server does not tell.
    var usage: ModelUsage?
    /// Fields of the message that its server may want back.
    var kept: [String: JSON] = [:]

    var byteCount: Int { (text ?? "").utf8.count + toolCalls.byteCount }
}

/// Tokens of one call, as the server counted them.
struct ModelUsage: Hashable, Sendable {
    let promptTokens: TokenCount
    /// Those of the prompt that the server had in its cache.
    let cachedPromptTokens: TokenCount
    let completionTokens: TokenCount

    init(prompt: TokenCount, cached: TokenCount = .zero, completion: TokenCount) {
        promptTokens = prompt
        cachedPromptTokens = min(prompt, cached)
        completionTokens = completion
    }

    static func + (left: ModelUsage, right: ModelUsage) -> ModelUsage {
        func sum(_ part: KeyPath<ModelUsage, TokenCount>) -> TokenCount {
            TokenCount(left[keyPath: part].value + right[keyPath: part].value)
        }
        return ModelUsage(
            prompt: sum(\.promptTokens), cached: sum(\.cachedPromptTokens),
            completion: sum(\.completionTokens))
    }

    /// Estimated from the lengths of the texts, if a server does not count.
    init(estimatedFrom promptByteCount: Int, _ replyByteCount: Int) {
        self.init(prompt: TokenCount(promptByteCount / 4), completion: TokenCount(replyByteCount / 4))
    }
}

/// Why a model did not answer. Holds no key and no text of the server beyond a short reason.
enum ModelError: Error, Hashable, Sendable {
    /// May succeed on retry, after this many seconds if the server named a delay.
    case temporary(String, retryAfterSeconds: Double?)
    /// A retry would fail the same way.
    case permanent(String)
    /// The request was not to the server's liking; another form of it may be.
    case refused(String, ServerComplaint)
    /// The server is making the model ready; worth asking again until there is no more time.
    case loading(String)

    var reason: String {
        switch self {
        case .temporary(let reason, _), .permanent(let reason), .refused(let reason, _), .loading(let reason):
            reason
        }
    }
}
