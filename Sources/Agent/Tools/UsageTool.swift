import Foundation
import MaintenanceAPI

/// `get_usage`: what the model has cost.
struct UsageTool: Tool {
    let definition = ToolDefinition(
        .usage, "LLM requests, tokens and cost since the counters were last reset, and the budget.")

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: [])
        return ToolOutput(
            .usage(UsageResult(try await state.database.usage(dailyBudgetUSD: state.dailyBudgetUSD))))
    }
}

struct UsageResult: ResultPart {
    let sinceUTC: String?
    let requests, promptTokens, completionTokens: Int
    let costUSD: Double
    let dailyBudgetUSD: Double?

    init(_ usage: UsageTotals) {
        sinceUTC = usage.since.map(utcText)
        requests = usage.requests
        promptTokens = usage.promptTokens
        completionTokens = usage.completionTokens
        costUSD = NSDecimalNumber(decimal: usage.costUSD).doubleValue
        dailyBudgetUSD = usage.dailyBudgetUSD.map { NSDecimalNumber(decimal: $0).doubleValue }
    }
}
