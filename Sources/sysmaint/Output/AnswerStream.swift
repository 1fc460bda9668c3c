/// An answer that is written while it grows: gives what is to be written next.
struct AnswerStream {
    private var shown = ""

    /// The text so far. One that does not go on from what was shown is held back until the end.
    mutating func grown(to text: String) -> String {
        guard text.hasPrefix(shown) else { return "" }
        defer { shown = text }
        return String(text.dropFirst(shown.count))
    }

    /// The whole text: its rest, or, where the shown part was withdrawn, all of it on lines of its own.
    mutating func finished(with text: String) -> String {
        defer { shown = "" }
        return text.hasPrefix(shown) ? text.dropFirst(shown.count) + "\n" : "\n\(text)\n"
    }
}
