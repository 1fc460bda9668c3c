import Foundation
import HTTP
import HTTPEdge
import MaintenanceAPI
import Networking
import Values

/// The file format of an exported history.
enum ExportFormat: String, CaseIterable {
    case csv, json

    init(_ name: String?) throws(InvalidValue) {
        guard let name, let format = Self(rawValue: name) else {
            throw InvalidValue("format", "must be csv or json")
        }
        self = format
    }

    func response(_ history: StatusHistory) throws -> ServerResponse {
        let name = "sysmaint-\(history.from / 1000)-\(history.to / 1000).\(rawValue)"
        var response =
            switch self {
            case .json: try ServerResponse(json: history)
            case .csv:
                ServerResponse(
                    status: 200,
                    fields: [
                        "Content-Type": "text/csv; charset=utf-8; header=present",
                        "Cache-Control": "no-store",
                    ],
                    body: .bytes(Array(history.csv.utf8)))
            }
        response.fields["Content-Disposition"] = "attachment; filename=\"\(name)\""
        return response
    }
}

extension StatusHistory {
    /// One line per interval (RFC 4180): its start, the number of samples, the mean, minimum and maximum of each
    /// series, the mean of each core, and the usage of each file system. Missing values are empty.
    var csv: String {
        let coreCount = points.map { $0.coreBusyPercent?.count ?? 0 }.max() ?? 0
        let mountPoints = Set(points.flatMap { ($0.fileSystemUsedPercent ?? [:]).keys }).sorted()
        let names =
            ["at", "readings"] + Metric.allCases.flatMap { columns($0.rawValue) }
            + (0..<coreCount).map { "core\($0)BusyPercent_mean" }
            + mountPoints.flatMap { columns("fileSystemUsedPercent[\($0)]") }
        let lines = points.map { point in
            let cores = point.coreBusyPercent ?? []
            return [Date(milliseconds: point.at).formatted(.iso8601), "\(point.sampleCount)"]
                + Metric.allCases.flatMap { cells(point.values[$0]) }
                + (0..<coreCount).map { cores.indices.contains($0) ? "\(cores[$0])" : "" }
                + mountPoints.flatMap { cells(point.fileSystemUsedPercent?[$0]) }
        }
        return ([names] + lines).map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private func columns(_ name: String) -> [String] { ["mean", "min", "max"].map { "\(name)_\($0)" } }

    private func cells(_ summary: MetricSummary?) -> [String] {
        guard let summary else { return ["", "", ""] }
        return [summary.mean, summary.min, summary.max].map { "\($0)" }
    }

    /// Mount points may contain any character.
    private func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
