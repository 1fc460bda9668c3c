import Database
import Foundation
import MaintenanceAPI

/// One tool call as it is kept.
struct ToolCallRecord: Hashable, Sendable {
    let id: String
    let tool: String
    let arguments: String
    let output: String
    let at: Date
}

extension StateDatabase {
    /// Notes a question. The same request again changes nothing.
    func noteQuestion(_ text: String, requestID: UUID, asker: String, at now: Date) async throws {
        try await file.write { database in
            try database.run(
                """
                INSERT INTO chat_messages (requestId, asker, role, at, text, remembered)
                VALUES (?, ?, 'user', ?, ?, ?) ON CONFLICT DO NOTHING
                """, requestID.uuidString, asker, now.milliseconds, text, text)
        }
    }

    /// Keeps an answer with all it rests on and cost, in one transaction.
    func noteAnswer(_ answer: Answer, requestID: UUID, asker: String, at now: Date) async throws {
        let (reply, spending) = (answer.reply, answer.spending)
        let json = try JSONEncoder().encode(reply)
        try await file.write { database in
            try database.run(
                """
                INSERT INTO chat_messages (requestId, asker, role, at, text, remembered, reply, model,
                    modelRequests, promptTokens, cachedPromptTokens, completionTokens, costPicoUSD,
                    elapsedMilliseconds)
                VALUES (?, ?, 'assistant', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """, requestID.uuidString, asker, now.milliseconds, reply.text, answer.remembered, json,
                reply.answeredBy, spending.modelRequests, spending.promptTokens, spending.cachedPromptTokens,
                spending.completionTokens, spending.cost.pico, reply.elapsedMilliseconds)
            for call in answer.calls {
                try database.run(
                    """
                    INSERT INTO tool_calls (id, requestId, at, tool, arguments, output) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """, call.id, requestID.uuidString, call.at.milliseconds, call.tool, call.arguments,
                    call.output)
            }
        }
    }

    /// Notes what was spent on something other than an answer; also where the task is cancelled.
    func note(_ spending: Spending, of purpose: String, model: String, at now: Date) async throws {
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

    /// The answer that was given to a request, if it was.
    package func answer(to requestID: UUID) async throws -> ChatReply? {
        try await file.read { database in
            try database.value(
                "SELECT reply FROM chat_messages WHERE requestId = ? AND role = 'assistant'",
                requestID.uuidString, as: Data?.self) ?? nil
        }.map { try JSONDecoder().decode(ChatReply.self, from: $0) }
    }

    /// The last few questions of a person with their answers, oldest first.
    func conversation(of asker: String, limit: Int) async throws -> [(question: String, answer: String)] {
        try await file.read { database in
            try database.all(
                """
                SELECT q.remembered AS question, a.remembered AS answer FROM chat_messages AS a
                JOIN chat_messages AS q ON q.requestId = a.requestId AND q.role = 'user'
                WHERE a.asker = ? AND a.role = 'assistant' ORDER BY a.id DESC LIMIT ?
                """, asker, limit
            ) { row in (question: try row["question"], answer: try row["answer"]) }.reversed()
        }
    }

    /// Starts the usage counters anew.
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
            let sums = try Self.spending(since: since ?? 0, database)
            return UsageTotals(
                since: since, requests: sums.modelRequests, promptTokens: sums.promptTokens,
                cachedPromptTokens: sums.cachedPromptTokens,
                completionTokens: sums.completionTokens, costUSD: sums.cost.dollars,
                dailyBudgetUSD: dailyBudgetUSD,
                todayUSD: try Self.spending(since: midnight.milliseconds, database).cost.dollars)
        }
    }

    /// What was spent since a moment.
    func spending(since moment: Date) async throws -> Spending {
        try await file.read { try Self.spending(since: moment.milliseconds, $0) }
    }

    private static func spending(since moment: Int64, _ database: Connection) throws -> Spending {
        try database.first(
            """
            SELECT COALESCE(SUM(modelRequests), 0) AS requests, COALESCE(SUM(promptTokens), 0) AS prompt,
                COALESCE(SUM(cachedPromptTokens), 0) AS cached,
                COALESCE(SUM(completionTokens), 0) AS completion, COALESCE(SUM(costPicoUSD), 0) AS cost
            FROM chat_messages WHERE at >= ? AND role = 'assistant'
            """, moment
        ) { row in
            Spending(
                modelRequests: try row["requests"], promptTokens: try row["prompt"],
                cachedPromptTokens: try row["cached"], completionTokens: try row["completion"],
                cost: Money(pico: try row["cost"]))
        } ?? Spending()
    }
}

extension Date {
    /// When the day began on which a budget counts: 0:00 UTC.
    var midnight: Date {
        let day: Int64 = 24 * 3600 * 1000
        return Date(milliseconds: milliseconds - milliseconds % day)
    }
}
