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
        ("sing me a song", "I did not understand"), ("hello", "I am the offline analyst"),
        ("What takes so long?", "Most CPU"), ("whats going on", "CPU 10 %"), ("are we good?", "CPU 10 %"),
        ("one line please", "CPU 10 %"), ("anything I should worry about?", "“/srv/data” is 93 % full"),
        (
            "is this normal?",
            "Nothing unusual in the last 24 hours (readings begin at 2027-01-15T05:50:00Z)"
        ),
        ("anything unusual in the last 125 minutes?", "Nothing unusual in the last 2 hours 5 min"),
        ("which file systems are mounted", "file systems are mounted."),
        ("warnings?", "“/srv/data” is 93 % full"),
        ("how much RAM is left?", "9 GiB available"),
        ("were any processes killed", "killed for want of memory"),
        ("which process uses the most memory", "“postgres” 2 GiB"),
        ("is nginx running", "Process 1003, “nginx”"),
        ("is redis running", "No process of that name"), ("are there zombies", "0 zombies"),
        ("when do we run out of space?", "260.8 GiB free"), ("how full is /", "65.3 % used"),
        ("download speed", "410.2 KiB/s received"), ("is there packet loss", "0 received packets dropped"),
        ("disk io", "disk writes 3.2 MiB/s"), ("iowait", "CPU waiting for disks 0.5 %"),
        ("pressure", "for disks 1.1 %"), ("load average", "1.31 / 1.02 / 0.87"),
        ("steal time", "stolen by the hypervisor"), ("how many cores", "on 4 cores"),
        ("cpu temperature", "“coretemp” 51 °C"), ("how long has it been up", "booted 14.3 days"),
        ("did it crash", "booted 14.3 days"), ("how many open files", "3712 files"),
        ("is the probe running", "0 s old"), ("how old is the data", "0 s old"),
        ("how many connections to the relay", "4 connections"),
        ("did anything happen lately", "Nothing unusual"),
        ("what is different from an hour ago", "Little changed"), ("how much budget is left", "0 requests"),
        ("what is the hostname", "not measured here"),
        ("restart nginx", "nothing on the host can be changed"),
        ("please kill process 42", "nothing on the host can be changed"),
        ("Can you delete the logs?", "nothing on the host can be changed"),
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
        ("99999999999999999 weeks", 43_200), ("0 minutes", 1), ("last month", 43_200), ("no time", nil),
        ("3 processes", nil), ("at 25:00", nil), ("port 8080", nil), ("10.0.0.1", nil),
    ])
    func windowsAreRead(text: String, minutes: Int?) {
        let window = AnalystRequest("history \(text)", now: World.moment).window
        #expect(window == minutes.map { TimeWindow(minutes: $0) })
    }

    @Test func partsOfTheHostAreToldAloneWhereTheyAreAskedFor() async throws {
        let memory = try await ask("free memory").text
        #expect(!memory.contains("load") && !memory.contains("CPU"))
        let cpu = try await ask("cpu?").text
        #expect(!cpu.contains("swap") && !cpu.contains("/srv/data"))
        let temperature = try await ask("cpu temperature").text
        #expect(!temperature.contains("busy"))
    }

    @Test func changesAreMeasuredAgainstWhatTheQuestionNames() async throws {
        let world = try World()
        try await world.fill(minutes: 26 * 60, every: 60) { sample, ago in
            sample.load?.one = ago < 12 * 3600 ? 4 : 2
        }
        let analyst = OfflineAnalyst(now: { World.moment })
        let reply = await world.answerer(analyst).answer("How does today compare with yesterday?").reply
        #expect(
            reply.text.contains("Over the last 8 hours against the same time 24 hours earlier"),
            "\(reply.text)")
        #expect(reply.text.contains("load average over 1 minute 2 → 4"), "\(reply.text)")
        #expect(reply.unbackedFigures == [])
    }

    // The moment is 8:00 UTC.
    @Test(arguments: [
        ("today", 480, 0), ("yesterday", 1440, 480), ("between 3 and 2 hours ago", 60, 120),
        ("2 hours ago", 60, 90), ("an hour ago", 60, 30), ("5 minutes ago", 20, 0), ("at 06:30", 30, 75),
        ("at 7:55", 20, 0), ("at 09:00", 30, 1365), ("at 3am", 30, 285), ("at 3 pm", 30, 1005),
        ("at 12am", 30, 465), ("at 12:10 p.m.", 30, 1175), ("at 06:30 yesterday", 30, 1515),
        ("since 6:00", 120, 0), ("since yesterday", 1920, 0), ("between 06:00 and 07:00", 60, 60),
        ("from 23:00 to 1:00", 120, 420), ("between 7:00 and 9:00", 60, 0), ("last night", 480, 120),
        ("this morning", 180, 0),
    ])
    func windowsInThePastAreRead(text: String, minutes: Int, endsMinutesAgo: Int) {
        let window = AnalystRequest("history \(text)", now: World.moment).window
        #expect(window == TimeWindow(minutes: minutes, endsMinutesAgo: endsMinutesAgo))
    }
}
