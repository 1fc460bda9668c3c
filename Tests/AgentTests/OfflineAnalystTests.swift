import Foundation
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

@Suite struct OfflineAnalystTests {
    private func ask(_ question: String, _ change: (inout Sample, Int) -> Void = { _, _ in }) async throws
        -> ChatReply
    {
        let world = try World()
        try await world.fill(minutes: 130, every: 30, change)
        return await world.answerer(OfflineAnalyst()).answer(question).reply
    }

    @Test func statusInOneLineHasTheHostsFigures() async throws {
        let reply = try await ask("System status summary in one line.")
        #expect(!reply.text.contains("\n"))
        for figure in ["10 %", "1.31", "4 cores", "“/srv/data” 93 %", "Offline analyst"] {
            #expect(reply.text.contains(figure), "\(figure) in \(reply.text)")
        }
        #expect(reply.outcome == .answered)
        #expect(reply.unbackedFigures == [])
        #expect(reply.usage == nil)
        #expect(reply.evidence.map(\.tool) == ["get_current_status", "get_anomaly_summary"])
    }

    @Test(arguments: [
        ("How is the system?", "CPU 10 %"), ("show me the history of the last 30 minutes", "last 30 minutes"),
        ("What changed in the last hour?", "Little changed"), ("Why is it slow?", "Most CPU"),
        ("Any anomalies?", "Nothing unusual"), ("How full are the disks?", "“/srv/data”: 93"),
        ("memory?", "memory"), ("how is network traffic", "Network:"), ("top processes", "“postgres” 41.5 %"),
        ("what did it cost?", "0 requests"), ("relay queue", "2 messages queued"),
        ("help", "I am the offline analyst"),
        ("sing me a song", "I did not understand"),
    ])
    func questionsPeopleAskAreAnswered(question: String, expected: String) async throws {
        let reply = try await ask(question)
        #expect(reply.text.contains(expected), "\(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
        #expect(reply.outcome == .answered)
    }

    @Test func emptyDatabaseIsNotEnoughData() async throws {
        let world = try World()
        let reply = await world.answerer(OfflineAnalyst()).answer("status").reply
        #expect(reply.text.contains("not enough data"))
        #expect(reply.outcome == .answered)
    }

    @Test func staleTelemetryIsSaid() async throws {
        let world = try World()
        try await world.database.insert(World.sample(secondsAgo: 600), messageID: UUID(), at: world.now)
        let reply = await world.answerer(OfflineAnalyst()).answer("status").reply
        #expect(reply.text.contains("600 s old"))
    }

    @Test func anomalyIsNamed() async throws {
        let reply = try await ask("anything unusual in the last 60 minutes?") { sample, ago in
            if ago < 600 { sample.load?.one = 40 }
        }
        #expect(reply.text.contains("load average"))
        #expect(reply.text.contains("40"))
    }

    @Test(arguments: [
        ("last 30 minutes", 30), ("the past 2 hours", 120), ("last hour", 60), ("7 days", 10_080),
        ("99999999999999999 weeks", 43_200), ("0 minutes", 1), ("no time", nil),
    ])
    func windowsAreRead(text: String, minutes: Int?) {
        let window = AnalystRequest("history \(text)", now: World.moment).window
        #expect(window == minutes.map { TimeWindow(minutes: $0) })
    }

    // The moment is 8:00 UTC.
    @Test(arguments: [
        ("today", 480, 0), ("yesterday", 1440, 480), ("between 3 and 2 hours ago", 60, 120),
        ("2 hours ago", 60, 90), ("an hour ago", 60, 30), ("5 minutes ago", 20, 0), ("at 06:30", 30, 75),
        ("at 7:55", 20, 0), ("at 09:00", 30, 1365),
    ])
    func windowsInThePastAreRead(text: String, minutes: Int, endsMinutesAgo: Int) {
        let window = AnalystRequest("history \(text)", now: World.moment).window
        #expect(window == TimeWindow(minutes: minutes, endsMinutesAgo: endsMinutesAgo))
    }
}
