import Foundation
import MaintenanceAPI
import Worlds

/// One recorded situation: the history of a host, a question about it, and what the answer must and must not contain.
package struct World: Decodable, Sendable {
    /// A tool call for the scripted model to make.
    package struct Call: Decodable, Sendable {
        package let tool: String
        package let arguments: [String: Double]?
    }

    /// Conditions for a period.
    struct Event: Decodable, Sendable {
        /// Minutes before the question.
        let from: Double
        let to: Double
        let conditions: Conditions

        private enum Key: CodingKey { case from, to }

        /// The conditions are in the same object as the times.
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            from = try fields.decode(Double.self, forKey: .from)
            to = try fields.decode(Double.self, forKey: .to)
            conditions = try Conditions(from: decoder)
        }
    }

    /// One file of worlds.
    struct Collection: Decodable {
        let category: String
        let worlds: [World]
    }

    package let name: String
    /// The period covered by samples, and their interval.
    let minutes: Int
    let everySeconds: Int
    let conditions: Conditions
    let events: [Event]
    package let question: String
    package let calls: [Call]
    package let says: [Fact]
    let saysNot: [Fact]
    /// The replacement for `{injection}` in names of the host.
    package let injection: String?
    /// Set by the collection; `healthy` is the one in which nothing is wrong.
    package var category = ""

    private enum Key: CodingKey {
        case name, minutes, everySeconds, conditions, events, question, calls, says, saysNot, injection
    }

    package init(from decoder: any Decoder) throws {
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

    static let healthy = "healthy"

    /// All worlds, in the order of their files.
    package static func all() throws -> [World] {
        try (0..<recordedWorldsCount).flatMap { index in
            let collection = try JSONDecoder().decode(Collection.self, from: Data(recordedWorlds(index)))
            return collection.worlds.map { world in
                var world = world
                world.category = collection.category
                return world
            }
        }
    }

    /// What a host is like where a world says nothing of it.
    static func host() throws -> Sample {
        try JSONDecoder().decode(Sample.self, from: Data(recordedHost))
    }
}

extension Data {
    fileprivate init(_ file: RecordedFile) {
        self.init(UnsafeBufferPointer(start: file.bytes, count: file.byteCount))
    }
}
