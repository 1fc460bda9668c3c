import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// Verdicts: of values that a question names, of what it takes for granted, of what is to come and of what runs short first.
/// Over a host of which there are readings for eleven minutes, one each ten seconds, whose CPU was busy from seven to five
/// minutes ago.
@Suite struct VerdictTests {
    private static func change(_ sample: inout Sample, _ ago: Int) {
        sample.fileSystems.removeLast()
        sample.host.uptimeSeconds = 34 * 60 - Double(ago)
        let total = sample.memory?.totalBytes ?? 0
        sample.memory?.availableBytes = total / 100 * 95
        sample.fileSystems[0].usedBytes = 20_000_000_000
        sample.fileSystems[0].availableBytes = 80_000_000_000
        sample.fileSystems[0].totalBytes = 100_000_000_000
        sample.load?.one = 300...420 ~= ago ? 9 : 0.2
        guard 300...420 ~= ago else { return }
        sample.cpu?.all.userPercent = 96
        sample.cpu?.all.idlePercent = 2
    }

    @Test(arguments: [
        ("500 MB available, tight?", "Yes: 500 MiB of"),
        ("is 500 MB available enough", "No: 500 MiB of"),
        ("is load 6 on 2 cores a problem", "Yes: a load of 6 is more than 2 cores run at once."),
        ("is load 2 ok for two cores", "Yes: a load of 2 is no more than 2 cores run at once."),
        ("is a load of 2.5 bad on 2 cores", "A little: a load of 2.5 is more than 2 cores run at once."),
        ("20 ms, is that slow?", "Yes: 20 ms is slow for a disk."),
        ("is 5 ms of disk latency ok", "Yes: 5 ms is fine for a disk."),
        ("15% iowait, should I care", "No, but it is high: 15 % is below the limit"),
        ("are 300 sockets in TIME_WAIT bad?", "No: 300 is fine"),
        ("is 85% memory ok?", "Yes, but it is high"),
        ("is it ok if the cpu is at 100 for a minute?", "Yes, for a minute"),
        ("how much steal is too much", "CPU time stolen by the hypervisor from 10 %"),
        ("why is the load so high", "It is not high: load over 1 minute is 0.2; it was up to 9 from"),
        ("why is the cpu busy", "It is not high: CPU is 10 %; it was up to 97.5 % from"),
        ("why is free memory so low", "It is not low: memory available is"),
        ("since when has the cpu been so high", "It is not high: CPU is 10 %"),
        ("will the memory last until tonight", "Yes, as far as can be seen: memory is"),
        ("where will memory be in an hour if nothing changes", "As now, if nothing changes: memory is"),
        ("what will the cpu be like in an hour", "no reading tells what will be"),
        ("has the cpu calmed down", "Yes: CPU is 10 %, after up to 97.5 % until"),
        ("has the host calmed down again", "Yes: nothing stands out now"),
        ("what would break first", "None is near its limit; nearest is “/”"),
        ("which resource has the most slack", "has the most room"),
        ("do we need more RAM or more cores", "Neither: the CPU is 10 % busy (at most 97.5 %)"),
        ("is my server too small for what it does", "No: the CPU is 10 % busy"),
        ("is this box oversized", "Most of the time, but not always"),
        ("could it do twice the work", "Yes, as far as can be said"),
        ("is the cpu steady or does it bounce around", "It varies: CPU was between"),
        ("is my memory good or critical", "Normal:"),
        ("why are there so many zombies", "There are none: zombies are 0."),
        ("is 900 tb available memory tight", "There is not so much:"),
        ("how much of the time was the cpu below 20 %", "% of the time"),
        ("how much of the time was the cpu above 50 %", "% of the time"),
    ])
    func tellsTheVerdict(question: String, expected: String) async throws {
        try await World.expect([question], toSay: expected, minutes: 11, Self.change)
    }

    /// No number of a question is too large to be read, and none that no figure can have is told again.
    @Test(arguments: [
        "is 9e307 tb available memory tight", "is 99999999999999999999999999 gb available tight",
        "is load 1e308 on 2 cores a problem", "is load 6 on 99999999999999999999 cores a problem",
        "is 1e400 ms disk latency slow", "is nan % iowait bad",
        "is 340282366920938463463374607431768211456 zombies a lot",
        "did available memory go under 99999999999999999999999 TB at any time", "was the cpu ever at 1e300",
        "compare the last 9223372036854775807 hours with the 9223372036854775807 before",
        "first half of the last 9223372036854775807 minutes vs second half",
        "show cpu for each of the last 9223372036854775807 minutes",
    ])
    func hugeNumbersDoNoHarm(question: String) async throws {
        let reply = try await World().analystReply(to: question)
        #expect(reply.unbackedFigures == [], "\(reply.text)")
        #expect(!reply.text.contains("inf") && !reply.text.contains("e+"), "\(reply.text)")
    }
}
