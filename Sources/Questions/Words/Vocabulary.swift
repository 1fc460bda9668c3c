import MaintenanceAPI

/// The words by which questions are understood: one table of synonyms, and of the concepts by which each gauge is meant.
enum Vocabulary {
    /// Stands in place of a name of the host.
    static let name = "ꙮ"

    private static let forms: (words: [String: String], phrases: [[String]: String], longest: Int) = {
        var words: [String: String] = [:]
        var phrases: [[String]: String] = [:]
        for (concept, text) in synonyms.sorted(by: { $0.key < $1.key }) {
            for form in text.split(separator: " ") {
                let parts = form.split(separator: "_").map(String.init)
                if parts.count == 1 { words[parts[0]] = concept } else { phrases[parts] = concept }
            }
            if words[concept] == nil { words[concept] = concept }
        }
        return (words, phrases, phrases.keys.map(\.count).max() ?? 1)
    }()

    /// Concepts of words that have none stand for themselves.
    static func concepts(of words: [String]) -> [String] {
        var concepts: [String] = []
        var index = 0
        next: while index < words.count {
            for length in stride(from: min(forms.longest, words.count - index), through: 2, by: -1) {
                let phrase = Array(words[index..<index + length])
                let singular = phrase.dropLast() + [phrase[length - 1].singular]
                if let concept = forms.phrases[phrase] ?? forms.phrases[Array(singular)] {
                    concepts.append(concept)
                    index += length
                    continue next
                }
            }
            let word = words[index]
            concepts.append(
                forms.words[word] ?? forms.words[word.singular]
                    ?? (asked.contains(word.singular) ? word.singular : word))
            index += 1
        }
        return concepts
    }

    /// The gauges that a set of concepts asks for, by the largest set that it holds.
    static func gauges(in concepts: Set<String>) -> (gauges: [Gauge], concepts: Set<String>)? {
        var best: (gauges: [Gauge], concepts: Set<String>)?
        var weight = 0.0
        for (gauges, set) in sets where set.isSubset(of: concepts) {
            let own = set.reduce(0) { $0 + (weights[$1] ?? 1) }
            guard own > weight else { continue }
            (best, weight) = ((gauges, set), own)
        }
        return best
    }

    /// What says little of what is meant.
    private static let weights = [
        "busy": 0.4, "host": 0.1, "count": 0.3, "total": 0.9, "rate": 0.6, "space": 0.9,
    ]
    private static let asked = Set(sets.flatMap(\.concepts))

    private static let sets: [(gauges: [Gauge], concepts: Set<String>)] = gauges.flatMap { row in
        row.sets.split(separator: "|").map { (row.gauges, Set($0.split(separator: " ").map(String.init))) }
    }

    static func isKnown(_ word: String) -> Bool {
        known.contains(word) || known.contains(word.singular) || Double(word) != nil || word.count < 2
    }

    static func isOrdinary(_ word: String) -> Bool {
        concepts.contains(word) || concepts.contains(word.singular) || ordinary.contains(word)
            || units.contains(word)
            || ["instruction", "instructions", "assistant", "tool", "tools"].contains(word)
    }

    static let concepts = Set(
        forms.words.keys + forms.phrases.keys.flatMap(\.self) + sets.flatMap(\.concepts))
    private static let known = concepts.union(ordinary).union(ranks).union(rightWords).union(commonWords)
        .union(units).union(
            QuestionReader.orders
        ).union([
            name, "%", ">", "<", "=",
        ])
}

extension String {
    /// Without the s of a plural.
    var singular: String {
        guard count > 3, hasSuffix("s"), !hasSuffix("ss") else { return self }
        if hasSuffix("ies") { return dropLast(3) + "y" }
        if hasSuffix("sses") || hasSuffix("ches") || hasSuffix("xes") { return String(dropLast(2)) }
        return String(dropLast())
    }
}

extension Query {
    /// Whether a word is one that questions are made of, whatever processes may be called.
    package static func isOrdinary(_ word: String) -> Bool { Vocabulary.isOrdinary(word.lowercased()) }

    /// Whether a word is a number in letters.
    package static func isNumber(_ word: String) -> Bool { QuestionReader.numbers[word.lowercased()] != nil }
}
