import Logging

/// Values in columns, each as wide as its widest value.
struct Table {
    private let rows: [[String]]

    init(_ rows: [[String]]) { self.rows = rows.map { $0.map(\.printableInLine) } }

    /// With a row of column names.
    init(_ header: [String], _ rows: [[String]]) { self.init([header.map { $0.uppercased() }] + rows) }

    /// Without a newline after the last row.
    var text: String {
        let columnCount = rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
        }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
