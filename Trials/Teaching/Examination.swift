import Foundation
import Questions

/// How many wordings that were kept from the model are read right: by the grammar, by the model, by both together.
struct Examination {
    private var count = 0
    private var byGrammar = 0, byModel = 0, byBoth = 0
    private var wrong: [String] = []

    init(_ model: WordingModel, _ lessons: [Lesson]) {
        for lesson in lessons {
            let grammar = QueryKind(Query.read(byGrammar: lesson.text))
            let both = QueryKind(Query.read(lesson.text, by: model))
            count += 1
            if grammar == lesson.kind { byGrammar += 1 }
            if model.kind(of: lesson.text) == lesson.kind { byModel += 1 }
            if both == lesson.kind {
                byBoth += 1
            } else {
                let isWorse = grammar == lesson.kind ? "right by the grammar: " : ""
                wrong.append(
                    "  \(isWorse)\(lesson.text)\n    \(both), not \(lesson.kind), by the grammar \(grammar)")
            }
        }
    }

    /// Right is what is read as the wording of the grammar is, after the same question.
    init(_ model: WordingModel, _ followUps: [FollowUp]) {
        for followUp in followUps {
            let before = followUp.before.map { Query($0, model: model) }
            let wanted = Query(followUp.wording, after: before, model: nil)
            let grammar = Query(followUp.text, after: before, model: nil)
            let both = Query(followUp.text, after: before, model: model)
            count += 1
            if grammar.description == wanted.description { byGrammar += 1 }
            if model.way(of: followUp.text) == followUp.wording { byModel += 1 }
            if both.description == wanted.description {
                byBoth += 1
            } else {
                wrong.append(
                    "  \(followUp.before ?? "") -> \(followUp.text)\n    \(both), not \(wanted) (\(followUp.wording)), "
                        + "by the model \(model.way(of: followUp.text) ?? "none")")
            }
        }
    }

    func report(_ name: String, isVerbose: Bool) -> String {
        func share(_ value: Int) -> String {
            String(format: "%.1f %%", 100 * Double(value) / Double(max(1, count)))
        }
        return
            ([
                "\(name): \(count) wordings, read right by the grammar \(share(byGrammar)), by the model "
                    + "\(share(byModel)), by both \(share(byBoth))"
            ] + (isVerbose ? wrong : [])).joined(separator: "\n")
    }
}
