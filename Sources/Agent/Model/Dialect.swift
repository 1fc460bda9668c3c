import Synchronization

/// What a server needs otherwise than the published format has it, as its refusals told.
struct Dialect: Hashable, Sendable {
    enum Trait: String, CaseIterable, Sendable {
        case noTemperature, maxCompletionTokens, noTokenLimit, longReplies, noStreamOptions, noStream
        case noToolChoice, noToolsAtEnd, namedParameters, plainSchemas, noSystemRole, noEmptyContent
        case plainIDs, namedResults, oneCallEach

        /// For people.
        var words: String {
            switch self {
            case .noTemperature: "takes no temperature"
            case .maxCompletionTokens: "wants max_completion_tokens for max_tokens"
            case .noTokenLimit: "takes no limit of tokens"
            case .longReplies: "thinks before it answers, and gets a higher limit of tokens"
            case .noStreamOptions: "takes no stream_options"
            case .noStream: "does not stream"
            case .noToolChoice: "takes no tool_choice"
            case .noToolsAtEnd: "calls tools although told not to, so that the last request offers none"
            case .namedParameters: "wants parameters of tools that have none"
            case .plainSchemas: "takes simple schemas of tools only"
            case .noSystemRole: "takes no system message"
            case .noEmptyContent: "takes no message without content"
            case .plainIDs: "takes ids of calls of nine letters and digits only"
            case .namedResults: "wants the name of the tool beside its result"
            case .oneCallEach: "takes one tool call in a message"
            }
        }
    }

    private(set) var traits: Set<Trait> = []
    /// Fields of its own messages that it does not take back.
    private(set) var refusedFields: Set<String> = []

    subscript(trait: Trait) -> Bool { traits.contains(trait) }

    var maxReplyTokens: Int {
        self[.longReplies] ? OpenAIModel.maxThinkingTokens : OpenAIModel.maxCompletionTokens
    }

    /// In words, in a fixed order.
    var peculiarities: [String] {
        Trait.allCases.filter { self[$0] }.map(\.words)
            + refusedFields.sorted().map { "does not take back its own \($0)" }
    }

    @discardableResult
    mutating func learn(_ trait: Trait) -> Bool { traits.insert(trait).inserted }

    /// Changes the form of a request after a server refused it.
    ///
    /// - Parameters:
    ///   - complaint: What the server said.
    ///   - request: The request that it refused.
    /// - Returns: False where nothing is left to change.
    mutating func adapt(to complaint: ServerComplaint, of request: ChatRequest) -> Bool {
        func says(_ words: String...) -> Bool { words.contains { complaint.wording.contains($0) } }
        if complaint.isAboutTheReplyLimit { return learn(.noTokenLimit) }
        if says("max_tokens", "max_completion_tokens") {
            if learn(.maxCompletionTokens) || learn(.noTokenLimit) { return true }
        }
        if says("temperature"), learn(.noTemperature) { return true }
        if says("stream_options", "include_usage"), learn(.noStreamOptions) { return true }
        if says("tool_choice", "tool choice"), learn(.noToolChoice) { return true }
        if says("tool call id", "tool_call_id", "tool_call.id"),
            says("length", "must be", "format", "pattern", "invalid"),
            learn(.plainIDs)
        {
            return true
        }
        if says("single tool", "one tool call", "multiple tool", "parallel tool", "more than one tool"),
            learn(.oneCallEach)
        {
            return true
        }
        if says("name"), says("function_response", "role tool", "tool message", "'tool'", "role 'tool'"),
            says("empty", "required", "missing", "must"), learn(.namedResults)
        {
            return true
        }
        let asksForMore = says(
            "required", "missing", "must have", "non-null", "none is not an allowed", "expected")
        if says("parameters", "input_schema", "inputschema", "properties"), asksForMore,
            learn(.namedParameters)
        {
            return true
        }
        if says("additionalproperties", "\"minimum\"", "'minimum'", "\"default\"", "schema", "unknown name"),
            learn(.plainSchemas)
        {
            return true
        }
        if says("system", "developer"), says("role", "message"), learn(.noSystemRole) { return true }
        if says("alternate"), learn(.noSystemRole) { return true }
        let named = request.keptFields.filter { says($0.lowercased()) }
        let dropped =
            named.isEmpty
                && says(
                    "extra", "unrecognized", "unknown field", "not permitted", "unsupported", "unexpected")
            ? request.keptFields : named
        if !dropped.subtracting(refusedFields).isEmpty {
            refusedFields.formUnion(dropped)
            return true
        }
        if says("content"), asksForMore || says("null", "empty", "<nil>"), learn(.noEmptyContent) {
            return true
        }
        if says("stream"), learn(.noStream) { return true }
        // What it offers, and nothing about its form.
        guard !says("tool", "function") else { return false }
        // A refusal without a reason: the barest form there is, once.
        guard request.isStreaming else { return false }
        for trait in [Trait.noStream, .noTemperature, .noTokenLimit] { learn(trait) }
        return true
    }
}

/// What was found out about a server, for as long as the program runs.
final class DialectMemory: Sendable {
    private let dialect = Mutex(Dialect())

    var known: Dialect { dialect.withLock(\.self) }

    func keep(_ found: Dialect) { dialect.withLock { $0 = found } }
}
