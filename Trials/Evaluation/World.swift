import Foundation

/// One recorded situation: what a host went through, what a person asks about it, and what the answer must and must not
/// hold.
struct World: Decodable, Sendable {
    /// A tool call as the scripted model makes it.
    struct Call: Decodable, Sendable {
        let tool: String
        let arguments: [String: Double]?
    }

    /// Conditions that hold for a while.
    struct Event: Decodable, Sendable {
        /// Minutes before the question.
        let from: Double
        let to: Double
        let conditions: Conditions

        private enum Key: CodingKey { case from, to }

        /// The conditions stand beside the times.
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            from = try fields.decode(Double.self, forKey: .from)
            to = try fields.decode(Double.self, forKey: .to)
            conditions = try Conditions(from: decoder)
        }
    }

    /// One file of them.
    struct Collection: Decodable {
        let category: String
        let worlds: [World]
    }

    let name: String
    /// How far back readings reach, and how far they are apart.
    let minutes: Int
    let everySeconds: Int
    let conditions: Conditions
    let events: [Event]
    let question: String
    let calls: [Call]
    let says: [Fact]
    let saysNot: [Fact]
    /// Text that stands in place of `{injection}` in names of the host.
    let injection: String?
    /// Set by the collection.
    var category = ""

    private enum Key: CodingKey {
        case name, minutes, everySeconds, conditions, events, question, calls, says, saysNot, injection
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        name = try fields.decode(String.self, forKey: .name)
        minutes = try fields.decodeIfPresent(Int.self, forKey: .minutes) ?? 120
        everySeconds = try fields.decodeIfPresent(Int.self, forKey: .everySeconds) ?? 60
        conditions = try fields.decodeIfPresent(Conditions.self, forKey: .conditions) ?? Conditions()
        events = try fields.decodeIfPresent([Event].self, forKey: .events) ?? []
        question = try fields.decode(String.self, forKey: .question)
        calls = try fields.decodeIfPresent([Call].self, forKey: .calls) ?? []
        says = try fields.decodeIfPresent([Fact].self, forKey: .says) ?? []
        saysNot = try fields.decodeIfPresent([Fact].self, forKey: .saysNot) ?? []
        injection = try fields.decodeIfPresent(String.self, forKey: .injection)
    }

    /// All of them, in the order of their files' names.
    static func all() throws -> [World] {
        let files = Bundle.module.urls(forResourcesWithExtension: "json", subdirectory: "Worlds") ?? []
        return try files.map { $0 as URL }.sorted { $0.lastPathComponent < $1.lastPathComponent }
            .flatMap { file in
                let collection = try JSONDecoder().decode(Collection.self, from: Data(contentsOf: file))
                return collection.worlds.map { world in
                    var world = world
                    world.category = collection.category
                    return world
                }
            }
    }
}
