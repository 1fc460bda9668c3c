import Agent
import Cryptography
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
