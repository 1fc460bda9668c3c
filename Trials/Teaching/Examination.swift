import Foundation
import Questions

/// How many wordings that nobody taught are read right.
struct Examination {
    private var count = 0
    private var byGrammar = Score(), byModel = Score(), byBoth = Score()
    private var worse: [String] = []
    private var missed: [String] = []
    private var better = 0

    private struct Score {
        var form = 0, subject = 0, manner = 0, all = 0

        mutating func add(_ read: QueryKind, _ wanted: QueryKind) {
            form += read.form == wanted.form ? 1 : 0
            subject += read.subject == wanted.subject ? 1 : 0
            manner += read.manner == wanted.manner ? 1 : 0
            all += read == wanted ? 1 : 0
        }
    }

    init(_ model: WordingModel, _ lessons: [Lesson]) {
        for lesson in lessons {
            let grammar = QueryKind(Query.read(byGrammar: lesson.text))
            let both = QueryKind(Query.read(lesson.text, by: model))
            count += 1
            byGrammar.add(grammar, lesson.kind)
            if let alone = model.kind(of: lesson.text) { byModel.add(alone, lesson.kind) }
            byBoth.add(both, lesson.kind)
            if let alone = model.kind(of: lesson.text), alone == lesson.kind, both != lesson.kind {
                missed.append("  missed: \(lesson.text)  [\(lesson.example)]  \(grammar.text) → \(both.text)")
            }
            if grammar == lesson.kind, both != lesson.kind {
                worse.append("  worse: \(lesson.text)  [\(lesson.example)]  \(grammar.text) → \(both.text)")
            }
            if grammar != lesson.kind, both == lesson.kind { better += 1 }
        }
    }

    func report(_ name: String, verbose: Bool = false) -> String {
        func line(_ name: String, _ score: Score) -> String {
            func share(_ value: Int) -> String {
                String(format: "%6.1f", 100 * Double(value) / Double(max(1, count)))
            }
            return "  \(name.padding(toLength: 8, withPad: " ", startingAt: 0)) form \(share(score.form))  subject "
                + "\(share(score.subject))  manner \(share(score.manner))  all \(share(score.all))"
        }
        return ([
            "\(name): \(count) wordings, better \(better), worse \(worse.count)", line("grammar", byGrammar),
            line("model", byModel), line("both", byBoth),
        ] + (verbose ? worse + missed : [])).joined(separator: "\n")
    }
}
