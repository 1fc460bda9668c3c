import Agent

/// Who is examined.
struct Subject: Sendable {
    let name: String
    /// Where its model is, for a world; absent for the offline analyst.
    let model: @Sendable (World) -> AgentConfiguration.Model?
    let prices: Prices?
    let isDeterministic: Bool
    /// Whether facts are demanded of it; of a server that can only fail, a clear reply is enough.
    var knowsFacts = true

    static let offline = Subject(
        name: "offline analyst", model: { _ in nil }, prices: nil, isDeterministic: true)

    /// The scripted model, which knows by its own name in which world it is.
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
