/// Limits on the size of a message.
package struct HTTPLimits: Hashable, Sendable {
    /// Maximum length of the first line in bytes; more gives 414.
    package var startLine = 8 << 10
    /// Maximum total length of all field lines in bytes, including those of a trailer; more gives 431.
    package var fields = 32 << 10
    /// Maximum number of fields; more gives 431.
    package var fieldCount = 100
    /// Maximum length of a body in bytes; more gives 413.
    package var body = 1 << 20

    package init() {}
}

/// The reason why a message was rejected: the status for the response, and a short description.
///
/// The description never repeats input, so it is safe in logs and responses.
package struct HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let status: Int
    package let reason: String

    package init(_ status: Int, _ reason: String) { (self.status, self.reason) = (status, reason) }

    package var description: String { "\(status): \(reason)" }
}
