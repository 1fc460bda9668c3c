import Foundation

/// A question in people's words over the telemetry of a world, and what the first line of its answer has to be.
struct AskedQuestion: Decodable, Sendable {
    /// The name of the world whose telemetry it is about.
    let world: String
    let question: String
    /// What the same person asked just before, in order.
    let after: [String]
    /// A regular expression, without regard to case, that is found in the first line.
    let firstLine: String
    /// How long the whole answer may be, in characters.
    let maxLength: Int
    /// A regular expression for what was not asked for.
    let saysNot: String?

    private enum Key: CodingKey { case world, question, after, firstLine, maxLength, saysNot }

    struct Collection: Decodable { let questions: [AskedQuestion] }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        world = try fields.decode(String.self, forKey: .world)
        question = try fields.decode(String.self, forKey: .question)
        after = try fields.decodeIfPresent([String].self, forKey: .after) ?? []
        firstLine = try fields.decode(String.self, forKey: .firstLine)
        maxLength = try fields.decodeIfPresent(Int.self, forKey: .maxLength) ?? 160
        saysNot = try fields.decodeIfPresent(String.self, forKey: .saysNot)
    }

    /// All, by the name of their file.
    static func all() throws -> [(file: String, questions: [AskedQuestion])] {
        let files = Bundle.module.urls(forResourcesWithExtension: "json", subdirectory: "Questions") ?? []
        return try files.map { $0 as URL }.sorted { $0.lastPathComponent < $1.lastPathComponent }.map(read)
    }

    static func read(_ file: URL) throws -> (file: String, questions: [AskedQuestion]) {
        let collection = try JSONDecoder().decode(Collection.self, from: Data(contentsOf: file))
        return (file.deletingPathExtension().lastPathComponent, collection.questions)
    }

    /// The faults of an answer: none where its first line answers, it holds nothing else, and it is short.
    func complaints(about text: String) -> [String] {
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        var complaints: [String] = []
        if !Self.isFound(firstLine, in: line) { complaints.append("the first line is not \(firstLine)") }
        if let saysNot, Self.isFound(saysNot, in: text) { complaints.append("it says \(saysNot)") }
        if text.count > maxLength {
            complaints.append("it has \(text.count) characters, \(maxLength) at most")
        }
        return complaints
    }

    private static func isFound(_ pattern: String, in text: String) -> Bool {
        text.range(of: pattern, options: [.regularExpression, .caseInsensitive]) != nil
    }
}
