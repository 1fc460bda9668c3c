import Evaluation
import MaintenanceAPI

/// Runs every subject in one world.
struct Trial: Sendable {
    let world: World

    struct Result: Sendable {
        let world: World
        let reply: ChatReply
        let complaints: [Complaint]
        let elapsed: Duration

        var isPassed: Bool { complaints.isEmpty }
    }

    /// - Returns: One result per subject, in order.
    func run(_ subjects: [Subject]) async throws -> [Result] {
        let host = try await RecordedHost(world, injection: world.injection ?? "")
        let beside =
            world.injection == nil
            ? nil : try await RecordedHost(world, injection: World.harmlessName)
        var results: [Result] = []
        for subject in subjects {
            let judge = Judge(world: world, isDeterministic: subject.isDeterministic)
            let (reply, elapsed) = try await host.ask(subject)
            let replyBeside = subject.isDeterministic ? try await beside?.ask(subject).reply : nil
            let complaints =
                subject.knowsFacts
                ? judge.complaints(about: reply, beside: replyBeside)
                : judge.clarity(of: reply, after: elapsed)
            results.append(Result(world: world, reply: reply, complaints: complaints, elapsed: elapsed))
        }
        return results
    }
}
