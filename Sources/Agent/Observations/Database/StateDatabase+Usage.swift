import Database
import Foundation
import MaintenanceAPI
import Values

extension StateDatabase {
    /// Records spending on something other than an answer, even if the task is cancelled.
    package func note(_ spending: Spending, of purpose: String, model: String, at now: Date) async throws {
        try await file.write { database in
            try database.run(
                """
                INSERT INTO chat_messages (requestId, asker, role, at, text, remembered, model, modelRequests,
                    promptTokens, cachedPromptTokens, completionTokens, costPicoUSD)
                VALUES (?, ?, 'assistant', ?, '', '', ?, ?, ?, ?, ?, ?)
                """, UUID().uuidString, purpose, now.milliseconds, model, spending.modelRequests,
                spending.promptTokens, spending.cachedPromptTokens, spending.completionTokens,
                spending.cost.pico)
        }
    }

    /// Resets the usage counters.
    package func resetUsage(at now: Date) async throws {
        try await file.write { database in
            try database.run("INSERT INTO usage_resets (at) VALUES (?)", now.milliseconds)
        }
    }

    /// Requests, tokens and money since the last reset.
    package func usage(dailyBudgetUSD: Decimal?) async throws -> UsageTotals {
        let midnight = now().midnight
        return try await file.read { database in
            let since = try database.value("SELECT MAX(at) FROM usage_resets", as: Int64?.self) ?? nil
            let sums = try Self.spending(since: since ?? 0, of: nil, database)
            return UsageTotals(
                since: since, requests: sums.modelRequests, promptTokens: sums.promptTokens,
                cachedPromptTokens: sums.cachedPromptTokens,
                completionTokens: sums.completionTokens, costUSD: sums.cost.dollars,
                dailyBudgetUSD: dailyBudgetUSD,
                todayUSD: try Self.spending(since: midnight.milliseconds, of: nil, database).cost.dollars)
        }
    }

    /// The spending since a time, in all or on the questions of one asker.
    func spending(since moment: Date, of asker: String? = nil) async throws -> Spending {
        try await file.read { try Self.spending(since: moment.milliseconds, of: asker, $0) }
    }

    /// Whatever a row holds, its share of a sum is bounded, so that no sum leaves 64 bits: SQLite fails where one does.
    /// Money, which needs all of them, is summed in two halves.
    private static func spending(
        since moment: Int64, of asker: String?, _ database: Connection
    ) throws -> Spending {
        func sum(_ column: String, max: Int64) -> String {
            "COALESCE(SUM(MIN(MAX(\(column), 0), \(max))), 0)"
        }
        let tokens = Int64(TokenCount.max.value)
        return try database.first(
            """
            SELECT \(sum("modelRequests", max: tokens)) AS requests, \(sum("promptTokens", max: tokens)) AS prompt,
                \(sum("cachedPromptTokens", max: tokens)) AS cached,
                \(sum("completionTokens", max: tokens)) AS completion,
                \(sum("costPicoUSD / \(Money.half)", max: .max / Money.half)) AS costHigh,
                \(sum("costPicoUSD % \(Money.half)", max: Money.half)) AS costLow
            FROM chat_messages
            WHERE at >= ?1 AND role = 'assistant' AND (?2 IS NULL OR asker = ?2)
            """, moment, asker
        ) { row in
            Spending(
                modelRequests: try row["requests"], promptTokens: try row["prompt"],
                cachedPromptTokens: try row["cached"], completionTokens: try row["completion"],
                cost: Money(halves: try row["costHigh"], try row["costLow"]))
        } ?? Spending()
    }
}

extension Money {
    /// What divides an amount into two numbers of about the same size.
    fileprivate static let half: Int64 = 1 << 31

    fileprivate init(halves high: Int64, _ low: Int64) {
        let (product, isTooLarge) = high.multipliedReportingOverflow(by: Self.half)
        self = Money(pico: isTooLarge ? .max : product) + Money(pico: low)
    }
}

extension Date {
    /// When the day began on which a budget counts: 0:00 UTC.
    var midnight: Date {
        let day: Int64 = 24 * 3600 * 1000
        return Date(milliseconds: milliseconds - milliseconds % day)
    }
}
