/// What a wording shows to the model: its words by their beginnings, the concepts of the vocabulary alone and in pairs,
/// and how the grammar reads it.
enum WordingFeatures {
    /// The hashes of the features, none twice, in ascending order.
    static func hashes(_ words: Words, read kind: QueryKind) -> [UInt32] {
        var features: Set<UInt32> = [hash("^")]
        for word in words.plain {
            features.insert(hash("word " + (isNumber(word) ? "#" : word.prefix(5))))
        }
        let concepts = words.concepts.map { isNumber($0) ? "#" : $0 }
        var before = "^"
        for concept in concepts + ["$"] {
            if concept != "$" { features.insert(hash("concept " + concept)) }
            features.insert(hash("pair \(before) \(concept)"))
            before = concept
        }
        features.insert(hash("form " + kind.form))
        features.insert(hash("subject " + kind.subject))
        features.insert(hash("manner " + kind.manner))
        features.insert(hash("kind \(kind.form) \(kind.subject) \(kind.manner)"))
        return features.sorted()
    }

    private static func isNumber(_ word: String) -> Bool { word.first?.isNumber ?? false }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
