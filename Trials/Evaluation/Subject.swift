import Agent
import Cryptography
import Evaluation
import MaintenanceAPI
import TestSupport

/// The subject of an evaluation.
struct Subject: Sendable {
    let name: String
    /// The model's address for a world; nil for the offline analyst.
    let model: @Sendable (World) -> AgentConfiguration.Model?
    let prices: Prices?
    let isDeterministic: Bool
    /// Whether facts are required; for a server that always fails, a clear reply is enough.
    var knowsFacts = true

    static let offline = Subject(
        name: "offline analyst", model: { _ in nil }, prices: nil, isDeterministic: true)

    /// The scripted model; its model name tells it which world it is in.
    static func scripted(baseURL: String) -> Subject {
        Subject(
            name: "scripted model", model: { .init(baseURL: baseURL, key: "sk-eval", name: $0.name) },
            prices: nil, isDeterministic: true)
    }

    static func live(_ model: AgentConfiguration.Model, prices: Prices?, knowsFacts: Bool) -> Subject {
        Subject(
            name: model.name, model: { _ in model }, prices: prices, isDeterministic: false,
            knowsFacts: knowsFacts)
    }
}

extension RecordedHost {
    /// Asks a subject a question, the world's own by default, after others.
    func ask(_ subject: Subject, _ question: String? = nil, after: [String] = []) async throws
        -> (reply: ChatReply, elapsed: Duration)
    {
        var configuration = AgentConfiguration()
        configuration.model = subject.model(world)
        if let prices = subject.prices { configuration.prices = prices }
        let answered = try await answer(configuration, question, after: after)
        return (answered.reply, answered.elapsed)
    }
}
