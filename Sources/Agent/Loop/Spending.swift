import MaintenanceAPI

/// What one answer cost. An answer has few requests, so that sums of their counts stay far within `Int`.
package struct Spending: Hashable, Sendable {
    var modelRequests = 0
    var promptTokens = 0
    var cachedPromptTokens = 0
    var completionTokens = 0
    /// Whether a server did not count, so that the tokens are taken from the length of the texts.
    var isEstimated = false
    var cost = Money.zero

    /// Counts one more request.
    mutating func add(_ usage: ModelUsage, isEstimated: Bool, prices: Prices) {
        let (prompt, completion) = (usage.promptTokens.value, usage.completionTokens.value)
        modelRequests += 1
        promptTokens += prompt
        cachedPromptTokens += usage.cachedPromptTokens.value
        completionTokens += completion
        self.isEstimated = self.isEstimated || isEstimated
        cost = cost + prices.cost(promptTokens: prompt, completionTokens: completion)
    }
}

extension TokenUsage {
    init(_ spending: Spending) {
        self.init(
            promptTokens: spending.promptTokens, cachedPromptTokens: spending.cachedPromptTokens,
            completionTokens: spending.completionTokens, isEstimated: spending.isEstimated,
            costUSD: spending.cost.dollars)
    }
}
