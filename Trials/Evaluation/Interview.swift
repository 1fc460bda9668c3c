import Evaluation
import Foundation
import MaintenanceAPI
import Questions

/// Puts questions of people to a subject, and counts the answers whose first line answers.
struct Interview {
    struct Result {
        let asked: AskedQuestion
        let reply: ChatReply
        let complaints: [String]
        let elapsed: Duration
    }

    let file: String
    let results: [Result]

    init(_ file: String, _ questions: [AskedQuestion], of subject: Subject, worlds: [World]) async throws {
        self.file = file
        let byName = Dictionary(worlds.map { ($0.name, $0) }) { first, _ in first }
        var answers: [(Int, Result)] = []
        for (name, group) in Dictionary(grouping: questions.enumerated(), by: \.element.world) {
            guard let world = byName[name] else { throw NoSuchWorld(name: name) }
            let host = try await RecordedHost(world, injection: World.harmlessName)
            for (index, asked) in group {
                let (reply, elapsed) = try await host.ask(subject, asked.question, after: asked.after)
                var complaints = subject.knowsFacts ? asked.complaints(about: reply.text) : []
                if !reply.unbackedFigures.isEmpty {
                    complaints.append(
                        "figures without a source: \(reply.unbackedFigures.joined(separator: ", "))")
                }
                answers.append(
                    (index, Result(asked: asked, reply: reply, complaints: complaints, elapsed: elapsed)))
            }
        }
        results = answers.sorted { $0.0 < $1.0 }.map(\.1)
    }

    struct NoSuchWorld: Error, CustomStringConvertible {
        let name: String
        var description: String { "no world is called “\(name)”" }
    }

    var answeredCount: Int { results.count { $0.complaints.isEmpty } }
    var answeredPercent: Double { results.isEmpty ? 0 : 100 * Double(answeredCount) / Double(results.count) }

    /// The longest that a person waited.
    var worst: Duration { results.map(\.elapsed).max() ?? .zero }
    /// Answers with figures that no tool gave.
    var unbackedCount: Int { results.count { !$0.reply.unbackedFigures.isEmpty } }

    /// How many answers are the analyst's, in the model's place, by the code of the reason.
    private var replacements: String {
        let codes = Dictionary(grouping: results.compactMap(\.reply.replaced?.code.rawValue)) { $0 }
        guard !codes.isEmpty else { return "" }
        let counts = codes.mapValues(\.count).sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return ", answered by the analyst in the model's place: \(counts.joined(separator: ", "))"
    }

    func text(showsAll: Bool) -> String {
        let lines = results.filter { showsAll || !$0.complaints.isEmpty }.map { result in
            """
            \(result.complaints.isEmpty ? "answered" : "FAILED") [\(result.asked.world)] \(result.complaints.joined(separator: "; "))
              asked:    \((result.asked.after + [result.asked.question]).joined(separator: " → "))
              read as:  \(result.asked.query)
              answered: \(result.reply.text.replacing("\n", with: "\n            "))
            """
        }
        let lengths = results.map(\.reply.text.count).sorted()
        let median = lengths.isEmpty ? 0 : lengths[lengths.count / 2]
        let summary =
            "\(file): the first line answers \(answeredCount) of \(results.count) questions (\(String(format: "%.1f", answeredPercent)) %), "
            + "median length \(median) characters"
            + replacements
        return (lines + [summary]).joined(separator: "\n")
    }
}

extension AskedQuestion {
    /// How it is read where no word is a name of the host.
    fileprivate var query: Query {
        let before = after.reduce(nil as Query?) { before, text in Query(text, after: before) }
        return Query(question, after: before)
    }
}
