import Logging
import Services
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServiceGroupTests {
    private let diary = Diary()

    private func group(_ members: [ServiceGroup.Member], grace: Duration = .seconds(30)) -> ServiceGroup {
        ServiceGroup(members, grace: grace, signals: [], logger: diary.log.logger)
    }

    /// A member that runs until its shutdown and then writes its name.
    private func patient(_ name: String) -> ServiceGroup.Member {
        (
            name,
            Work { [diary] in
                await gracefulShutdown()
                // Gives members that are told too early the chance to be first.
                for _ in 0..<100 { await Task.yield() }
                diary.note(name)
            }
        )
    }

    @Test func membersStopInReverseOrder() async throws {
        let group = group([patient("a"), patient("b"), patient("c")])
        async let end: Void = group.run()
        group.stop()
        try await end
        #expect(diary.entries == ["c", "b", "a"])
    }

    @Test func theFailureOfOneStopsAllAndIsThrown() async {
        await #expect(throws: Bad("x")) {
            try await group([patient("a"), ("bad", Work { throw Bad("x") }), patient("c")]).run()
        }
        #expect(diary.entries == ["c", "a"])
    }

    @Test func theFirstFailureIsThrownAndLaterOnesAreLogged() async {
        let late = Work {
            await gracefulShutdown()
            throw Bad("second")
        }
        await #expect(throws: Bad("first")) {
            try await group([("late", late), ("early", Work { throw Bad("first") })]).run()
        }
        #expect(diary.log.events.map(\.message) == ["service failed"])
        #expect(diary.log.events.first?.fields["service"] == "late")
    }

    @Test func theEndOfOneStopsAll() async throws {
        try await group([patient("a"), ("short", Work {})]).run()
        #expect(diary.entries == ["a"])
    }

    @Test func anEmptyGroupEndsAtOnce() async throws { try await group([]).run() }

    @Test func whatDoesNotStopInTimeIsCancelled() async throws {
        let stubborn = Work { [diary] in
            do { try await Task.sleep(for: .seconds(3600)) } catch {
                diary.note("cancelled")
                throw error
            }
        }
        let group = group([("stubborn", stubborn)], grace: .milliseconds(1))
        async let end: Void = group.run()
        group.stop()
        try await end
        #expect(diary.entries == ["cancelled"])
        #expect(diary.log.events.map(\.message) == ["services cancelled"])
    }

    @Test func cancellationOfTheGroupCancelsItsMembers() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let sleeper = Work {
            start.finish()
            try await Task.sleep(for: .seconds(3600))
        }
        let task = Task { try await group([("sleeper", sleeper)]).run() }
        for await _ in started {}
        task.cancel()
        try await task.value
    }

    @Test func addedMembersRunAndStopFirst() async throws {
        let group = group([patient("a")])
        async let end: Void = group.run()
        group.add("b", patient("b").service)
        group.stop()
        group.add("late", Work { [diary] in diary.note("late") })
        try await end
        #expect(diary.entries == ["b", "a"])
    }
}
