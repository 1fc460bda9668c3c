import Foundation

/// `chat.prompt`: a question for the agent.
package struct ChatPrompt: Hashable, Sendable, Codable {
    /// Maximum length of a typed prompt; longer ones are rejected before they are sent.
    package static let maxTextByteCount = 8 * 1024

    package let text: String

    package init(text: String) { self.text = text }
}

/// `chat.reply`: the agent's answer.
package struct ChatReply: Hashable, Sendable, Codable {
    package enum Outcome: String, Codable, Sendable {
        case answered
        /// The model or a tool failed; the text gives the reason.
        case failed
        /// The daily budget does not allow another call.
        case overBudget
        /// The asker sent `chat.cancel` before it was done.
        case cancelled
    }

    package let text: String
    package let outcome: Outcome
    /// The source of the answer: a model's name, or `offline analyst`.
    package let answeredBy: String
    package let usage: TokenUsage?
    /// The tool calls on which the answer is based, in order.
    package let evidence: [Evidence]
    /// Figures in the text that appear in no tool result.
    package let unbackedFigures: [String]
    package let elapsedMilliseconds: Int
    /// Set if the offline analyst's answer replaces a model's that was not good enough.
    package let replaced: Replacement?

    package init(
        text: String, outcome: Outcome, answeredBy: String, usage: TokenUsage?, evidence: [Evidence],
        unbackedFigures: [String], elapsedMilliseconds: Int, replaced: Replacement? = nil
    ) {
        self.text = text
        self.outcome = outcome
        self.answeredBy = answeredBy
        self.usage = usage
        self.evidence = evidence
        self.unbackedFigures = unbackedFigures
        self.elapsedMilliseconds = elapsedMilliseconds
        self.replaced = replaced
    }
}

/// Why the answer of a model was replaced by the offline analyst's.
package struct Replacement: Hashable, Sendable, Codable {
    /// A stable code; later versions may know more.
    package struct Code: RawRepresentable, Hashable, Sendable, Codable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// Figures of the answer are in no tool result.
        package static let unbackedFigures = Code(rawValue: "unbacked_figures")
        /// Figures were asked for, and no tool was called.
        package static let noToolCalled = Code(rawValue: "no_tool_called")
        package static let repeatedCalls = Code(rawValue: "repeated_calls")
        package static let tooManySteps = Code(rawValue: "too_many_steps")
        /// Tools were called other than as they are described.
        package static let misusedTools = Code(rawValue: "misused_tools")
        /// It rambled where a few words do.
        package static let tooLong = Code(rawValue: "too_long")
        package static let emptyAnswer = Code(rawValue: "empty_answer")
        /// The model, or its content filter, refused.
        package static let refused = Code(rawValue: "refused")
        /// The time for an answer ran out.
        package static let tooLate = Code(rawValue: "too_late")
        /// Its server did not answer, or not with a completion.
        package static let modelFailed = Code(rawValue: "model_failed")
    }

    /// The name of the model whose answer it was.
    package let model: String
    package let code: Code
    /// A clause for people: “the model called no tool”.
    package let reason: String

    package init(model: String, code: Code, reason: String) {
        self.model = model
        self.code = code
        self.reason = reason
    }
}

/// One tool call behind an answer.
package struct Evidence: Hashable, Sendable, Codable {
    package let toolCallId: String
    package let tool: String
    /// First and last time of the telemetry it read, milliseconds since 1970; nil if it read none.
    package let from: Int64?
    package let to: Int64?

    package init(toolCallId: String, tool: String, from: Int64?, to: Int64?) {
        self.toolCallId = toolCallId
        self.tool = tool
        self.from = from
        self.to = to
    }
}

/// Token usage and cost of one answer.
package struct TokenUsage: Hashable, Sendable, Codable {
    package let promptTokens: Int
    /// Prompt tokens that the server had in its cache.
    package let cachedPromptTokens: Int
    package let completionTokens: Int
    /// Whether the server did not report usage, so that tokens are estimated from the length of the texts.
    package let isEstimated: Bool
    /// US dollars, exact decimal.
    package let costUSD: Decimal

    package init(
        promptTokens: Int, cachedPromptTokens: Int = 0, completionTokens: Int, isEstimated: Bool = false,
        costUSD: Decimal
    ) {
        self.promptTokens = promptTokens
        self.cachedPromptTokens = cachedPromptTokens
        self.isEstimated = isEstimated
        self.completionTokens = completionTokens
        self.costUSD = costUSD
    }
}

extension TokenUsage {
    /// Fields that earlier versions did not send are optional.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            promptTokens: try fields.decode(Int.self, forKey: .promptTokens),
            cachedPromptTokens: try fields.decodeIfPresent(Int.self, forKey: .cachedPromptTokens) ?? 0,
            completionTokens: try fields.decode(Int.self, forKey: .completionTokens),
            isEstimated: try fields.decodeIfPresent(Bool.self, forKey: .isEstimated) ?? false,
            costUSD: try fields.decode(Decimal.self, forKey: .costUSD))
    }
}

/// `chat.progress`: the agent's progress on a prompt.
package struct ChatProgress: Hashable, Sendable, Codable {
    package enum Event: String, Codable, Sendable {
        case toolStarted, toolFinished, partialText
    }

    package let event: Event
    /// The tool's name.
    package let tool: String?
    /// For `partialText`, the text written so far.
    package let text: String?

    package init(event: Event, tool: String? = nil, text: String? = nil) {
        self.event = event
        self.tool = tool
        self.text = text
    }
}

/// `user.chat.v1`: a message from one person to another.
package struct UserChat: Hashable, Sendable, Codable {
    package static let maxTextByteCount = 16 * 1024

    package let text: String

    package init(text: String) { self.text = text }
}

/// `receipt`: these messages were read.
package struct Receipt: Hashable, Sendable, Codable {
    package let messageIds: [UUID]

    package init(messageIds: [UUID]) { self.messageIds = messageIds }
}
