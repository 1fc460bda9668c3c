import Foundation
import Questions

/// Answers without a language model: reads the question as a query, calls the same tools, and words what they gave.
///
/// It knows nothing that the tools do not say. That it is no language model stands beside the answer, not in it.
struct OfflineAnalyst: ChatModel {
    static let title = "offline analyst"

    var now: @Sendable () -> Date = { Date() }

    var name: String { Self.title }
    var isMetered: Bool { false }

    func reply(
        to messages: [ModelMessage], tools: [ToolDefinition],
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        let asked = messages.compactMap(\.question)
        guard let last = asked.last else { throw ModelError.permanent("there was no question") }
        let now = now()
        var question: Query?
        for earlier in asked {
            question = Query(earlier.text, after: question, names: earlier.mentions.map(\.written), now: now)
        }
        guard let question else { throw ModelError.permanent("there was no question") }
        let results = messages.compactMap(\.toolResult)
        let calls = question.calls(about: last.mentions)
        guard results.isEmpty, !calls.isEmpty else {
            let answer = AnalystAnswer(question, mentions: last.mentions, results: results, now: now)
            return ModelReply(text: answer.text, finish: .stopped)
        }
        return ModelReply(text: nil, toolCalls: calls, finish: .toolCalls)
    }
}

extension ModelMessage {
    fileprivate var question: (text: String, mentions: [Mention])? {
        if case .user(let text, let mentions) = self { (text, mentions) } else { nil }
    }

    fileprivate var toolResult: ToolResult? {
        if case .tool(_, let output) = self { output.result } else { nil }
    }
}
