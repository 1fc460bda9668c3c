import Foundation
import Testing

@testable import Questions

/// Wordings that the model was not taught. Where the grammar changed and the model was not taught anew, they show it.
@Suite struct HeldOutTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Trials/Teaching").standardizedFileURL

    private static func lines(_ path: String) throws -> [String] {
        try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8).split(separator: "\n")
            .map(String.init).filter { !$0.hasPrefix("#") }
    }

    @Test(arguments: [("first", 0.82), ("second", 0.85), ("third", 0.82)])
    func mostAreReadAsWhatTheyAsk(name: String, least: Double) throws {
        var wanted: QueryKind?
        var (right, rightByGrammar, count) = (0, 0, 0)
        for line in try Self.lines("HeldOut/\(name).txt") {
            if line.hasPrefix("= ") {
                wanted = QueryKind(Query.read(byGrammar: String(line.dropFirst(2))))
                continue
            }
            count += 1
            if QueryKind(Query(line)) == wanted { right += 1 }
            if QueryKind(Query.read(byGrammar: line)) == wanted { rightByGrammar += 1 }
        }
        #expect(count > 800)
        #expect(Double(right) >= least * Double(count), "\(right) of \(count)")
        #expect(right > rightByGrammar)
    }

    /// As the wording of the grammar that means the same is read, after the same question.
    @Test func mostFollowUpsAreReadAsTheyAreMeant() throws {
        var wording = ""
        var (right, rightByGrammar, count) = (0, 0, 0)
        for line in try Self.lines("Following/HeldOut/first.txt") {
            if line.hasPrefix("= ") {
                wording = String(line.dropFirst(2))
                continue
            }
            let parts = line.components(separatedBy: " -> ")
            let before = Query(parts[0])
            let wanted = Query(wording, after: before, model: nil).description
            count += 1
            if Query(parts[1], after: before).description == wanted { right += 1 }
            if Query(parts[1], after: before, model: nil).description == wanted { rightByGrammar += 1 }
        }
        #expect(count > 200)
        #expect(Double(right) >= 0.57 * Double(count), "\(right) of \(count)")
        #expect(right > rightByGrammar)
    }
}
