import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// What is no question about figures of the host: words of the trade, talk, SysMaint itself, and what no reading holds.
@Suite struct TalkTests {
    @Test(arguments: [
        ("RSS vs VSZ", "RSS is the memory of a process that lies in RAM"),
        ("what does p95 mean?", "A percentile is the value"),
        ("what on earth is a kernel", "The kernel is the core of the operating system"),
        ("how does the oom killer choose?", "The kernel kills the process with the highest oom_score"),
        ("what's a zombie process, should I be scared", "They do no harm"),
        ("what is a zombie and how do I get rid of one?", "restart or end the parent"),
        ("what is a context switch and why do I care", "Very many of them cost CPU time"),
        ("difference between used and available memory", "Used memory is what programs cannot have"),
    ])
    func explainsWords(question: String, expected: String) async throws {
        try await World.expect([question], toSay: expected, minutes: 11) { _, _ in }
    }

    @Test(arguments: [
        ("lol ok", "All right."), ("never mind", "All right."), ("sorry, wrong window", "No problem."),
        ("tell me a joke", "I know no jokes"), ("do you ever sleep?", "No: the probe reads at all times"),
        ("who made you", "The developers of SysMaint"), ("you are useless", "I am sorry."),
        ("good bot", "You are welcome."), ("are you a human or a bot?", "I am a program"),
        ("update the kernel", "I can only look"),
    ])
    func answersTalk(question: String, expected: String) async throws {
        try await World.expect([question], toSay: expected, minutes: 11) { _, _ in }
    }

    @Test(arguments: [
        ("how many readings have you taken so far?", "There are 67 readings, since"),
        ("how long do you keep data", "they are kept for a day"),
        ("when did you start to watch this machine", "Readings begin at"),
        ("can you see my files?", "No: readings hold figures and names"),
        ("how do I change the sampling interval", "SYSMAINT_PROBE_INTERVAL_MS"),
        ("how is the other server doing?", "I know only this host"),
        ("did you miss any readings?", "No: no reading is missing"),
    ])
    func tellsOfItself(question: String, expected: String) async throws {
        try await World.expect([question], toSay: expected, minutes: 11) { _, _ in }
    }

    @Test(arguments: [
        (
            "which user owns the busiest process?",
            "no reading tells as which user a process runs. The one that uses"
        ),
        ("what is running as root?", "no reading tells as which user a process runs."),
        ("packets per second, rx and tx", "no reading tells how many packets pass"),
        ("queue depth of the disk", "no reading tells the queues of disks"),
        ("how often were connections reset", "no reading tells how many connections are reset"),
        ("who deployed last?", "no reading tells deployments"),
        ("did something crash?", "no reading tells crashes of programs"),
    ])
    func saysWhatNoReadingHolds(question: String, expected: String) async throws {
        try await World.expect([question], toSay: expected, minutes: 11) { _, _ in }
    }

    /// "A day, their means for a week by the minute and for a year by the hour."
    @Test func readingsAreKeptAsLongAsIsSaid() {
        let day: Int64 = 86_400_000
        #expect(Tier.tenSeconds.lifetimeMilliseconds >= day)
        #expect(Tier.minute.lifetimeMilliseconds >= 7 * day)
        #expect(Tier.hour.lifetimeMilliseconds >= 365 * day)
    }

    @Test func architectureStandsInTheNameOfTheKernel() {
        #expect(Architecture(ofKernel: "6.1.0-28-amd64") == .amd64)
        #expect(Architecture(ofKernel: "5.10.0-rpi-aarch64")?.family == "ARM")
        #expect(Architecture(ofKernel: "6.8.0") == nil)
        #expect(Architecture.amd64.isCalled("64") && !Architecture.amd64.isCalled("arm"))
    }
}
