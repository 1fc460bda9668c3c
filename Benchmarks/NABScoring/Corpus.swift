import Foundation

/// A series of the benchmark's corpus with its labels.
package struct Series {
    package struct Row {
        package let timestamp: Substring
        package let seconds: Int64
        package let value: Double
    }

    /// Below the corpus' `data` folder.
    package let path: String
    package let rows: [Row]
    /// The rows of each labelled window, in order.
    package let windows: [ClosedRange<Int>]

    /// The first rows, which are never counted: 15 % of the file, of at most 5,000.
    var probation: Int { Int(0.15 * Double(min(rows.count, 5000))) }
}

package enum CorpusError: Error, Equatable, CustomStringConvertible {
    case badRow(file: String, line: Int)
    case emptyWindow(file: String, from: String)

    package var description: String {
        switch self {
        case .badRow(let file, let line):
            "\(file), line \(line): not \"YYYY-MM-DD hh:mm:ss,value\""
        case .emptyWindow(let file, let from):
            "\(file): the window from \(from) holds no row"
        }
    }
}

/// Reads a folder with `windows.json` and `data/**/*.csv`.
package struct Corpus {
    package let series: [Series]

    package init(directory: String) throws {
        let labels = try Data(contentsOf: URL(filePath: directory + "/windows.json"))
        let windows = try JSONDecoder().decode([String: [[String]]].self, from: labels)
        series = try windows.sorted { $0.key < $1.key }.map { path, windows in
            try Self.series(path, in: directory + "/data/", windows: windows)
        }
    }

    private static func series(_ path: String, in data: String, windows: [[String]]) throws -> Series {
        let text = try String(contentsOfFile: data + path, encoding: .utf8)
        let rows = try text.split(whereSeparator: \.isNewline).enumerated().dropFirst().map { index, line in
            let fields = line.split(separator: ",")
            guard fields.count == 2, let seconds = seconds(fields[0]), let value = Double(fields[1]),
                value.isFinite
            else { throw CorpusError.badRow(file: path, line: index + 1) }
            return Series.Row(timestamp: fields[0], seconds: seconds, value: value)
        }
        let ranges = try windows.map { window in
            guard window.count == 2, let from = seconds(window[0].prefix(19)),
                let to = seconds(window[1].prefix(19)),
                let first = rows.firstIndex(where: { $0.seconds >= from }),
                let last = rows.lastIndex(where: { $0.seconds <= to }), first <= last
            else { throw CorpusError.emptyWindow(file: path, from: window.first ?? "") }
            return first...last
        }
        return Series(path: path, rows: rows, windows: ranges.sorted { $0.lowerBound < $1.lowerBound })
    }

    /// Of `YYYY-MM-DD hh:mm:ss`, in UTC, since 1970.
    private static func seconds(_ text: Substring) -> Int64? {
        let fields = text.split(whereSeparator: { "-: ".contains($0) }).compactMap { Int($0) }
        guard fields.count == 6 else { return nil }
        return daysSince1970(fields[0], fields[1], fields[2]) * 86_400
            + Int64(fields[3] * 3600 + fields[4] * 60 + fields[5])
    }

    /// Counted from March, so that the leap day ends the year (Gregorian calendar).
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let years = month > 2 ? year : year - 1
        let daysBeforeMonth = (153 * ((month + 9) % 12) + 2) / 5
        return Int64(years * 365 + years / 4 - years / 100 + years / 400 + daysBeforeMonth + day - 719_469)
    }
}
