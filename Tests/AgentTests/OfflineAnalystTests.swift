import Foundation
import MaintenanceAPI
import Questions
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
        for figure in ["10 %", "1.31", "4 cores", "“/srv/data”"] {
            #expect(reply.text.contains(figure), "\(figure) in \(reply.text)")
        }
        #expect(reply.outcome == .answered)
        #expect(reply.unbackedFigures == [])
        #expect(reply.usage == nil)
        #expect(reply.answeredBy == "offline analyst")
        #expect(reply.evidence.map(\.tool) == ["get_current_status", "get_anomaly_summary"])
    }

    /// What people ask, and how the first line of the answer begins.
    @Test(arguments: [
        ("How is the system?", "One thing needs attention: file system “/srv/data” is 93 % full."),
        ("Is my server ok?", "No: one thing needs attention: file system “/srv/data” is 93 % full."),
        ("show me the cpu history of the last 30 minutes", "CPU is steady at 10 % over the last 30 minutes."),
        ("What changed in the last hour?", "Little changed over the last hour"),
        ("Any anomalies?", "No: nothing unusual since readings begin"),
        ("How full are the disks?", "“/srv/data” is the fullest: 93 %"),
        ("memory?", "41.6 % of 15.5 GiB memory is used (6.4 GiB); 9 GiB available."),
        ("how is network traffic", "410.2 KiB/s in, 88.9 KiB/s out."),
        ("top processes", "Most CPU (of one core): “postgres” 41.5 %"),
        ("what did it cost?", "0 USD for 0 requests."), ("relay queue", "2 messages queued on the relay."),
        ("help", "Ask for any figure"), ("sing me a song", "I did not understand"),
        ("hello", "Hello."),
        ("which file systems are mounted", "2 file systems are mounted: “/srv/data” 93 %"),
        ("how much RAM is left?", "9 GiB memory available."),
        ("were any processes killed", "No: no process was killed"),
        ("which process uses the most memory", "“postgres” 2 GiB."),
        ("is nginx running", "Yes, “nginx” runs (process 1003)"),
        ("is redis running", "That cannot be said: no process of that name"),
        ("are there zombies", "No: there are no zombies."),
        ("how full is /", "“/” is 65.3 % full"), ("download speed", "410.2 KiB/s received."),
        ("is there packet loss", "No: 0 received packets dropped"),
        ("disk io", "1.1 MiB/s disk reads and 3.2 MiB/s disk writes."),
        ("iowait", "CPU waiting for disks 0.5 %."), ("pressure", "CPU pressure 4.2 %"),
        ("load average", "1.31 / 1.02 / 0.87 over 1 / 5 / 15 minutes, on 4 cores."),
        ("steal time", "CPU time stolen by the hypervisor 0 %."),
        ("how many cores", "4 cores."), ("cpu temperature", "51 °C (“coretemp”)."),
        ("how long has it been up", "Up 14 days"),
        ("did it crash", "No: it has been up for 14 days"), ("how many open files", "3712 open files."),
        ("is the probe running", "Yes, the newest reading is 0 seconds old"),
        ("how old is the data", "0 seconds:"),
        ("how many connections to the relay", "4 connections to the relay."),
        ("what is the hostname", "“web-01 <script>alert(1)</script>”."),
        ("which kernel", "Linux 6.1.0 (“6.1.0-28-amd64”)."),
        ("what is the boot id", "6f1c2a2e-1d4b-4a55-9a3e-0f8f6f0a1b2c."),
        ("how many inodes are left", "29000000 inodes are free on “/”"),
        ("is 40% cpu bad?", "No: 40 % is fine for CPU"),
        ("explain load average", "The load average is how many tasks"),
        ("restart nginx", "I can only look"), ("please kill process 42", "I can only look"),
        ("Can you delete the logs?", "I can only look"),
        ("gpu temperature", "That is not measured here"), ("which model are you", "No language model"),
    ])
    func firstLineIsTheAnswer(question: String, expected: String) async throws {
        let reply = try await ask(question)
        #expect(reply.text.hasPrefix(expected), "\(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
        #expect(reply.outcome == .answered)
    }

    /// Every figure of a reading, however it is asked for, without a figure that no tool gave, in a line or two.
    @Test(arguments: Gauge.allCases)
    func everyFigureIsAnsweredBackedAndShort(gauge: Gauge) async throws {
        let world = try World()
        try await world.fill(minutes: 40, every: 60) { sample, ago in sample.load?.one = Double(ago) / 100 }
        for form in ["what is the", "peak", "average", "when was the highest", "is the", "why is the"] {
            let reply = await world.answerer(OfflineAnalyst()).answer("\(form) \(gauge.traits.label)").reply
            #expect(reply.unbackedFigures == [], "\(form) \(gauge): \(reply.text)")
            #expect(reply.outcome == .answered)
            #expect(reply.text.count < 500, "\(reply.text)")
        }
    }

    @Test func processesOfOneNameArePutTogether() async throws {
        let reply = try await ask("top 2 processes by memory") { sample, _ in
            sample.processes?.topByMemory = (Int32(0)..<6).map { index in
                var process = Sample.Process(pid: 100 + index, name: "chromium")
                process.residentBytes = 200 << 20
                return process
            }
        }
        #expect(reply.text.hasPrefix("Most memory: “chromium” ×6 1.2 GiB."), "\(reply.text)")
    }

    @Test func shareThatNoListedProcessExplainsIsSaid() async throws {
        let reply = try await ask("why is the cpu so high") { sample, ago in
            guard ago < 600 else { return }
            sample.cpu?.all.userPercent = 97
            sample.cpu?.all.idlePercent = 0.5
            sample.processes?.topByCPU = [Sample.Process(pid: 1, name: "make")]
            sample.processes?.topByCPU[0].cpuPercent = 11
        }
        #expect(reply.text.contains("No listed process explains 96"), "\(reply.text)")
        #expect(reply.unbackedFigures == [])
    }

    @Test func questionGoesOnFromTheOneBeforeOfTheSamePerson() async throws {
        let world = try World()
        try await world.fill(minutes: 60, every: 60)
        let answerer = world.answerer(OfflineAnalyst())
        func ask(_ text: String, as person: String) async throws -> String {
            let id = try PromptID.of(person)
            try await world.database.noteQuestion(text, id, at: world.now)
            let answer = await answerer.answer(text, id) { _ in }
            try await world.database.noteAnswer(answer, to: id, at: world.now)
            return answer.reply.text
        }
        _ = try await ask("peak cpu", as: "alice")
        _ = try await ask("top processes", as: "bob")
        #expect(try await ask("and memory?", as: "alice").hasPrefix("Memory used was 41.6 % throughout"))
        #expect(try await ask("and by memory?", as: "bob").hasPrefix("Most memory:"))
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
        let reply = await world.answerer(OfflineAnalyst()).answer("is everything ok").reply
        #expect(reply.text.contains("no reading has come for 10 minutes"), "\(reply.text)")
    }

    @Test func anomalyIsNamed() async throws {
        let reply = try await ask("anything unusual in the last 60 minutes?") { sample, ago in
            if ago < 600 { sample.load?.one = 40 }
        }
        #expect(reply.text.hasPrefix("Yes: load average over 1 minute 40"), "\(reply.text)")
    }

    @Test(arguments: [
        ("last 30 minutes", 30), ("the past 2 hours", 120), ("last hour", 60), ("7 days", 10_080),
        ("99999999999999999 weeks", 43_200), ("0 minutes", 1), ("last month", 43_200), ("no time", nil),
        ("3 processes", nil), ("at 25:00", nil), ("port 8080", nil), ("10.0.0.1", nil),
    ])
    func windowsAreRead(text: String, minutes: Int?) {
        let window = TimeWindow(in: "history \(text)", now: World.moment)
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
            reply.text.contains("over the last 8 hours against the same time 24 hours earlier"),
            "\(reply.text)")
        #expect(reply.text.hasPrefix("Load average over 1 minute rose from 2 to 4"), "\(reply.text)")
        #expect(reply.unbackedFigures == [])
    }

    // The moment is 8:00 UTC.
    @Test(arguments: [
        ("today", 480, 0), ("yesterday", 1440, 480), ("between 3 and 2 hours ago", 60, 120),
        ("2 hours ago", 60, 90), ("an hour ago", 60, 30), ("5 minutes ago", 4, 3), ("at 06:30", 30, 75),
        ("at 7:55", 20, 0), ("at 09:00", 30, 1365), ("at 3am", 30, 285), ("at 3 pm", 30, 1005),
        ("at 12am", 30, 465), ("at 12:10 p.m.", 30, 1175), ("at 06:30 yesterday", 30, 1515),
        ("since 6:00", 120, 0), ("since yesterday", 1920, 0), ("between 06:00 and 07:00", 60, 60),
        ("from 23:00 to 1:00", 120, 420), ("between 7:00 and 9:00", 60, 0), ("last night", 720, 120),
        ("this morning", 240, 0), ("yesterday evening", 300, 540), ("yesterday morning", 480, 1200),
        ("since midnight", 480, 0),
        ("on wednesday", 1440, 1920), ("half an hour", 30, 0),
    ])
    func windowsInThePastAreRead(text: String, minutes: Int, endsMinutesAgo: Int) {
        let window = TimeWindow(in: "history \(text)", now: World.moment)
        #expect(window == TimeWindow(minutes: minutes, endsMinutesAgo: endsMinutesAgo))
    }
}
