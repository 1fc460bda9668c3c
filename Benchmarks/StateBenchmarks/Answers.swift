import Agent
import BenchmarkSupport
import Foundation
import HistorySupport
import Logging
import MaintenanceAPI
import RelayAPI
import TestSupport

/// What an answer of the offline analyst costs, from the question's arrival to the reply.
enum Answers {
    /// Some of each form: figures of now, statistics, times, comparisons, several questions, processes over time.
    private static let questions = [
        "how is the server?", "cpu?", "what was the peak cpu over the last 30 days?",
        "how long did the cpu spike last?",
        "since when is the memory so full?", "how much data did we receive in the last 7 days?",
        "is the cpu higher than usual?", "is more read than written?",
        "which process uses most cpu and since when?",
        "any downtime this month?", "why is it slow, and what changed in the last hour?",
        "who is leaking memory?",
        "how often was the load above 4 in the last week?", "when will the disk be full?",
        "cpu, memory and load?", "p95 of the cpu over the last 24 hours?",
        "is it better or worse than half an hour ago?", "what happened yesterday?",
        "how was the last week?", "how full was /srv/data over the last 30 days?",
        "is the network busier than yesterday?", "how many threads were there at most today?",
        "which processes used most cpu over the last day?",
        "what was the cpu at the beginning?", "when did gzip run?",
        "what ate the cpu a few minutes ago?", "is anything still going on that is not normal?",
        "peak receive rate on eth0 in the last day?", "which core was busiest over the last day?",
        "how fast is memory growing?", "how fast is the disk filling up?",
        "what was going on 20 minutes ago?",
        "list the cpu spikes of the last day with times", "what changed since you started?",
        "show me the cpu minute by minute",
    ]

    static func run(_ month: Filled, _ report: inout Report) async throws {
        report.section("answers with 30 days, ms", columns: ["median", "longest", "processor"])
        let office = MemoryMailbox.PostOffice()
        let agent = Agent(
            mailbox: try office.mailbox(of: "sysmaint"), probe: try IdentityID("diagprobe"),
            database: month.database, configuration: AgentConfiguration(), logger: .silent,
            now: { [clock = month.clock] in clock.now })
        let person = try office.mailbox(of: "alice")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            defer { group.cancelAll() }
            var replies = person.incoming().makeAsyncIterator()
            for question in questions {
                var times: [Double] = []
                var processor: [Double] = []
                for _ in 0..<9 {
                    try await month.takeReading()
                    let start = (ContinuousClock.now, processorMilliseconds)
                    try await person.send(
                        TypedMessage(.chatPrompt(ChatPrompt(text: question)), requestId: UUID()),
                        to: IdentityID("sysmaint"))
                    while let message = await replies.next() {
                        if case .chatReply = message.message.payload { break }
                    }
                    times.append((ContinuousClock.now - start.0).microseconds / 1000)
                    processor.append(processorMilliseconds - start.1)
                }
                times.sort()
                processor.sort()
                report.add(
                    question, [times[4].fixed(1), times[8].fixed(1), processor[4].fixed(1)],
                    .atMost(30, "ms", is: times[4]))
            }
        }
    }

    /// What this process has used of the processor, which other programs do not change.
    private static var processorMilliseconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) * 1000 }
}
