import Agent
import Foundation
import HTTP
import HistorySupport
import MaintenanceAPI
import Networking
import TestSupport
import Testing

@testable import WebApp

/// History over a real state database.
struct ThinningTests {
    /// Two hours of readings, one every ten seconds, are answered in as many points as a chart shows, or as were asked for.
    @Test func noMorePointsLeaveThanAChartShows() async throws {
        let scratch = try ScratchDirectory()
        let database = try StateDatabase(path: scratch.file("state.sqlite"))
        let end = Int64(Date().timeIntervalSince1970) / 7200 * 7200 * 1000
        let host = GeneratedHost()
        let readings = stride(from: end - 7_200_000, to: end, by: 10_000).compactMap {
            host.sample(takenAt: $0)
        }
        for reading in readings { try await database.insert(reading, messageID: UUID(), at: Date()) }
        var fixture = try Fixture()
        fixture.history = database
        try await fixture.live { web in
            for (query, count) in [
                ("from=\(end - 7_200_000)&to=\(end)", 240),
                ("from=\(end - 7_200_000)&to=\(end)&resolution=10", 720),
                ("from=\(end - 7_200_000)&to=\(end)&resolution=600", 12),
                ("from=\(end - 3_600_000)&to=\(end)&resolution=60", 60),
            ] {
                let answer = try await web.get("/api/status/history?\(query)").json(StatusHistory.self)
                #expect(answer.points.count == count, "\(query)")
                let wanted = readings.filter { $0.takenAt >= answer.from }.count
                #expect(answer.points.reduce(0) { $0 + $1.sampleCount } == wanted)
            }
            let hour = try await web.get("/api/status/history?range=24h").json(StatusHistory.self)
            #expect((1...241).contains(hour.points.count))
        }
    }
}
