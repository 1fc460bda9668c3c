/// Shows an answer while it is generated: returns the text to write next.
struct AnswerStream {
    private var shown = ""

    /// Takes the text so far. Text that does not continue what was shown is held back until the end.
    mutating func grown(to text: String) -> String {
        guard text.hasPrefix(shown) else { return "" }
        defer { shown = text }
        return String(text.dropFirst(shown.count))
    }

    /// Takes the whole text: returns its rest, or all of it on separate lines if the part shown has changed.
    mutating func finished(with text: String) -> String {
        defer { shown = "" }
        return text.hasPrefix(shown) ? text.dropFirst(shown.count) + "\n" : "\n\(text)\n"
    }
}
