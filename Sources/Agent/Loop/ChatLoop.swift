import MaintenanceAPI

/// The course of one answer: what to do next, given what came back. A value: no I/O, no clock.
///
/// A model may ask for tools at most `maxToolSteps` times, then it must answer with what it has. The same call twice is
/// answered with a hint instead of a result; a model that does nothing but repeat itself, or call tools wrongly, is told
/// once and then stopped.
struct ChatLoop {
    static let maxToolSteps = 5
    static let maxCallsPerStep = 16

    enum Action: Hashable {
        case ask([ModelMessage], mayUseTools: Bool)
        /// Run these; answer each, in order.
        case call([ModelToolCall])
        case answer(String)
        case fail(Replacement.Code, String)
    }

    private var messages: [ModelMessage]
    private var steps = 0
    private var seen: Set<Signature> = []
    /// Calls that wait for their results; which of them were handed out.
    private var pending: [(call: ModelToolCall, isFresh: Bool)] = []
    private var usedIDs: Set<String> = []
    private var hasRepeatedOnly = false
    private var hasBeenRefused = false
    private var hasWrittenCalls = false

    /// Where servers put their models' thoughts.
    private static let thoughtFields = [
        "reasoning_content", "reasoning", "reasoning_details", "thinking", "content",
    ]

    private static let repeated = ToolOutput(
        .failed("this call was made before with the same arguments; use its result and answer"))

    private struct Signature: Hashable {
        let name: String
        let arguments: String
    }

    init(messages: [ModelMessage]) { self.messages = messages }

    func start() -> Action { .ask(messages, mayUseTools: true) }

    mutating func received(_ reply: ModelReply) -> Action {
        let text = reply.text?.trimmed ?? ""
        switch reply.finish {
        case .refused:
            return .fail(
                .refused, "the model refused to answer" + (text.isEmpty ? "" : ": \(text.prefix(200))"))
        case .contentFilter: return .fail(.refused, "the model's content filter stopped the answer")
        case .length:
            return text.isEmpty
                ? .fail(.emptyAnswer, "the model's answer was cut off before it began")
                : .answer(text + "\n\n(The model's answer was cut off at its length limit.)")
        case .stopped, .toolCalls: break
        }
        guard !reply.toolCalls.isEmpty else {
            if WrittenCall.leads(text) { return corrected(text, reply.kept) }
            guard text.isEmpty else { return .answer(text) }
            let isThought = Self.thoughtFields.contains { reply.kept[$0]?.isBlank == false }
            return .fail(
                .emptyAnswer,
                isThought ? "the model wrote nothing but thoughts" : "the model gave an empty answer")
        }
        guard steps < Self.maxToolSteps else {
            return .fail(
                .tooManySteps, "the model kept asking for more data than \(Self.maxToolSteps) steps allow")
        }
        return step(reply)
    }

    /// Calls written as text are not executed; the model is told so once.
    private mutating func corrected(_ text: String, _ kept: [String: JSON]) -> Action {
        guard !hasWrittenCalls else {
            return .fail(
                .misusedTools,
                "the model writes its tool calls as text, which nobody makes; use another model, or turn tool calls on where its server starts (--enable-auto-tool-choice, --jinja)"
            )
        }
        hasWrittenCalls = true
        messages += [.assistant(text, [], kept: kept), .user(Self.correction)]
        return .ask(messages, mayUseTools: steps < Self.maxToolSteps)
    }

    private static let correction = """
        You wrote a tool call as text, and nothing was called. Call tools through the tool calls of the interface, or answer in \
        words.
        """

    private mutating func step(_ reply: ModelReply) -> Action {
        steps += 1
        let calls = reply.toolCalls.prefix(Self.maxCallsPerStep).map { identified($0) }
        messages.append(.assistant(reply.text, calls, kept: reply.kept))
        pending = calls.map { call in
            let signature = Signature(name: call.name, arguments: call.arguments)
            return (call: call, isFresh: seen.insert(signature).inserted)
        }
        let fresh = pending.filter { $0.isFresh }.map { $0.call }
        if fresh.isEmpty {
            guard !hasRepeatedOnly else {
                return .fail(.repeatedCalls, "the model repeated the same calls without answering")
            }
            hasRepeatedOnly = true
        }
        return .call(fresh)
    }

    /// A call under an id of its own in the conversation: where the server gave none, or one that it gave before, ours, in
    /// the form that the strictest servers demand, nine letters and digits.
    private mutating func identified(_ call: ModelToolCall) -> ModelToolCall {
        var call = call
        var number = usedIDs.count
        while call.id.isEmpty || !usedIDs.insert(call.id).inserted {
            number += 1
            call.id = ModelToolCall.plainID(number)
        }
        return call
    }

    /// Takes the results of the requested calls, in the same order.
    mutating func finished(_ results: [ToolOutput]) -> Action {
        var rest = results[...]
        messages += pending.map { call, isFresh in
            .tool(id: call.id, isFresh ? rest.popFirst() ?? .noData : Self.repeated)
        }
        pending = []
        if !results.isEmpty, results.allSatisfy(\.isRefused) {
            guard !hasBeenRefused else {
                return .fail(
                    .misusedTools,
                    "the model does not call its tools as they are described; use another model")
            }
            hasBeenRefused = true
        }
        return .ask(messages, mayUseTools: steps < Self.maxToolSteps)
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isBlank == true { text.removeFirst() }
        while text.last?.isBlank == true { text.removeLast() }
        return String(text)
    }
}

extension Character {
    /// Nothing to see: a blank, or one of the characters of no width that models write at the ends.
    fileprivate var isBlank: Bool { isWhitespace || ["\u{200B}", "\u{2060}", "\u{FEFF}"].contains(self) }
}
