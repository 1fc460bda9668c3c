import Foundation
import Questions

/// A wording, and what it asks for.
struct Lesson {
    let text: String
    let kind: QueryKind
    /// The question that stands for its subject.
    let example: String
    /// What it shows to the model.
    let features: [UInt32]

    /// A file has groups: after "= ", a question that the grammar reads as it should, then others that ask for the same.
    static func read(_ file: URL) throws -> [Lesson] {
        var example = ""
        var kind: QueryKind?
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            if line.hasPrefix("#") { return nil }
            if line.hasPrefix("= ") {
                example = String(line.dropFirst(2))
                kind = QueryKind(Query.read(byGrammar: example))
                return nil
            }
            return kind.map {
                Lesson(
                    text: String(line), kind: $0, example: example,
                    features: WordingModel.features(of: String(line)))
            }
        }
    }
}
