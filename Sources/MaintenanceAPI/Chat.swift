import Foundation

/// `chat.prompt`: a question for the agent.
package struct ChatPrompt: Hashable, Sendable, Codable {
    /// Limits a prompt that a person types; longer ones are refused before they are sent.
    package static let maxTextByteCount = 8 * 1024

    package let text: String

    package init(text: String) { self.text = text }
}

/// `chat.reply`: the agent's answer.
package struct ChatReply: Hashable, Sendable, Codable {
    package enum Outcome: String, Codable, Sendable {
        case answered
        /// The model or a tool failed; the text says how.
        case failed
        /// The daily budget does not allow another call.
        case overBudget
        /// The asker sent `chat.cancel` before it was done.
        case cancelled
    }

    package let text: String
    package let outcome: Outcome
    /// Who answered: a model's name, or `offline analyst`.
    package let answeredBy: String
    package let usage: TokenUsage?
    /// The tool calls that the answer rests on, in order.
    package let evidence: [Evidence]
    /// Figures in the text that no tool result holds.
    package let unbackedFigures: [String]
    package let elapsedMilliseconds: Int

    package init(
        text: String, outcome: Outcome, answeredBy: String, usage: TokenUsage?, evidence: [Evidence],
        unbackedFigures: [String], elapsedMilliseconds: Int
    ) {
        self.text = text
        self.outcome = outcome
        self.answeredBy = answeredBy
        self.usage = usage
        self.evidence = evidence
        self.unbackedFigures = unbackedFigures
        self.elapsedMilliseconds = elapsedMilliseconds
    }
}

/// One tool call behind an answer.
package struct Evidence: Hashable, Sendable, Codable {
    package let toolCallId: String
    package let tool: String
    /// The first and last moment of the telemetry it read, milliseconds since 1970; absent where it read none.
    package let from: Int64?
    package let to: Int64?

    package init(toolCallId: String, tool: String, from: Int64?, to: Int64?) {
        self.toolCallId = toolCallId
        self.tool = tool
        self.from = from
        self.to = to
    }
}

/// Tokens and money of one answer.
package struct TokenUsage: Hashable, Sendable, Codable {
    package let promptTokens: Int
    /// Those of the prompt that the server had in its cache.
    package let cachedPromptTokens: Int
    package let completionTokens: Int
    /// Whether the server did not count, so that the tokens are taken from the length of the texts.
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
    /// Fields that earlier versions did not send may be absent.
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

/// `chat.progress`: what the agent is doing for a prompt.
package struct ChatProgress: Hashable, Sendable, Codable {
    package enum Event: String, Codable, Sendable {
        case toolStarted, toolFinished, partialText
    }

    package let event: Event
    /// The tool's name.
    package let tool: String?
    /// For `partialText`, what has been written so far.
    package let text: String?

    package init(event: Event, tool: String? = nil, text: String? = nil) {
        self.event = event
        self.tool = tool
        self.text = text
    }
}

/// `user.chat.v1`: from one person to another.
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
