import Foundation

/// A `.env` file: lines of `NAME=value`, as shells and container tools write them.
///
/// Blank lines and lines that begin with `#` are skipped; a leading `export` and quotes around the whole value are
/// removed. Nothing is expanded, and a `#` inside a value is part of it.
struct DotEnv: Equatable {
    let values: [String: String]

    /// - Throws: The number of the first line that is not an assignment.
    init(parsing text: String) throws(MalformedLine) {
        var values: [String: String] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            var line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            if line.hasPrefix("export ") { line = String(line.dropFirst("export ".count)) }
            guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
                throw MalformedLine(number: index + 1)
            }
            let name = line[..<equals].trimmingCharacters(in: .whitespaces)
            let value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            values[name] = Self.unquoted(value)
        }
        self.values = values
    }

    struct MalformedLine: Error, Equatable {
        let number: Int
    }

    private static func unquoted(_ value: String) -> String {
        guard value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote
        else { return value }
        return String(value.dropFirst().dropLast())
    }
}
