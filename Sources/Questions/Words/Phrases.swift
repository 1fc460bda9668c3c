/// The runs of words of a text. A question is compared with thousands of phrases; each is looked up at once.
struct Phrases {
    /// Longer phrases are not found.
    static let maxWordCount = 8

    private let runs: Set<String>
    private let beginnings: Set<String>

    init(_ words: [String]) {
        var (runs, beginnings) = (Set<String>(), Set<String>())
        for start in words.indices {
            var run = ""
            for word in words[start...].prefix(Self.maxWordCount) {
                run += run.isEmpty ? word : " \(word)"
                runs.insert(run)
                if start == 0 { beginnings.insert(run) }
            }
        }
        (self.runs, self.beginnings) = (runs, beginnings)
    }

    /// Whether the words of a phrase, with one blank between them, stand next to each other.
    func contains(_ phrase: String) -> Bool {
        assert(Self.canBeFound(phrase), "longer than \(Self.maxWordCount) words, or other blanks: \(phrase)")
        return runs.contains(phrase)
    }

    /// Whether the text begins with a phrase.
    func begin(with phrase: String) -> Bool {
        assert(Self.canBeFound(phrase), "longer than \(Self.maxWordCount) words, or other blanks: \(phrase)")
        return beginnings.contains(phrase)
    }

    private static func canBeFound(_ phrase: String) -> Bool {
        let parts = phrase.split(separator: " ", omittingEmptySubsequences: false)
        return parts.count <= maxWordCount && !parts.contains("")
    }
}
