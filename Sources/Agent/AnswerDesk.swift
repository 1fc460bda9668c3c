import Foundation
import HTTPClient
import MaintenanceAPI
import Values

/// Answers questions as the agent does, without a mailbox, for measuring the answers.
package struct AnswerDesk: Sendable {
    /// A reply, what it cost, and how long it took by a clock that no caller sets.
    package struct Answered: Sendable {
        package let reply: ChatReply
        package let spending: Spending
        package let elapsed: Duration
    }

    private let answerer: Answerer

    package init(
        database: StateDatabase, configuration: AgentConfiguration, client: HTTPClient = .shared,
        now: @escaping @Sendable () -> Date
    ) {
        answerer = Answerer(database: database, configuration: configuration, client: client, now: now)
    }

    /// What was spent is told even where the task was cancelled meanwhile; the reply then says nothing of the model.
    ///
    /// - Throws: What the database throws.
    package func answer(_ question: String, to asker: IdentityID) async throws -> Answered {
        let (id, database) = (PromptID(asker: asker, requestID: UUID()), answerer.database)
        try await database.noteQuestion(question, id, at: answerer.now())
        let begin = ContinuousClock.now
        let answer = await answerer.answer(question, id, withdrawal: Withdrawal()) { _ in }
        let elapsed = ContinuousClock.now - begin
        try await database.noteAnswer(answer, to: id, at: answerer.now())
        return Answered(reply: answer.reply, spending: answer.spending, elapsed: elapsed)
    }
}
