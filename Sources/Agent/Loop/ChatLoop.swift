/// The course of one answer: what to do next, given what came back. A value: no I/O, no clock.
///
/// A model may ask for tools at most `maxToolSteps` times, then it must answer with what it has. The same call twice is
/// answered with a hint instead of a result; a model that does nothing but repeat itself, or call tools wrongly, is told
/// once and then stopped.
struct ChatLoop {
    static let maxToolSteps = 5
    static let maxCallsPerStep = 8

    enum Action: Hashable {
        case ask([ModelMessage], mayUseTools: Bool)
        /// Run these; answer each with `Result` under its id, in order.
        case call([ModelToolCall])
        case answer(String)
        case fail(String)
    }

    struct Result: Hashable {
        let id: String
        let output: ToolOutput
    }

    private var messages: [ModelMessage]
    private var steps = 0
    private var seen: Set<Signature> = []
    private var pending: [ModelToolCall] = []
    private var hasRepeatedOnly = false
    private var hasBeenRefused = false

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
        case .refused: return .answer("The model refused to answer" + (text.isEmpty ? "." : ": \(text)"))
        case .contentFilter: return .fail("the model's content filter stopped the answer; ask in other words")
        case .length:
            return text.isEmpty
                ? .fail("the model's answer was cut off before it began; ask something shorter")
                : .answer(text + "\n\n(The model's answer was cut off at its length limit.)")
        case .stopped, .toolCalls: break
        }
        guard !reply.toolCalls.isEmpty else {
            return text.isEmpty ? .fail("the model gave an empty answer; ask again") : .answer(text)
        }
        guard steps < Self.maxToolSteps else {
            return .fail(
                "the model kept asking for more data than \(Self.maxToolSteps) steps allow; ask something narrower"
            )
        }
        return step(reply.toolCalls, text: reply.text)
    }

    private mutating func step(_ calls: [ModelToolCall], text: String?) -> Action {
        steps += 1
        let calls = Array(calls.prefix(Self.maxCallsPerStep))
        messages.append(.assistant(text, calls))
        let fresh = calls.filter { seen.insert(Signature(name: $0.name, arguments: $0.arguments)).inserted }
        if fresh.isEmpty {
            guard !hasRepeatedOnly else {
                return .fail("the model repeated the same calls without answering; ask again")
            }
            hasRepeatedOnly = true
        }
        pending = calls
        return .call(fresh)
    }

    /// Takes the results of the calls that were handed out.
    mutating func finished(_ results: [Result]) -> Action {
        let outputs = Dictionary(results.map { ($0.id, $0.output) }) { first, _ in first }
        messages += pending.map { .tool(id: $0.id, outputs[$0.id] ?? Self.repeated) }
        pending = []
        if !results.isEmpty, results.allSatisfy(\.output.isRefused) {
            guard !hasBeenRefused else {
                return .fail("the model does not call its tools as they are described; use another model")
            }
            hasBeenRefused = true
        }
        return .ask(messages, mayUseTools: steps < Self.maxToolSteps)
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
