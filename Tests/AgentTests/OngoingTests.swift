import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// What goes on and what is over: a host with readings for twelve minutes. Its CPU was busy from ten to nine minutes ago and
/// is again since two minutes ago, its load was high from seven to six minutes ago though the CPU was idle, and its memory
/// was full from four minutes ago for a minute.
@Suite struct OngoingTests {
    private static func change(_ sample: inout Sample, _ ago: Int) {
        sample.host.uptimeSeconds = 34 * 60 - Double(ago)
        sample.fileSystems.removeLast()
        sample.memory?.swapTotalBytes = 0
        sample.memory?.swapFreeBytes = 0
        let total = sample.memory?.totalBytes ?? 0
        sample.memory?.availableBytes = total / 100 * (180...240 ~= ago ? 60 : 95)
        if 360...420 ~= ago { sample.load?.one = 9 }
        if 180...240 ~= ago {
            sample.processes?.topByMemory[0].name = "node"
            sample.processes?.topByMemory[0].residentBytes = ago > 210 ? 1_000_000_000 : 5_000_000_000
        }
        guard 540...600 ~= ago || ago <= 120 else { return }
        sample.cpu?.all.userPercent = ago <= 120 ? 70 : 60
        sample.cpu?.all.idlePercent = ago <= 120 ? 25 : 35
        sample.processes?.topByCPU[0].name = ago <= 120 ? "xz" : "gzip"
        sample.processes?.topByCPU[0].cpuPercent = 191
    }

    private func expect(_ questions: [String], _ expected: String) async throws {
        try await World.expect(questions, toSay: expected, minutes: 12, Self.change)
    }

    @Test(arguments: [
        ("what ate the cpu a few minutes ago?", "“gzip” 191 %"),
        ("why was the cpu so high earlier?", "most CPU then: “gzip”"),
        ("why was the cpu so high?", "“xz” 191 %"),
        ("what happened in the last 15 minutes?", "CPU up to 7"),
        (
            "list everything unusual, in order of time",
            "CPU up to 64.5 % from 07:50:00Z to 07:51:10Z; load over 1 minute up to 9 from"
        ),
        ("how many incidents in the last 15 minutes and how long each?", "Three: CPU"),
        ("what was the last strange thing that happened?", "CPU up to 74.5 % since 07:58:00Z."),
        (
            "has everything calmed down again?",
            "No: CPU up to 74.5 % since 07:58:00Z (“xz” 191 % of one core)."
        ),
        (
            "is anything running that should not be?",
            "Yes: CPU up to 74.5 % since 07:58:00Z (“xz” 191 % of one core)."
        ),
        ("which process used so much memory a while ago?", "“node” 4.7 GiB"),
        ("did memory jump at some point?", "Yes: at most memory used 40 %"),
        ("is the swap used heavily sometimes?", "No swap is configured."),
        ("was the machine overloaded?", "Yes: load over 1 minute 9"),
        ("what percentage of the time was the cpu above 50 %?", "% of the time, 3 minutes"),
        ("what did the system look like 7 minutes ago?", "load over 1 minute 9"),
        ("did cpu and memory spike together?", "No: highest were"),
        ("what does close_wait mean?", "CLOSE-WAIT: the other side has closed"),
    ])
    func tellsWhatIsOver(question: String, expected: String) async throws {
        try await expect([question], expected)
    }

    @Test(arguments: [
        (
            ["what happened?", "is it over now?"],
            "No: CPU up to 74.5 % since 07:58:00Z (“xz” 191 % of one core)."
        ),
        (
            ["what happened?", "which of these is still going on?"],
            "CPU up to 74.5 % since 07:58:00Z (“xz” 191 % of one core)."
        ),
        (
            ["why did memory go up a while ago?", "has it been given back?"],
            "Yes: memory used is 5 % again, after 40 %"
        ),
        (["is the cpu busy?", "is it still going on?"], "Yes: CPU is 74.5 %, high since 07:58:00Z"),
        (["was the load high?", "is that over?"], "Yes: load over 1 minute is"),
        (["kill xz", "why not?"], "I can only look"),
    ])
    func goesOn(questions: [String], expected: String) async throws { try await expect(questions, expected) }
}
