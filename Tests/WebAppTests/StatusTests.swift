import Foundation
import HTTP
import MaintenanceAPI
import Networking
import TestSupport
import Testing
import Values

@testable import WebApp

struct StatusTests {
    @Test func currentStatusIsWhatTheSourceHas() async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            #expect(
                try await web.get("/api/status/current").json(CurrentStatus.self) == ScriptedStatus.empty)
            let reading = ScriptedStatus.reading(takenAt: 1_700_000_000_000, age: 3)
            fixture.status.set(reading)
            let response = try await web.get("/api/status/current")
            #expect(try response.json(CurrentStatus.self) == reading)
            #expect(response.fields["Cache-Control"] == "no-store")
        }
    }

    @Test func unreadableStatusIsAProblem() async throws {
        let fixture = try Fixture()
        fixture.status.setUnreadable(true)
        try await fixture.live { web in
            for path in ["/api/status/current", "/api/status/history"] {
                let response = try await web.get(path)
                #expect(response.status == 503)
                #expect(response.problem == "unavailable")
            }
        }
    }

    @Test(arguments: [
        ("", 3_600, 15), ("?range=24h", 86_400, 360), ("?range=7d", 604_800, 2_520),
        ("?range=30d", 2_592_000, 10_800), ("?range=1h&resolution=60", 3_600, 60),
        ("?from=1000&to=61000", 60, 10),
    ])
    func historyIsThinnedToWhatAChartShows(_ query: String, _ seconds: Int, _ resolution: Int) async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            let history = try await web.get("/api/status/history" + query).json(StatusHistory.self)
            #expect(history.to - history.from == seconds * 1000)
            #expect(history.resolutionSeconds == resolution)
            #expect(!history.points.isEmpty)
        }
        #expect(fixture.status.asked.map(\.resolution) == [.seconds(resolution)])
    }

    @Test(arguments: [
        "range=2h", "range=", "from=x", "from=2000&to=1000", "from=1000&to=1000", "from=-1", "resolution=0",
        "resolution=x", "from=1000&to=2678402000&resolution=3600", "from=1000&to=2002000&resolution=1",
        "to=99999999999999999",
    ])
    func unboundedHistoryIsRefused(_ query: String) async throws {
        let fixture = try Fixture()
        try await fixture.live { web in
            let response = try await web.get("/api/status/history?" + query)
            #expect(response.status == 400)
            #expect(response.problem == "invalid_request")
        }
        #expect(fixture.status.asked.isEmpty)
    }

    @Test func theLongestWindowIsServed() async throws {
        try await Fixture().live { web in
            let longest = "from=1000&to=\(1000 + HistoryWindow.maxSeconds * 1000)"
            let finest = "from=1000&to=2001000&resolution=1"
            for query in [longest, finest] {
                let response = try await web.get("/api/status/history?" + query)
                #expect(response.status == 200)
            }
        }
    }

    @Test func resetStartsTheCountersAnew() async throws {
        let fixture = try Fixture()
        fixture.status.set(ScriptedStatus.reading(takenAt: 1_700_000_000_000, age: 3))
        try await fixture.live { web in
            let now = try await web.post("/api/status/usage/reset", nil, fields: [:])
            #expect(try now.json(UsageTotals.self).requests == 0)
            let then = try await web.post("/api/status/usage/reset", #"{"at":1700000000000}"#)
            #expect(try then.json(UsageTotals.self).since == 1_700_000_000_000)
            let future = Date().addingTimeInterval(3600).milliseconds
            for body in [#"{"at":\#(future)}"#, #"{"at":-1}"#, #"{"at":"now"}"#] {
                #expect(try await web.post("/api/status/usage/reset", body).problem == "invalid_request")
            }
        }
        #expect(fixture.status.resets.count == 2)
    }

    @Test func historyLeavesAsAFile() async throws {
        try await Fixture().live { web in
            let csv = try await web.get("/api/status/export?format=csv&from=0&to=600000&resolution=60")
            #expect(csv.fields["Content-Disposition"] == "attachment; filename=\"sysmaint-0-600.csv\"")
            let lines = String(decoding: csv.body, as: UTF8.self).split(separator: "\r\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(lines.first?.prefix(3) == ["at", "readings", "cpuBusyPercent_mean"])
            #expect(lines.dropFirst().first?.prefix(2) == ["1970-01-01T00:00:00Z", "6"])
            #expect(
                lines.first?.suffix(10) == [
                    "core0BusyPercent_mean", "core1BusyPercent_mean", "core2BusyPercent_mean",
                    "core3BusyPercent_mean", "fileSystemUsedPercent[/]_mean", "fileSystemUsedPercent[/]_min",
                    "fileSystemUsedPercent[/]_max", "fileSystemUsedPercent[/srv/data]_mean",
                    "fileSystemUsedPercent[/srv/data]_min", "fileSystemUsedPercent[/srv/data]_max",
                ])
            #expect(lines.dropFirst().first?.suffix(6).prefix(3) == ["65.2", "65.0", "65.5"])
            #expect(lines.allSatisfy { $0.count == 2 + 3 * Metric.allCases.count + 4 + 2 * 3 })

            let json = try await web.get("/api/status/export?format=json&from=0&to=600000&resolution=60")
            #expect(json.fields["Content-Disposition"]?.hasSuffix("600.json\"") == true)
            let history = try json.json(StatusHistory.self)
            #expect(history.points.count == lines.count - 1)
            #expect(history.points.allSatisfy { $0.fileSystemUsedPercent?["/srv/data"] != nil })

            for query in ["", "?format=xml", "?format=csv&range=2h"] {
                #expect(try await web.get("/api/status/export" + query).problem == "invalid_request")
            }
        }
    }

    @Test func absentFiguresAreEmptyInAFile() {
        let summary = MetricSummary(min: 1, mean: 2.5, max: 4)
        let history = StatusHistory(
            from: 0, to: 60_000, resolutionSeconds: 60,
            points: [StatusPoint(at: 0, sampleCount: 1, values: [.cpuIOWaitPercent: summary])], anomalies: [])
        let line = history.csv.split(separator: "\r\n").last ?? ""
        #expect(line.hasPrefix("1970-01-01T00:00:00Z,1,,,,2.5,1.0,4.0,,"))
    }

    /// Disks are mounted and unmounted, cores go on and off, and names of mount points are free.
    @Test func fileHoldsWhatSomeStretchesLack() {
        let summary = MetricSummary(min: 1, mean: 2.5, max: 4)
        let history = StatusHistory(
            from: 0, to: 120_000, resolutionSeconds: 60,
            points: [
                StatusPoint(
                    at: 0, sampleCount: 1, values: [:], coreBusyPercent: [7],
                    fileSystemUsedPercent: ["/a,\"b\"\n": summary]),
                StatusPoint(at: 60_000, sampleCount: 1, values: [:], coreBusyPercent: [8, 9]),
            ], anomalies: [])
        let lines = history.csv.components(separatedBy: "\r\n")
        #expect(lines.count == 4)
        #expect(
            lines[0].hasSuffix(
                ",core1BusyPercent_mean"
                    + ["mean", "min", "max"].map {
                        ",\"fileSystemUsedPercent[/a,\"\"b\"\"\n]_\($0)\""
                    }.joined()))
        #expect(lines[1].hasSuffix(",7.0,,2.5,1.0,4.0"))
        #expect(lines[2].hasSuffix(",8.0,9.0,,,"))
        #expect(lines[3].isEmpty)
    }
}
