import MaintenanceAPI

/// What a query asks without its particulars: no window, number, threshold or name.
package struct QueryKind: Hashable, Sendable {
    /// A `Query.Form`.
    package let form: String
    /// What it is about, where a number stands as "#" and a process has no name.
    package let subject: String
    /// The statistic or the comparison.
    package let manner: String

    /// Whether a question of this kind can stand for another: it is not about a name.
    package var canStand: Bool { !["process", "pid", "processes named"].contains(subject) }

    init(form: String, subject: String, manner: String) {
        (self.form, self.subject, self.manner) = (form, subject, manner)
    }

    package init(_ query: Query) {
        form = query.form.rawValue
        subject =
            switch query.subject {
            case .process: "process"
            case .pid: "pid"
            case .topic(.absent): "nothing"
            case .topic(.processesNamed): "processes named"
            case let subject: subject.kind
            }
        var words: [String] = []
        switch query.comparison {
        case .usual?: words.append("usual")
        case .before?: words.append("before")
        case .eachOther?: words.append("each other")
        case nil:
            switch query.statistic {
            case .now: break
            case .mean: words.append("mean")
            case .peak: words.append("peak")
            case .low: words.append("low")
            case .total: words.append("total")
            case .trend: words.append("trend")
            case .percentile: words.append("percentile")
            }
        }
        if query.isLowest { words.append("lowest") }
        if query.suspectsTrouble, query.subject == .host { words.append("bad") }
        manner = words.isEmpty ? "now" : words.joined(separator: " ")
    }
}

extension Query.Subject {
    fileprivate var kind: String {
        description.split(separator: " ").map { $0.allSatisfy(\.isNumber) ? "#" : $0 }.joined(separator: " ")
    }
}

extension QueryKind: CustomStringConvertible {
    package var description: String { "\(form) \(subject) \(manner)" }
}
