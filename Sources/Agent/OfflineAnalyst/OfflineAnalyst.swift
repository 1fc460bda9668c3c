import Foundation

/// Answers without a language model: recognises what is asked, calls the same tools, and words what they gave.
///
/// It knows nothing that the tools do not say, and says that it is no language model.
struct OfflineAnalyst: ChatModel {
    static let title = "offline analyst"

    var now: @Sendable () -> Date = { Date() }

    var name: String { Self.title }
    var isMetered: Bool { false }

    func reply(
        to messages: [ModelMessage], tools: [ToolDefinition],
        partialText: @Sendable (String) async -> Void
    ) async throws -> ModelReply {
        guard let question = messages.last(where: \.isUser)?.question else {
            throw ModelError.permanent("there was no question")
        }
        let request = AnalystRequest(question.text, mentions: question.mentions, now: now())
        let results = messages.compactMap(\.toolResult)
        guard results.isEmpty, !request.calls.isEmpty else {
            return ModelReply(text: AnalystReport(request, results: results).text, finish: .stopped)
        }
        return ModelReply(text: nil, toolCalls: request.calls, finish: .toolCalls)
    }
}

extension ModelMessage {
    fileprivate var isUser: Bool { question != nil }

    fileprivate var question: (text: String, mentions: [Mention])? {
        if case .user(let text, let mentions) = self { (text, mentions) } else { nil }
    }

    fileprivate var toolResult: ToolResult? {
        if case .tool(_, let output) = self { output.result } else { nil }
    }
}
