/// An event of a `text/event-stream` (HTML standard, section 9.2).
struct ServerSentEvent: Hashable, Sendable {
    /// The position at which a reconnecting client resumes; nil for events that need not be resumed.
    let id: String?
    let name: String
    /// One line of JSON.
    let data: String

    var wire: String {
        let id = id.map { "id: \($0)\n" } ?? ""
        return "\(id)event: \(name)\ndata: \(data)\n\n"
    }
}
