extension Mention {
    /// A question, made ready for looking for many names in it.
    struct Wording {
        let written: String
        /// In small letters.
        let text: String
        /// Without quotes and punctuation, as they were written.
        let words: [String]
        private let hasQuotes: Bool
        /// The small letters as bytes, where they are plain ones.
        private let bytes: [UInt8]?

        private static let quotes = [("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”")]

        init(_ question: String) {
            written = question
            text = question.lowercased()
            words = question.split { $0.isWhitespace || "?!,;:()\"'".contains($0) }.map {
                let word = String($0)
                return (word.hasPrefix("/dev/") ? String(word.dropFirst(5)) : word).trimmingStops
            }
            hasQuotes = Self.quotes.contains { question.contains($0.0) }
            bytes = text.plainBytes
        }

        /// Whether a name stands in quotes, as it is.
        func quotes(_ name: String) -> Bool {
            hasQuotes && Self.quotes.contains { written.contains($0.0 + name + $0.1) }
        }

        /// Whether a name in small letters stands in it as a word of its own: `/srv` is not in `/srv/data`, nor `cron` in
        /// `cron-job`.
        func holds(_ name: String) -> Bool {
            // Most names are not, which their bytes tell at once.
            if let bytes, let wanted = name.plainBytes, !bytes.holds(wanted) { return false }
            return text.ranges(of: name).contains { range in
                let before = text[..<range.lowerBound].last
                let rest = text[range.upperBound...]
                let isEndOfSentence = rest.first == "." && rest.dropFirst().first?.isWhitespace ?? true
                return !(before?.isPartOfName ?? false)
                    && (isEndOfSentence || !(rest.first?.isPartOfName ?? false))
            }
        }
    }
}

extension String {
    /// Nil where it is more than ASCII: the same letter may then be other bytes.
    fileprivate var plainBytes: [UInt8]? { utf8.allSatisfy { $0 < 0x80 } ? Array(utf8) : nil }

    fileprivate var trimmingStops: String {
        var text = Substring(self)
        while let last = text.last, ".…".contains(last) { text.removeLast() }
        return text.count > 1 && text.last == "/" ? String(text.dropLast()) : String(text)
    }
}

extension [UInt8] {
    fileprivate func holds(_ part: [UInt8]) -> Bool {
        guard let first = part.first, part.count <= count else { return part.isEmpty }
        return (0...count - part.count).contains { self[$0] == first && self[$0...].starts(with: part) }
    }
}

extension Character {
    fileprivate var isPartOfName: Bool { isLetter || isNumber || "/_-.".contains(self) }
}
