import Foundation
import MaintenanceAPI
import Values

/// `get_usage`: what the model has cost.
struct UsageTool: Tool {
    let summary =
        "LLM requests, tokens and cost since the counters were last reset, and the budget."

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        return ToolOutput(
            .usage(
                UsageResult(
                    try await call.database.usage(dailyBudgetUSD: call.dailyBudgetUSD),
                    dashboardPort: call.dashboardPort)))
    }
}

struct UsageResult: ResultPart {
    let sinceUTC: String?
    let requests, promptTokens, completionTokens: Int
    let costUSD: Double
    let dailyBudgetUSD: Double?
    let programVersion = ProductVersion.current
    /// Of the web interface.
    let dashboardPort: Int?

    init(_ usage: UsageTotals, dashboardPort: Int?) {
        self.dashboardPort = dashboardPort
        sinceUTC = usage.since.map(utcText)
        requests = usage.requests
        promptTokens = usage.promptTokens
        completionTokens = usage.completionTokens
        costUSD = NSDecimalNumber(decimal: usage.costUSD).doubleValue
        dailyBudgetUSD = usage.dailyBudgetUSD.map { NSDecimalNumber(decimal: $0).doubleValue }
    }
}
