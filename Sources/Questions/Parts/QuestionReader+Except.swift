import Foundation
import Values

/// "Apart from java": names of the host that a question leaves out.
extension QuestionReader {
    private static let exceptPattern = Pattern(
        #/(?i)[,;]? ?\b(?:besides|beside|apart from|except for|except|other than|excluding|aside from|not counting|leaving out|leaving aside|ignoring|without counting) (?:(?:the|process|program|mount|for|by) )*["'“]?$/#
    )

    private static let maxLeadLength = 48

    /// The text without the names that it leaves out, and these.
    static func leavingOut(_ text: String, names: [String]) -> (text: String, names: [String], left: [String])
    {
        var text = text
        var left: [String] = []
        for name in names {
            var rest = text.startIndex..<text.endIndex
            while let range = text.range(of: name, options: .caseInsensitive, range: rest) {
                rest = range.upperBound..<text.endIndex
                let isWhole = text[range.upperBound...].first.map { !$0.isLetter && !$0.isNumber } ?? true
                guard isWhole,
                    let lead = text[..<range.lowerBound].suffix(maxLeadLength).firstMatch(of: exceptPattern)
                else { continue }
                text.replaceSubrange(lead.range.lowerBound..<range.upperBound, with: " ")
                text = text.trimmingCharacters(in: CharacterSet(charactersIn: " ,;\"'”"))
                left.append(name)
                break
            }
        }
        return (text, names.filter { !left.contains($0) }, left)
    }
}
