import Foundation
import MaintenanceAPI
import Questions

/// A wording, and what it asks for.
struct Lesson {
    let text: String
    let kind: QueryKind
    /// A question that the grammar reads as that.
    let example: String
    /// What it shows to the model.
    let features: [UInt32]

    private init(_ text: String, like example: String, _ kind: QueryKind) {
        (self.text, self.example, self.kind) = (text, example, kind)
        features = WordingModel.features(of: text)
    }

    /// One that the grammar reads right.
    private init(_ text: String) { self.init(text, like: text, QueryKind(Query.read(byGrammar: text))) }

    /// Groups: after "= ", a question that the grammar reads right, then others that ask for the same.
    static func read(wordings file: URL) throws -> [Lesson] {
        var example = ""
        var kind: QueryKind?
        return try lines(file).compactMap { line in
            if line.hasPrefix("= ") {
                example = String(line.dropFirst(2))
                kind = QueryKind(Query.read(byGrammar: example))
                return nil
            }
            return kind.map { Lesson(line, like: example, $0) }
        }
    }

    /// Groups: after "= ", a wording that the grammar reads as going on from another question, then others of the same.
    static func read(following file: URL) throws -> [FollowUp] {
        var wording = ""
        return try lines(file).compactMap { line in
            if line.hasPrefix("= ") {
                wording = String(line.dropFirst(2))
                return nil
            }
            return FollowUp(line, like: wording)
        }
    }

    /// The rows of the table that the tests hold the grammar to; those that go on from others are left out.
    static func read(rows file: URL) throws -> [Lesson] {
        try lines(file).filter { !$0.hasPrefix("= ") && !$0.hasPrefix("-> ") }.map {
            Lesson($0.hasPrefix("<- ") ? String($0.dropFirst(3)) : $0)
        }
    }

    /// The questions of an evaluation.
    static func read(asked file: URL) throws -> [Lesson] {
        struct Collection: Decodable {
            struct Asked: Decodable {
                let question: String
                let after: [String]?
            }
            let questions: [Asked]
        }
        return try JSONDecoder().decode(Collection.self, from: Data(contentsOf: file)).questions
            .filter { $0.after?.isEmpty ?? true }.map { Lesson($0.question) }
    }

    /// Each figure by its name, in each statistic.
    static var ofGauges: [Lesson] {
        let forms = [
            "what is the *?", "show * please", "how high is the * right now?", "current *", "*",
            "average * over the last 20 minutes", "peak * over the last hour", "highest * today",
            "lowest * in the last 5 minutes", "minimum * over the last 2 hours",
            "p95 * over the last 20 minutes", "median * in the last hour", "when was the * highest today",
            "why is the * so high", "is the * higher than usual", "is the * too high?", "* trend",
        ]
        return Gauge.allCases.flatMap { gauge in
            forms.map { Lesson($0.replacing("*", with: gauge.traits.label)) }
        }
    }

    private static func lines(_ file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#")
        }
    }
}

/// A wording that goes on from another question, and the one of the grammar that means the same.
struct FollowUp {
    /// The question before; nil where any may have been.
    let before: String?
    let text: String
    let wording: String
    let features: [UInt32]

    /// "QUESTION BEFORE -> WORDING", or the wording alone.
    fileprivate init(_ line: String, like wording: String) {
        let parts = line.split(separator: " -> ", maxSplits: 1).map(String.init)
        before = parts.count == 2 ? parts[0] : nil
        text = parts[parts.count - 1]
        self.wording = wording
        features = WordingModel.features(of: text)
    }
}
