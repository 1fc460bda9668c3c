/// The error for an invalid command line.
package struct UsageError: Error, CustomStringConvertible {
    /// The error in one line.
    package let message: String
    /// The commands recognized so far, from the program down.
    let path: [any Command.Type]

    init(_ message: String, in path: [any Command.Type]) {
        self.message = message
        self.path = path
    }

    /// The text to display.
    package var description: String {
        let page = Page(path)
        return """
            Error: \(message)
            \(page.usage("Usage:", columns: Page.columns))
              See '\(page.words) --help' for more information.
            """
    }
}

/// Thrown by `validate`: displayed with the usage; the program exits with 64.
package struct ValidationError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Thrown by `run`: the program exits with this code without a message.
package struct ExitCode: Error, Equatable {
    package let rawValue: Int32

    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    package static let failure = ExitCode(1)
    package static let usage = ExitCode(64)
}

/// `. Did you mean 'status'?`, if a name is similar enough.
func suggestion(for word: String, among names: [String]) -> String {
    let near = names.map { (name: $0, distance: word.distance(to: $0)) }
        .filter { $0.distance <= max(1, min(word.count, $0.name.count) / 3) }
        .min { $0.distance < $1.distance }
    return near.map { ". Did you mean '\($0.name)'?" } ?? ""
}

extension String {
    /// The number of letters to insert, delete, replace or swap with their neighbours (optimal string alignment).
    func distance(to other: String) -> Int {
        let (a, b) = (Array(self), Array(other))
        guard !a.isEmpty, !b.isEmpty else { return a.count + b.count }
        var rows = [Array(0...b.count)]
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                var best = Swift.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    best = Swift.min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
