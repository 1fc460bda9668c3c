import Agent
import Foundation
import HistorySupport
import Logging
import MaintenanceAPI
import RelayAPI
import Services
import TestSupport
import WebApp

/// The pages with canned telemetry and a fake agent, for viewing them and for driving them in a browser without relay,
/// probe and keys: `swift run web-preview [port]`. With a path as the second argument they use a real state database
/// there, which is created with 30 days of history if it does not exist.
@main
struct WebPreview {
    static func main() async throws {
        let office = MemoryMailbox.PostOffice()
        let agent = PretendAgent(mailbox: try office.mailbox(of: "sysmaint"))
        var configuration = WebConfiguration()
        configuration.port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 3000
        let logger = Logger(label: "preview")
        let web = WebApp(
            configuration, alice: try office.mailbox(of: "alice"), bob: try office.mailbox(of: "bob"),
            agent: agent.mailbox.owner, status: try await status(), logger: logger
        ) { port in
            print("http://127.0.0.1:\(port)")
            fflush(nil)
        }
        try await ServiceGroup([("agent", agent), ("web", web)]).run()
    }

    private static func status() async throws -> any StatusSource {
        guard let path = CommandLine.arguments.dropFirst(2).first else { return CannedStatus() }
        let database = try StateDatabase(path: path)
        if try await database.newestSample() == nil { try await database.fill(days: 30, until: Date()) }
        return database
    }
}

/// Answers after a short delay, with the progress that a real agent reports. Asked to fail, it fails; asked to be
/// silent, it says nothing until the prompt is cancelled.
struct PretendAgent: Service {
    let mailbox: MemoryMailbox

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                var stops: [UUID: AsyncStream<Void>.Continuation] = [:]
                for await received in mailbox.incoming() {
                    guard let requestID = received.message.requestId else { continue }
                    switch received.message.payload {
                    case .chatPrompt(let prompt):
                        let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
                        stops[requestID] = stop
                        group.addTask {
                            let reply = try await reply(to: prompt, of: received, unless: stopped)
                            try await mailbox.send(
                                TypedMessage(.chatReply(reply), requestId: requestID), to: received.sender)
                        }
                    case .chatCancel: stops.removeValue(forKey: requestID)?.finish()
                    default: continue
                    }
                }
            }
        }
    }

    private func reply(
        to prompt: ChatPrompt, of received: ReceivedMessage, unless stopped: AsyncStream<Void>
    ) async throws -> ChatReply {
        try await withThrowingTaskGroup(of: ChatReply.self) { group in
            if !prompt.text.contains("silent") { group.addTask { try await answer(prompt, of: received) } }
            group.addTask {
                for await _ in stopped {}
                try Task.checkCancellation()
                return Self.cancellation
            }
            defer { group.cancelAll() }
            return try await group.next() ?? Self.cancellation
        }
    }

    private func answer(_ prompt: ChatPrompt, of received: ReceivedMessage) async throws -> ChatReply {
        let requestID = received.message.requestId
        for step in [ChatProgress.Event.toolStarted, .toolFinished] {
            let progress = ChatProgress(event: step, tool: "get_current_status")
            try await mailbox.send(
                TypedMessage(.chatProgress(progress), requestId: requestID), to: received.sender)
            // As slow as a real agent, so that the steps are visible.
            try await Task.sleep(for: .milliseconds(400))
        }
        return prompt.text.contains("fail") ? Self.failure : Self.answer()
    }

    private static func answer() -> ChatReply {
        let now = Date().milliseconds
        return ChatReply(
            text: """
                The system is healthy. CPU is 34.2 % busy, load 1.31 on 4 cores, memory 41.6 % used.

                The file system /srv/data is 93 % full: look at it soon. <b>This is not bold.</b>
                """,
            outcome: .answered, answeredBy: "offline analyst",
            usage: TokenUsage(
                promptTokens: 1_204, completionTokens: 88, costUSD: Decimal(string: "0.00023340") ?? 0),
            evidence: [
                Evidence(toolCallId: "call-1", tool: "get_current_status", from: now - 10_000, to: now),
                Evidence(
                    toolCallId: "call-2", tool: "get_recent_status_history", from: now - 3_600_000, to: now),
            ],
            unbackedFigures: ["93 %"], elapsedMilliseconds: 812)
    }

    private static let cancellation = ChatReply(
        text: "Cancelled, as you asked.", outcome: .cancelled, answeredBy: "offline analyst", usage: nil,
        evidence: [], unbackedFigures: [], elapsedMilliseconds: 2_300)

    private static let failure = ChatReply(
        text: "The model could not be reached: connection refused. Check OPENAI_BASE_URL and try again.",
        outcome: .failed, answeredBy: "gpt-4o-mini", usage: nil, evidence: [], unbackedFigures: [],
        elapsedMilliseconds: 31)
}

/// A sample every ten seconds, for any period.
actor CannedStatus: StatusSource {
    private var resetAt: Date?

    func current() -> CurrentStatus {
        let now = Date().timeIntervalSince1970
        let takenAt = (now / 10).rounded(.down) * 10
        return CurrentStatus(
            sample: CannedTelemetry.sample(takenAt: Int64(takenAt * 1000)), ageSeconds: now - takenAt,
            usage: UsageTotals(
                since: resetAt.map { $0.milliseconds },
                requests: resetAt == nil ? 18 : 0, promptTokens: resetAt == nil ? 21_690 : 0,
                completionTokens: resetAt == nil ? 1_584 : 0,
                costUSD: resetAt == nil ? Decimal(string: "0.004204") ?? 0 : 0,
                dailyBudgetUSD: Decimal(string: "0.50"), todayUSD: Decimal(string: "0.0031")),
            diskForecasts: [
                DiskForecast(mountPoint: "/srv/data", growthBytesPerHour: 4_100_000_000, fullInHours: 68.3),
                DiskForecast(mountPoint: "/", growthBytesPerHour: -12_000, fullInHours: nil),
                DiskForecast(mountPoint: "/mnt/nfs", growthBytesPerHour: nil, fullInHours: nil),
            ])
    }

    func history(from: Date, to: Date, resolution: Duration) -> StatusHistory {
        CannedTelemetry.history(from: from, to: to, resolution: resolution)
    }

    func resetUsage(at moment: Date) { resetAt = moment }
}
