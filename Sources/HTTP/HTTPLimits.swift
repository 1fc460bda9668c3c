/// How much a peer may say.
package struct HTTPLimits: Hashable, Sendable {
    /// The bytes of the first line; more is 414.
    package var startLine = 8 << 10
    /// The bytes of all field lines, those of a trailer too; more is 431.
    package var fields = 32 << 10
    /// How many fields; more is 431.
    package var fieldCount = 100
    /// The bytes of a body; more is 413.
    package var body = 1 << 20

    package init() {}
}

/// Why what came is not a message that is taken: the status to answer with, and the reason in a few words.
///
/// The reason never repeats what came, so it is safe in logs and answers.
package struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let status: Int
    package let reason: String

    package init(_ status: Int, _ reason: String) { (self.status, self.reason) = (status, reason) }

    package var description: String { "\(status): \(reason)" }
}
