import Database
import Foundation
import HTTPClient
import Logging
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(15))) struct AgentTests {
    /// The agent running over mailboxes in memory.
    private func withAgent(
        _ world: World, office: MemoryMailbox.PostOffice = .init(),
        _ configuration: AgentConfiguration = .init(),
        _ body: @escaping @Sendable (MemoryMailbox.PostOffice) async throws -> Void
    ) async throws {
        let agent = Agent(
            mailbox: try office.mailbox(of: "sysmaint"), probe: try IdentityID("diagprobe"),
            database: world.database,
            configuration: configuration,
            logger: .silent, now: { World.moment })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await agent.run() }
            try await body(office)
            group.cancelAll()
        }
    }

    private func next(_ kind: Payload.Kind, _ mailbox: MemoryMailbox) async -> ReceivedMessage? {
        await mailbox.incoming().first { $0.message.payload.kind == kind }
    }

    @Test func reportIsKeptAndAcknowledged() async throws {
        let world = try World()
        try await withAgent(world) { office in
            let probe = try office.mailbox(of: "diagprobe")
            let sample = World.sample(secondsAgo: 0)
            let id = try await probe.send(
                TypedMessage(.telemetryReport(TelemetryReport(sample: sample))), to: IdentityID("sysmaint"),
                class: .latest)
            let answer = await next(.telemetryAck, probe)
            #expect(answer?.message.payload == .telemetryAck(TelemetryAck(takenAt: sample.takenAt)))
            let kept = try await world.database.newestSample()
            #expect(kept == sample)
            try await waitUntil { try office.mailbox(of: "sysmaint").handledIDs.contains(id) }
        }
    }

    @Test func telemetryOfAnotherIsNotTakenIn() async throws {
        let world = try World()
        try await withAgent(world) { office in
            let (agent, mallory) = (try IdentityID("sysmaint"), try office.mailbox(of: "mallory"))
            let report = TelemetryReport(sample: World.sample(secondsAgo: 0))
            let id = try await mallory.send(TypedMessage(.telemetryReport(report)), to: agent, class: .latest)
            try await mallory.send(TypedMessage(.ping()), to: agent)
            // Messages other than prompts are dealt with in turn.
            #expect(await mallory.incoming().first { _ in true }?.message.payload == .pong)
            #expect(try await world.database.newestSample() == nil)
            #expect(try office.mailbox(of: "sysmaint").handledIDs.contains(id))
        }
    }

    @Test func promptIsAnsweredWithProgressUnderItsRequestID() async throws {
        let world = try World()
        try await world.fill(minutes: 5)
        try await withAgent(world) { office in
            let alice = try office.mailbox(of: "alice")
            let requestID = UUID()
            try await alice.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: requestID),
                to: IdentityID("sysmaint"))
            var kinds: [Payload.Kind] = []
            for await message in alice.incoming() {
                #expect(message.message.requestId == requestID)
                kinds.append(message.message.payload.kind)
                guard case .chatReply(let reply) = message.message.payload else { continue }
                #expect(reply.text.contains("CPU 10 %"))
                break
            }
            #expect(kinds == [.chatProgress, .chatProgress, .chatProgress, .chatProgress, .chatReply])
        }
    }

    @Test func promptThatComesAgainGetsTheSameAnswerWithoutNewWork() async throws {
        let world = try World()
        try await world.fill(minutes: 5)
        let requestID = UUID()
        let office = MemoryMailbox.PostOffice()
        let replies = Recorder<ChatReply>()
        for round in 1...2 {
            // A new office forgets which ids it has seen, as if the reply had been lost before it was sent.
            try await withAgent(world, office: round == 1 ? office : .init()) { office in
                let alice = try office.mailbox(of: "alice")
                try await alice.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: requestID),
                    to: IdentityID("sysmaint"))
                if case .chatReply(let reply)? = await next(.chatReply, alice)?.message.payload {
                    await replies.add(reply)
                }
            }
        }
        let given = await replies.values
        #expect(given.count == 2)
        #expect(given.first == given.last)
        let kept = try await world.database.conversation(of: IdentityID("alice"), limit: 10)
        #expect(kept.count == 1)
    }

    @Test func promptsOfManyPeopleAreNotMixed() async throws {
        let world = try World()
        try await world.fill(minutes: 5)
        try await withAgent(world) { office in
            let questions = ["memory?", "top processes", "help", "what did it cost?"]
            for round in 0..<40 {
                let mailbox = try office.mailbox(of: "person\(round)")
                try await mailbox.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: questions[round % 4])), requestId: UUID()),
                    to: IdentityID("sysmaint"))
            }
            let expected = ["memory", "Most CPU", "Ask for any figure", "0 requests"]
            for round in 0..<40 {
                let mailbox = try office.mailbox(of: "person\(round)")
                guard case .chatReply(let reply)? = await next(.chatReply, mailbox)?.message.payload else {
                    Issue.record("no reply")
                    return
                }
                #expect(reply.text.contains(expected[round % 4]))
            }
        }
    }

    @Test(arguments: [
        (0, false), (1, true), (ChatPrompt.maxTextByteCount, true), (ChatPrompt.maxTextByteCount + 1, false),
    ])
    func promptLengthIsChecked(count: Int, isAccepted: Bool) async throws {
        let world = try World()
        try await withAgent(world) { office in
            let alice = try office.mailbox(of: "alice")
            try await alice.send(
                TypedMessage(
                    .chatPrompt(ChatPrompt(text: String(repeating: "x", count: count))), requestId: UUID()),
                to: IdentityID("sysmaint"))
            guard case .chatReply(let reply)? = await next(.chatReply, alice)?.message.payload else {
                Issue.record("no reply")
                return
            }
            #expect((reply.outcome == .answered) == isAccepted)
            #expect(isAccepted || reply.text.contains("8192 bytes"))
        }
    }

    @Test func brokenDatabaseIsToldNotKeptSilent() async throws {
        let world = try World()
        try await world.database.file.write { try $0.execute("DROP TABLE chat_messages") }
        try await withAgent(world) { office in
            let alice = try office.mailbox(of: "alice")
            try await alice.send(
                TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: UUID()),
                to: IdentityID("sysmaint"))
            guard case .chatReply(let reply)? = await next(.chatReply, alice)?.message.payload else {
                Issue.record("no reply")
                return
            }
            #expect(reply.outcome == .failed)
            #expect(reply.text.contains("database"))
        }
    }

    @Test func cancelledPromptIsStoppedForItsAskerAlone() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        try await server.run { baseURL in
            try await withAgent(world, .stalling(at: baseURL)) { office in
                let (alice, bob) = (try office.mailbox(of: "alice"), try office.mailbox(of: "bob"))
                let agent = try IdentityID("sysmaint")
                let requestID = UUID()
                try await alice.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: requestID), to: agent)
                try await waitUntil { server.requests.count == 1 }
                // Another person's cancellation is dealt with, and changes nothing.
                let foreign = try await bob.send(TypedMessage(.chatCancel, requestId: requestID), to: agent)
                try await waitUntil { try office.mailbox(of: "sysmaint").handledIDs.contains(foreign) }
                #expect(try await world.database.answer(to: .ofAlice(requestID)) == nil)

                let own = try await alice.send(TypedMessage(.chatCancel, requestId: requestID), to: agent)
                let reply = await next(.chatReply, alice)
                #expect(reply?.message.requestId == requestID)
                guard case .chatReply(let content)? = reply?.message.payload else { return }
                #expect(content.outcome == .cancelled)
                #expect(content.text == "Cancelled, as you asked.")
                try await waitUntil { try office.mailbox(of: "sysmaint").handledIDs.contains(own) }
                #expect(try await world.database.answer(to: .ofAlice(requestID)) == content)
            }
        }
    }

    /// Killed after the cancellation came and before the answer was told: both come again, and it is still cancelled.
    @Test func cancellationIsNotForgottenBeforeItsPrompt() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        try await server.run { baseURL in
            try await withAgent(world, .stalling(at: baseURL, maxConcurrentPrompts: 1)) { office in
                let (alice, bob) = (try office.mailbox(of: "alice"), try office.mailbox(of: "bob"))
                let agent = try IdentityID("sysmaint")
                // Another's question holds the only place, so that hers waits with its cancellation.
                let busy = UUID()
                try await bob.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: busy), to: agent)
                try await waitUntil { server.requests.count == 1 }
                let requestID = UUID()
                let prompt = try await alice.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: requestID), to: agent)
                let cancellation = try await alice.send(
                    TypedMessage(.chatCancel, requestId: requestID), to: agent)
                let ping = try await alice.send(TypedMessage(.ping(), requestId: UUID()), to: agent)
                // What came after it is dealt with; the two are not.
                try await waitUntil { try office.mailbox(of: "sysmaint").handledIDs.contains(ping) }
                let handled = try office.mailbox(of: "sysmaint").handledIDs
                #expect(!handled.contains(prompt) && !handled.contains(cancellation))

                try await bob.send(TypedMessage(.chatCancel, requestId: busy), to: agent)
                let reply = await next(.chatReply, alice)
                guard case .chatReply(let content)? = reply?.message.payload else {
                    Issue.record("no reply")
                    return
                }
                #expect(content.outcome == .cancelled)
                try await waitUntil {
                    try office.mailbox(of: "sysmaint").handledIDs.isSuperset(of: [prompt, cancellation])
                }
            }
        }
        #expect(server.requests.count == 1)
    }

    @Test func whatAnInterruptedAnswerCostIsCounted() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        try await server.run { baseURL in
            try await withAgent(world, .stalling(at: baseURL)) { office in
                try await office.mailbox(of: "alice").send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: UUID()),
                    to: IdentityID("sysmaint"))
                try await waitUntil { server.requests.count == 1 }
            }
        }
        // The agent was stopped meanwhile: no answer, but a request that somebody was paid for.
        let usage = try await world.database.usage(dailyBudgetUSD: nil)
        #expect(usage.requests == 1)
        #expect(usage.costUSD > 0)
        #expect(try await world.database.conversation(of: IdentityID("alice"), limit: 10).isEmpty)
    }

    @Test func promptThatWaitsCanBeCancelledToo() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        try await server.run { baseURL in
            try await withAgent(world, .stalling(at: baseURL, maxConcurrentPrompts: 1)) { office in
                let alice = try office.mailbox(of: "alice")
                let agent = try IdentityID("sysmaint")
                let requestIDs = [UUID(), UUID()]
                for id in requestIDs {
                    try await alice.send(
                        TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: id), to: agent)
                }
                try await waitUntil { server.requests.count == 1 }
                for id in requestIDs.reversed() {
                    try await alice.send(TypedMessage(.chatCancel, requestId: id), to: agent)
                }
                var answered: Set<UUID?> = []
                for await message in alice.incoming() {
                    guard case .chatReply(let reply) = message.message.payload else { continue }
                    #expect(reply.outcome == .cancelled)
                    answered.insert(message.message.requestId)
                    if answered.count == requestIDs.count { break }
                }
                #expect(answered == Set(requestIDs))
            }
        }
        // The second was never begun.
        #expect(server.requests.count == 1)
    }

    /// Two people use the same ids, by chance or on purpose: everything of each is kept apart.
    @Test func sameRequestIDOfTwoIsTwoRequests() async throws {
        let world = try World()
        try await world.fill(minutes: 5)
        let requestID = UUID()
        let replies = Recorder<String>()
        try await withAgent(world) { office in
            let agent = try IdentityID("sysmaint")
            for (name, question) in [("mallory", "help"), ("alice", "memory?"), ("bob", "what did it cost?")]
            {
                let mailbox = try office.mailbox(of: name)
                try await mailbox.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: question)), requestId: requestID), to: agent,
                    class: .durable, id: requestID)
                guard case .chatReply(let reply)? = await next(.chatReply, mailbox)?.message.payload else {
                    Issue.record("no reply to \(name)")
                    return
                }
                await replies.add(reply.text)
            }
        }
        let given = await replies.values
        for (reply, words) in zip(given, ["Ask for any figure", "emory", "0 requests"]) {
            #expect(reply.contains(words))
        }
        for (name, text) in zip(["mallory", "alice", "bob"], given) {
            #expect(try await world.database.answer(to: .of(name, requestID))?.text == text)
            #expect(try await world.database.conversation(of: IdentityID(name), limit: 10).count == 1)
        }
        // Calls too: each of those who had tools called has their own under the same id.
        let callers = try await world.database.file.read {
            try $0.values("SELECT DISTINCT asker FROM tool_calls ORDER BY asker", as: String.self)
        }
        #expect(callers == ["alice", "bob"])
    }

    @Test func promptThatIsOpenAlreadyIsNotAnsweredTwice() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        try await server.run { baseURL in
            try await withAgent(world, .stalling(at: baseURL)) { office in
                let (alice, agent) = (try office.mailbox(of: "alice"), try IdentityID("sysmaint"))
                let requestID = UUID()
                let prompt = TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: requestID)
                let first = try await alice.send(prompt, to: agent)
                try await waitUntil { server.requests.count == 1 }
                let second = try await alice.send(prompt, to: agent)
                // The second is done with; the first stays until there is an answer.
                try await waitUntil { try office.mailbox(of: "sysmaint").handledIDs.contains(second) }
                #expect(try !office.mailbox(of: "sysmaint").handledIDs.contains(first))
                try await alice.send(TypedMessage(.chatCancel, requestId: requestID), to: agent)
                #expect(await next(.chatReply, alice)?.message.requestId == requestID)
            }
        }
        #expect(server.requests.count == 1)
    }

    @Test func whoIsNotServedIsToldSoAFewTimesAndCostsNothing() async throws {
        let server = ModelServer([.text("fine")])
        let world = try World()
        try await server.run { baseURL in
            var configuration = AgentConfiguration.stalling(at: baseURL)
            configuration.serves = { $0.description == "alice" }
            try await withAgent(world, configuration) { office in
                let (alice, mallory) = (try office.mailbox(of: "alice"), try office.mailbox(of: "mallory"))
                let agent = try IdentityID("sysmaint")
                var last = UUID()
                for _ in 1...50 {
                    last = try await mallory.send(
                        TypedMessage(.chatPrompt(ChatPrompt(text: "Hello")), requestId: UUID()), to: agent)
                }
                try await waitUntil { [last] in
                    try office.mailbox(of: "sysmaint").handledIDs.contains(last)
                }
                let told = try await mallory.history(after: 0, limit: 100).filter {
                    $0.direction == .received
                }
                #expect(told.count == Refusals<IdentityID>.maxPerAsker)
                for entry in told {
                    guard case .chatReply(let reply) = entry.message.payload else { continue }
                    #expect(reply.outcome == .failed)
                    #expect(reply.text.contains("does not serve mallory"))
                }
                try await alice.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "Hello")), requestId: UUID()), to: agent)
                guard case .chatReply(let reply)? = await next(.chatReply, alice)?.message.payload else {
                    Issue.record("no reply")
                    return
                }
                #expect(reply.text == "fine")
            }
        }
        #expect(server.requests.count == 1)
        let rows = try await world.database.file.read {
            try $0.values("SELECT DISTINCT asker FROM chat_messages", as: String.self)
        }
        #expect(rows == ["alice"])
    }

    /// One asker fills the queue: the rest of it is refused in words, and another's question comes next.
    @Test func whoAsksTooMuchIsToldAndHoldsUpNobodyElse() async throws {
        let server = ModelServer([.stall])
        let world = try World()
        try await server.run { baseURL in
            try await withAgent(world, .stalling(at: baseURL, maxConcurrentPrompts: 2)) { office in
                let (mallory, alice) = (try office.mailbox(of: "mallory"), try office.mailbox(of: "alice"))
                let agent = try IdentityID("sysmaint")
                var requestIDs: [UUID] = []
                for _ in 1...40 {
                    requestIDs.append(UUID())
                    try await mallory.send(
                        TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: requestIDs.last),
                        to: agent)
                }
                // One is worked on, 32 wait.
                let refused = await mallory.incoming().first { $0.message.payload.kind == .chatReply }
                guard case .chatReply(let busy)? = refused?.message.payload else {
                    Issue.record("nobody said that there is no room")
                    return
                }
                #expect(busy.outcome == .failed)
                #expect(busy.text.contains("busy"))
                try await alice.send(
                    TypedMessage(.chatPrompt(ChatPrompt(text: "status")), requestId: UUID()), to: agent)
                try await waitUntil { server.requests.count == 2 }
            }
        }
        #expect(server.requests.count == 2)
    }

    @Test func partOfTheBudgetIsEachAskers() async throws {
        let world = try World()
        var configuration = AgentConfiguration()
        configuration.dailyBudgetUSD = 1
        configuration.askerBudgetUSD = Decimal(5) / 10
        let (alice, bob, carol) = (
            try IdentityID("alice"), try IdentityID("bob"), try IdentityID("carol")
        )
        configuration.ownIdentities = [alice]
        // What was spent before the start of today's run counts for its asker.
        try await world.database.note(
            Spending(modelRequests: 1, cost: Money(Decimal(1) / 10)), of: "bob", model: "m", at: world.now)
        let budget = Budget(configuration, database: world.database) { World.moment }
        let part = Money(Decimal(2) / 10)
        for _ in 1...2 { try await budget.reserve(part, for: bob) }
        await #expect(throws: BudgetExceeded.self) { try await budget.reserve(part, for: bob) }
        await budget.settle(part, paid: part, by: bob)
        await #expect(throws: BudgetExceeded.self) { try await budget.reserve(part, for: bob) }
        try await budget.reserve(part, for: carol)
        try await budget.reserve(part, for: alice)
        // The whole is bounded for all of them.
        await #expect(throws: BudgetExceeded.self) { try await budget.reserve(part, for: alice) }
    }

    /// A person with several names leaves the owners a part of the budget.
    @Test func namesWithoutNumberLeaveTheOwnersAPartOfTheBudget() async throws {
        let world = try World()
        var configuration = AgentConfiguration()
        configuration.dailyBudgetUSD = 1
        configuration.askerBudgetUSD = Decimal(5) / 10
        let alice = try IdentityID("alice")
        configuration.ownIdentities = [alice]
        for name in ["alice", "mallory-0"] {
            try await world.database.note(
                Spending(modelRequests: 1, cost: Money(Decimal(5) / 100)), of: name, model: "m", at: world.now
            )
        }
        let budget = Budget(configuration, database: world.database) { World.moment }
        let part = Money(Decimal(5) / 100)
        var paid = 0
        for number in 0..<40 {
            let mallory = try IdentityID("mallory-\(number)")
            do {
                try await budget.reserve(part, for: mallory)
                await budget.settle(part, paid: part, by: mallory)
                paid += 1
            } catch BudgetExceeded.ofOthers {}
        }
        #expect(paid == 14)
        for _ in 1...4 { try await budget.reserve(part, for: alice) }
        await #expect(throws: BudgetExceeded.self) { try await budget.reserve(part, for: alice) }
    }

    /// As many refusals as may be told in all are told to made-up names; the owner is still told.
    @Test func ownerIsToldWhateverOthersUseUp() async throws {
        let (alice, world) = (try IdentityID("alice"), try World())
        let desk = PromptDesk(
            .init(places: 1, waitingPerAsker: 1, waitingInAll: 1), serves: { _ in true }, owners: [alice],
            now: { World.moment })
        func admission(_ name: String) async throws -> PromptDesk.Admission {
            let asker = try IdentityID(name)
            let message = ReceivedMessage(
                id: UUID(), sender: asker, message: TypedMessage(.chatPrompt(ChatPrompt(text: "status"))),
                receivedAt: world.now)
            return await desk.admit(
                Question(
                    id: PromptID(asker: asker, requestID: message.id), prompt: ChatPrompt(text: "status"),
                    message: message))
        }
        var told = 0
        for number in 0..<300 {
            if case .busy = try await admission("mallory-\(number)") { told += 1 }
        }
        #expect(told == Refusals<IdentityID>.maxInAll)
        guard case .admitted(displaced: nil) = try await admission("alice") else {
            Issue.record("the owner was not admitted")
            return
        }
        guard case .busy = try await admission("alice") else {
            Issue.record("the owner was not told")
            return
        }
    }

    @Test func pingIsAnswered() async throws {
        let world = try World()
        try await withAgent(world) { office in
            let alice = try office.mailbox(of: "alice")
            let requestID = UUID()
            try await alice.send(TypedMessage(.ping(), requestId: requestID), to: IdentityID("sysmaint"))
            let answer = await next(.pong, alice)
            #expect(answer?.message.requestId == requestID)
        }
    }

    @Test func derivedIDsAreStableAndDistinct() throws {
        let (alice, bob) = (try IdentityID("alice"), try IdentityID("bob"))
        let id = UUID()
        let ack = UUID.derived(from: id, of: alice, as: "ack")
        #expect(ack == UUID.derived(from: id, of: alice, as: "ack"))
        #expect(ack != UUID.derived(from: id, of: alice, as: "reply"))
        #expect(ack != UUID.derived(from: UUID(), of: alice, as: "ack"))
        #expect(ack != UUID.derived(from: id, of: bob, as: "ack"))
    }
}

extension AgentConfiguration {
    /// A model that does not answer, and patience with it.
    fileprivate static func stalling(at baseURL: String, maxConcurrentPrompts: Int = 8) -> Self {
        var configuration = AgentConfiguration()
        configuration.model = .init(baseURL: baseURL, key: nil, name: "stalling")
        configuration.answerTimeout = .seconds(600)
        configuration.modelLimits = .init(total: .seconds(600))
        configuration.maxConcurrentPrompts = maxConcurrentPrompts
        return configuration
    }
}

/// Yields until a condition holds; gives up after a minute.
private func waitUntil(_ condition: @Sendable () async throws -> Bool) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(60))
    while try await !condition() {
        try #require(ContinuousClock.now < end)
        await Task.yield()
    }
}
