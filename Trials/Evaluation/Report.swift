import Evaluation
import Foundation
import MaintenanceAPI

/// The result of an evaluation, as text: failed answers first, then pass rate, cost and latency by category.
struct Report {
    let subject: String
    let results: [Trial.Result]
    /// Whether to include answers that passed.
    var showsAll = false

    var passedPercent: Double {
        results.isEmpty ? 0 : 100 * Double(results.count(where: \.isPassed)) / Double(results.count)
    }

    var text: String {
        let answers = results.filter { showsAll || !$0.isPassed }.map { result in
            """
            \(result.isPassed ? "passed" : "FAILED") \(result.world.name): \(result.complaints.map(\.description).joined(separator: "; "))
              asked:    \(result.world.question)
              answered: \(result.reply.text.replacing("\n", with: "\n            "))
            """
        }
        let categories = Dictionary(grouping: results, by: \.world.category).sorted { $0.key < $1.key }
        return
            (answers + ["\(subject)\(replacements)", Self.head] + categories.map(Self.row)
            + [Self.row("all", results)]).joined(separator: "\n")
    }

    /// How many answers are the analyst's, in the model's place.
    private var replacements: String {
        let count = results.count { $0.reply.replaced != nil }
        return count > 0 ? ", \(count) answers by the analyst in its place" : ""
    }

    private static let head = line(
        "category", "worlds", "passed", "USD", "median ms", "worst ms")

    private static func row(_ category: String, _ results: [Trial.Result]) -> String {
        let times = results.map { $0.elapsed / .milliseconds(1) }.sorted()
        let cost = results.reduce(Decimal(0)) { $0 + ($1.reply.usage?.costUSD ?? 0) }
        return line(
            category, "\(results.count)", "\(results.count(where: \.isPassed))", "\(cost)",
            times.isEmpty ? "" : String(format: "%.0f", times[times.count / 2]),
            times.last.map { String(format: "%.0f", $0) } ?? "")
    }

    private static func line(_ first: String, _ rest: String...) -> String {
        let widths = [7, 7, 12, 10, 9]
        return "  " + first.padding(toLength: 22, withPad: " ", startingAt: 0)
            + zip(rest, widths).map { text, width in
                String(repeating: " ", count: max(1, width - text.count)) + text
            }.joined()
    }
}
