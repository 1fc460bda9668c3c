/// Typing errors: the known word that was meant.
extension Vocabulary {
    /// The known word that is one typing error away: a letter too much, missing, wrong, or two swapped.
    static func nearest(to word: String) -> String? {
        guard word.count >= 3, word.allSatisfy(\.isLetter) else { return nil }
        if word.hasSuffix("in"), isKnown(word + "g") { return word + "g" }
        let letters = Array(word)
        // Without its vowels: "swp", "krnl", "ntwrk".
        if !word.contains(where: { "aeiou".contains($0) }),
            let meant = abbreviated.filter({ $0.filter { !"aeiou".contains($0) } == word }).min()
        {
            return meant
        }
        // Two letters swapped are likelier than one left out: "uesd" is "used", and not "usd".
        func rank(_ other: String) -> (Int, Int, String) {
            (other.first == letters[0] ? 0 : 1, other.sorted() == letters.sorted() ? 0 : 1, other)
        }
        func best(_ words: Set<String>) -> String? {
            words.filter { isOneErrorApart(letters, Array($0)) }.min {
                rank($0) < rank($1)
            }
        }
        return best(concepts) ?? (word.count > 3 ? best(ordinary) : nil)
    }

    fileprivate static func isSlip(_ word: String, of name: String) -> Bool {
        !isKnown(word) && !programs.contains(word) && isOneErrorApart(Array(word), Array(name))
    }

    private static let abbreviated = [
        "swap", "disk", "load", "memory", "network", "kernel", "process", "host", "relay", "probe", "uptime",
        "temperature", "traffic",
        "server", "system", "thread", "threads", "status", "processes",
    ]

    private static func isOneErrorApart(_ wrong: [Character], _ right: [Character]) -> Bool {
        guard abs(wrong.count - right.count) <= 1, right.count >= 3, right.allSatisfy(\.isLetter) else {
            return false
        }
        let same = zip(wrong, right).prefix { $0 == $1 }.count
        let (restWrong, restRight) = (wrong[same...], right[same...])
        // Of three letters any other word is one error away: only two swapped ones count.
        if wrong.count == right.count {
            if restWrong.count >= 2, restWrong[same] == restRight[same + 1],
                restWrong[same + 1] == restRight[same],
                restWrong.dropFirst(2) == restRight.dropFirst(2)
            {
                return true
            }
            return wrong.count > 3 && restWrong.dropFirst() == restRight.dropFirst()
        }
        guard min(wrong.count, right.count) > 3 || (wrong.count == 4 && wrong.count > right.count) else {
            return false
        }
        return wrong.count > right.count
            ? restWrong.dropFirst() == restRight : restWrong == restRight.dropFirst()
    }
}

extension Query {
    /// Whether a word is no word of ours, and one typing error away from a name.
    package static func isSlip(_ word: String, of name: String) -> Bool { Vocabulary.isSlip(word, of: name) }
}
