import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// Questions that go on from the one before, over a host whose CPU became busy twenty minutes ago and has been for ten
/// minutes an hour before that, and how the answer begins.
@Suite struct FollowUpTests {
    private static func change(_ sample: inout Sample, _ ago: Int) {
        sample.host.uptimeSeconds = 86_400 * 14 - Double(ago)
        guard ago < 1200 || 4200..<4800 ~= ago else { return }
        sample.cpu?.all.userPercent = 96
        sample.cpu?.all.idlePercent = 2
        sample.load?.one = 18
        sample.processes?.topByCPU[0].name = "ffmpeg"
        sample.processes?.topByCPU[0].cpuPercent = 380
    }

    private func ask(_ before: String, _ question: String) async throws -> ChatReply {
        let world = try World()
        try await world.fill(minutes: 130, every: 60, Self.change)
        return try await world.analystReply(to: question, after: before)
    }

    @Test(arguments: [
        // Another time.
        ("cpu at 7:30?", "and at 7:50?", "CPU was"), ("cpu at 7:50?", "and 20 minutes earlier?", "CPU was"),
        ("how busy is the cpu?", "and half an hour ago?", "CPU was 10 %, 30 minutes ago"),
        ("what is the kernel version?", "and an hour ago?", "That is not measured here"),
        // Whether it still is so.
        ("was the cpu above 90% in the last hour?", "still?", "Yes: the CPU is"),
        ("was the cpu above 90% in the last hour?", "is it over?", "No: the CPU is"),
        // Since when, how long, what was before.
        ("is the cpu busy?", "how long has it been like that", "Since"),
        ("is the cpu busy?", "was it like that before?", "No: CPU averaged"),
        // What to do, and who it was.
        (
            "why is the server slow?", "so what should I do",
            "First find out what keeps the CPU busy, and stop it or give it less to do: the CPU is"
        ),
        ("is the cpu busy?", "who is responsible for that?", "“ffmpeg” 380 % of one core"),
        ("was the cpu above 90% in the last hour?", "which process was it?", "“ffmpeg” 380 % of one core"),
        ("did it reboot?", "who did it?", "That is not measured here"),
        // Judged and compared.
        ("load?", "is that ok for 4 cores?", "No: load over 1 minute 18, on 4 cores."),
        ("load?", "compared to an hour ago?", "Higher: load over 1 minute is 18 now"),
        ("load?", "what is it usually?", "As usual: load over 1 minute is 18"),
        ("how much memory is used?", "is that a lot for a database?", "No: 41.6 %"),
        ("how many open files?", "is that near the limit?", "No: 3712 of at most"),
        // In another unit.
        ("how hot is it?", "in fahrenheit?", "123.8 °F: 51 °C"),
        ("how hot is it?", "in kelvin", "324.2 kelvin"),
        ("how hot is it?", "in MB?", "That cannot be told in MB: 51 °C"),
        ("how much memory is used?", "in bytes?", "6900000000 bytes: "),
        ("how long is it up?", "in hours", "336 hours: up 14 days"),
        ("which process uses most memory?", "in MB?", "2100 MB: “postgres” 2 GiB."),
        ("how fast do we receive?", "in megabits?", "3.4 Mbit/s: 410.2 KiB/s"),
        // The other of two, the sum, the rest.
        ("network received?", "and the other direction?", "88.9 KiB/s sent."),
        ("how much memory is free?", "and how much in total?", "15.5 GiB memory installed."),
        ("is swap used?", "how much is left?", "1.8 GiB swap free."),
        ("how many oom kills in the last hour?", "and since boot?", "No process was killed"),
    ])
    func answersWhatItChanges(before: String, question: String, expected: String) async throws {
        let reply = try await ask(before, question)
        #expect(reply.text.hasPrefix(expected), "\(before) → \(question): \(reply.text)")
        #expect(reply.unbackedFigures == [], "\(before) → \(question): \(reply.text)")
        #expect(reply.outcome == .answered)
    }

    /// Of several findings one.
    @Test(arguments: [
        ("how many anomalies in the last two hours?", "which came first?"),
        ("how many anomalies in the last two hours?", "and the last one?"),
        ("how many anomalies in the last two hours?", "how long did the first one last?"),
        ("how many anomalies in the last two hours?", "which was the worst?"),
    ])
    func oneOfSeveralIsTold(before: String, question: String) async throws {
        let reply = try await ask(before, question)
        #expect(!reply.text.contains("\n"), "\(question): \(reply.text)")
        #expect(reply.unbackedFigures == [], "\(question): \(reply.text)")
    }
}
