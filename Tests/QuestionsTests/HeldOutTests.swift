import Foundation
import Testing

@testable import Questions

/// Wordings that the model was not taught. Where the grammar changed and the model was not taught anew, they show it.
@Suite struct HeldOutTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Trials/Teaching/HeldOut").standardizedFileURL

    @Test(arguments: [("first", 0.82), ("second", 0.86)])
    func mostAreReadAsWhatTheyAsk(name: String, least: Double) throws {
        let text = try String(
            contentsOf: Self.folder.appendingPathComponent("\(name).txt"), encoding: .utf8)
        var wanted: QueryKind?
        var (right, rightByGrammar, count) = (0, 0, 0)
        for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") {
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
}
