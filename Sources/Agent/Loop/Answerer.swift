import Foundation
import HTTPClient
import MaintenanceAPI

/// What every prompt is answered with.
struct Answerer: Sendable {
    let model: any ChatModel
    let database: StateDatabase
    let configuration: AgentConfiguration
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let budget: Budget
    let toolbox = Toolbox()

    init(
        model: any ChatModel, database: StateDatabase, configuration: AgentConfiguration,
        clock: any Clock<Duration> = .continuous, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.model = model
        self.database = database
        self.configuration = configuration
        self.clock = clock
        self.now = now
        budget = Budget(configuration, database: database, now: now)
    }

    /// With the model of the configuration, or the offline analyst.
    init(
        database: StateDatabase, configuration: AgentConfiguration, client: HTTPClient,
        clock: any Clock<Duration> = .continuous, now: @escaping @Sendable () -> Date
    ) {
        let model: any ChatModel =
            configuration.model.map { model in
                OpenAIModel(
                    model: model.name, baseURL: model.baseURL, key: model.key,
                    limits: configuration.modelLimits, client: client)
            } ?? OfflineAnalyst(now: now)
        self.init(
            model: model, database: database, configuration: configuration, clock: clock, now: now)
    }

    /// Always gives an answer: what went wrong is one too.
    func answer(
        _ prompt: String, _ id: PromptID, withdrawal: Withdrawal,
        progress: @escaping @Sendable (ChatProgress) async -> Void
    ) async -> Answer {
        await AnswerJob(prompt, id, with: self, progress: progress)
            .answer(unless: withdrawal)
    }
}

/// An answer with all it rests on and cost.
struct Answer: Sendable {
    let reply: ChatReply
    /// The text as a model may see it again: without names from the host.
    let remembered: String
    let calls: [ToolCallRecord]
    let spending: Spending
}
