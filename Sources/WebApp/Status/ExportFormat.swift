import Foundation
import HTTPTypes
import Hummingbird
import MaintenanceAPI
import RelayAPI

/// How history leaves as a file.
enum ExportFormat: String, CaseIterable {
    case csv, json

    init(_ name: Substring?) throws(InvalidValue) {
        guard let name, let format = Self(rawValue: String(name)) else {
            throw InvalidValue("format", "must be csv or json")
        }
        self = format
    }

    func response(_ history: StatusHistory) throws -> Response {
        let name = "sysmaint-\(history.from / 1000)-\(history.to / 1000).\(rawValue)"
        var response =
            switch self {
            case .json: try jsonResponse(history)
            case .csv:
                Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/csv; charset=utf-8; header=present", .cacheControl: "no-store",
                    ],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: history.csv)))
            }
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }
}

extension StatusHistory {
    /// One line per stretch (RFC 4180): when it begins, how many readings it holds, and of each series the mean, the
    /// least and the greatest. What was not read is empty.
    var csv: String {
        let names = Metric.allCases.flatMap { metric in
            ["mean", "min", "max"].map { "\(metric.rawValue)_\($0)" }
        }
        let lines = points.map { point in
            let figures = Metric.allCases.flatMap { metric -> [String] in
                guard let summary = point.values[metric] else { return ["", "", ""] }
                return [summary.mean, summary.min, summary.max].map { "\($0)" }
            }
            let begin = Date(milliseconds: point.at).formatted(.iso8601)
            return ([begin, "\(point.sampleCount)"] + figures).joined(separator: ",")
        }
        return ((["at,readings," + names.joined(separator: ",")] + lines).joined(separator: "\r\n")) + "\r\n"
    }
}
