import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// What is asked in the first minutes: over a host of which there are readings for eleven minutes, one each ten seconds. Its
/// CPU was busy from seven to five minutes ago and its memory full for the minute before the last two; then a file was written.
@Suite struct JustInstalledTests {
    private static func change(_ sample: inout Sample, _ ago: Int) {
        sample.host.uptimeSeconds = 34 * 60 - Double(ago)
        sample.memory?.swapTotalBytes = 0
        sample.memory?.swapFreeBytes = 0
        let total = sample.memory?.totalBytes ?? 0
        sample.memory?.availableBytes = total / 100 * (120...180 ~= ago ? 60 : 95)
        sample.fileSystems[0].usedBytes = ago < 110 ? 22_000_000_000 : 20_000_000_000
        sample.fileSystems[0].availableBytes = ago < 110 ? 78_000_000_000 : 80_000_000_000
        sample.fileSystems[0].totalBytes = 100_000_000_000
        guard 300...420 ~= ago else { return }
        sample.cpu?.all.userPercent = 96
        sample.cpu?.all.idlePercent = 2
        sample.processes?.topByCPU[0].name = "gzip"
        sample.processes?.topByCPU[0].cpuPercent = 191
    }

    private func expect(_ question: String, after before: String? = nil, _ expected: String) async throws {
        try await World.expect(
            [before, question].compactMap(\.self), toSay: expected, minutes: 11, Self.change)
    }

    @Test(arguments: [
        ("what happened since you were installed?", "CPU up to 97"),
        ("anything unusual in the last quarter of an hour?", "Yes: CPU up to 97"),
        ("Summarize what happened since monitoring started.", "memory used up to 40 %"),
        ("what was that spike a few minutes ago?", "“gzip” 191 %"),
        ("average cpu since installing you", "since readings begin"),
        ("has it restarted since you are here?", "No: no reboot seen since readings begin"),
        ("compared to yesterday, is the load higher?", "There is no data from then"),
        ("since when is it quiet again?", "Until 5 minutes ago"),
        ("who filled the disk", "No reading tells who wrote it"),
        ("how does the disk look compared to when you started?", "By 1.9 GiB"),
        ("peak memory usage, and who was it?", "Memory used peaked at 40 %"),
        ("cpu at the beginning", "CPU was 10 %, 1"),
        ("average cpu in the first 3 minutes", "CPU averaged 10 % from 07:49:00Z to 07:52:00Z"),
        ("compare cpu now with 5 minutes after you started", "10 % now; CPU was 97.5 %"),
        ("which process used most cpu over the last 10 minutes?", "“gzip” 191 %"),
        ("was the load ever higher?", "No:"),
        ("user vs system vs idle", "CPU time in programs 8 %, CPU time in the kernel 2 % and CPU idle"),
        ("relay: users, connections, devices?", "4 users registered at the relay"),
        ("what do you not measure?", "No reading tells logs"),
        ("do i need to buy more ram?", "No:"),
        ("will the cpu be busy tomorrow?", "That is not measured here: no reading tells what will be"),
        ("free -m please", "5 % of"),
    ])
    func tellsWhatHappened(question: String, expected: String) async throws {
        try await expect(question, expected)
    }

    @Test(arguments: [
        ("what was eating the cpu a while ago?", "how long did it last?", "2 minutes: CPU was up to 97"),
        ("what was eating the cpu a while ago?", "when was that exactly", "CPU was up to 97"),
        ("top 3 cpu hogs right now", "and when it was busy?", "“gzip” 191 %"),
        ("max memory in the last ten minutes", "why?", "Memory used was up to 40 %"),
        ("could we run another app that needs 8 GB of memory?", "and one that needs 300?", "No:"),
        ("how much of the memory is cache?", "in percent", "% of memory"),
        ("uptime", "and since when are you running yourself?", "Readings begin at"),
        ("memory?", "was it ever higher?", "Yes: memory used peaked at 40 %"),
        ("memory?", "was it always that low?", "Yes: memory used was lowest at 5 %"),
        ("do i have swap?", "should i add some?", "No:"),
        ("which process uses most cpu?", "and after that one?", "“"),
        ("read and write rate of the disk", "and how busy is it?", "usiest disk"),
        ("memory?", "is 42 % bad?", "No: 42 % is fine for memory used"),
        ("restart nginx", "thanks", "You are welcome"),
    ])
    func goesOn(before: String, question: String, expected: String) async throws {
        try await expect(question, after: before, expected)
    }

    @Test(arguments: [
        ("Is it dangerous that there is no swap?", "No: no swap is configured"),
        ("what is the difference between free and available memory", "Free memory is used for nothing"),
        ("what happens when the memory is full?", "the kernel then kills a process"),
        ("what should i look at first if it gets slow again", "First at the process that uses most CPU"),
        ("how can I stop gzip from hogging both cores next time?", "`nice`"),
        ("how many cores and how busy is each one of them", "4 cores"),
        ("iowait steal now", "CPU waiting for disks"),
        ("send me an email when cpu goes over 90%", "I cannot send alerts"),
        ("What sort of things can I ask you?", "Ask for any figure"),
        ("What is a probe?", "The probe reads this host's figures"),
        ("how do I add my second server?", "I tell of one host"),
        ("would you be so kind as to kill nginx for me?", "I can only look"),
    ])
    func tellsBeginners(question: String, expected: String) async throws {
        try await expect(question, expected)
    }
}
