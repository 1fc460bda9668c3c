import Database
import Foundation
import MaintenanceAPI
import Values

/// One tool call as it is kept.
struct ToolCallRecord: Hashable, Sendable {
    let id: String
    let tool: String
    let arguments: String
    let output: String
    let at: Date
}

/// How often the offline analyst had to answer in place of a model.
package struct ModelRecord: Sendable {
    package internal(set) var answers: Int
    package internal(set) var replaced: Int
    /// The newest of those, and when.
    package internal(set) var last: (at: Date, replacement: Replacement)?

    package init(
        answers: Int, replaced: Int = 0, last: (at: Date, replacement: Replacement)? = nil
    ) {
        (self.answers, self.replaced, self.last) = (answers, replaced, last)
    }
}

extension StateDatabase {
    /// A relay keeps a prompt for 30 days; until then it may be delivered again, and gets the earlier answer.
    static let conversationLifetimeMilliseconds: Int64 = 31 * 24 * 3600 * 1000

    /// Notes a question. The same asker's request again changes nothing.
    func noteQuestion(_ text: String, _ id: PromptID, at now: Date) async throws {
        try await file.write { database in
            try database.run(
                """
                INSERT INTO chat_messages (requestId, asker, role, at, text, remembered)
                VALUES (?, ?, 'user', ?, ?, ?) ON CONFLICT DO NOTHING
                """, id.requestID.uuidString, id.asker.description, now.milliseconds, text, text)
        }
    }

    /// Keeps an answer with all it rests on and cost, in one transaction.
    func noteAnswer(_ answer: Answer, to id: PromptID, at now: Date) async throws {
        let (reply, spending) = (answer.reply, answer.spending)
        let (asker, requestID) = (id.asker.description, id.requestID.uuidString)
        let json = try JSONEncoder().encode(reply)
        let byteCount = answer.calls.reduce(json.count + 2 * reply.text.utf8.count) {
            $0 + $1.arguments.utf8.count + $1.output.utf8.count
        }
        let isDue = conversationsGrowth.isDue(
            after: byteCount + ChatPrompt.maxTextByteCount, of: room.conversations)
        try await file.write { [room] database in
            try database.run(
                """
                INSERT INTO chat_messages (requestId, asker, role, at, text, remembered, reply, model,
                    modelRequests, promptTokens, cachedPromptTokens, completionTokens, costPicoUSD,
                    elapsedMilliseconds)
                VALUES (?, ?, 'assistant', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """, requestID, asker, now.milliseconds, reply.text, answer.remembered, json,
                reply.replaced?.model ?? reply.answeredBy, spending.modelRequests, spending.promptTokens,
                spending.cachedPromptTokens,
                spending.completionTokens, spending.cost.pico, reply.elapsedMilliseconds)
            for call in answer.calls {
                try database.run(
                    """
                    INSERT INTO tool_calls (id, asker, requestId, at, tool, arguments, output)
                    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """, call.id, asker, requestID, call.at.milliseconds, call.tool, call.arguments,
                    call.output)
            }
            if isDue { try Self.removeConversations(beyond: room.conversations, database) }
        }
    }

    /// The answer that was given to a request, if it was.
    func answer(to id: PromptID) async throws -> ChatReply? {
        try await file.read { database in
            try database.value(
                "SELECT reply FROM chat_messages WHERE asker = ? AND requestId = ? AND role = 'assistant'",
                id.asker.description, id.requestID.uuidString, as: Data?.self) ?? nil
        }.map { try JSONDecoder().decode(ChatReply.self, from: $0) }
    }

    /// How the last answers to questions put to a model came about, `limit` of them at most.
    package func record(of model: String, limit: Int = 100) async throws -> ModelRecord {
        let replies = try await file.read { database in
            try database.all(
                """
                SELECT at, reply FROM chat_messages
                WHERE role = 'assistant' AND model = ? AND reply IS NOT NULL ORDER BY id DESC LIMIT ?
                """, model, limit
            ) { row in (at: try row["at"] as Int64, reply: try row["reply"] as Data) }
        }
        var record = ModelRecord(answers: replies.count)
        for (at, data) in replies {
            guard let replaced = try JSONDecoder().decode(ChatReply.self, from: data).replaced else {
                continue
            }
            record.replaced += 1
            record.last = record.last ?? (Date(milliseconds: at), replaced)
        }
        return record
    }

    /// The last few questions of a person with their answers, oldest first.
    func conversation(of asker: IdentityID, limit: Int) async throws -> [(question: String, answer: String)] {
        try await file.read { database in
            try database.all(
                """
                SELECT q.remembered AS question, a.remembered AS answer FROM chat_messages AS a
                JOIN chat_messages AS q
                    ON q.asker = a.asker AND q.requestId = a.requestId AND q.role = 'user'
                WHERE a.asker = ? AND a.role = 'assistant' ORDER BY a.id DESC LIMIT ?
                """, asker.description, limit
            ) { row in (question: try row["question"], answer: try row["answer"]) }.reversed()
        }
    }

    /// Deletes the texts of conversations older than a time, of one asker or all, and the calls behind them. What an answer
    /// cost is kept.
    static func forgetConversations(
        before moment: Int64, of asker: String? = nil, _ database: Connection
    ) throws {
        let isOf = "at < ?1 AND (?2 IS NULL OR asker = ?2)"
        try database.run("DELETE FROM tool_calls WHERE \(isOf)", moment, asker)
        try database.run(
            "DELETE FROM chat_messages WHERE \(isOf) AND (role = 'user' OR (modelRequests = 0 AND costPicoUSD = 0))",
            moment, asker)
        try database.run(
            """
            UPDATE chat_messages SET text = '', remembered = '', reply = NULL
            WHERE \(isOf) AND (reply IS NOT NULL OR text <> '' OR remembered <> '')
            """, moment, asker)
    }
}
