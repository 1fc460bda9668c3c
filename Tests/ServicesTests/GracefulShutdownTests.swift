import Logging
import Services
import Testing

@Suite(.timeLimit(.minutes(1))) struct GracefulShutdownTests {
    private let diary = Diary()

    /// Runs `work` as a service whose shutdown begins once it calls what it is given.
    private func serve(
        _ work: @escaping @Sendable (_ beginShutdown: @escaping @Sendable () -> Void) async throws -> Void
    )
        async throws
    {
        let (begins, begin) = AsyncStream.makeStream(of: Void.self)
        let group = ServiceGroup(
            [("service", Work { try await work { begin.finish() } })], signals: [], logger: .silent)
        async let end: Void = group.run()
        for await _ in begins {}
        group.stop()
        try await end
    }

    @Test func shutdownCancelsWhatIsTiedToIt() async throws {
        try await serve { [diary] beginShutdown in
            await cancelWhenGracefulShutdown {
                beginShutdown()
                try? await Task.sleep(for: .seconds(3600))
                diary.note("cancelled \(Task.isCancelled)")
            }
            diary.note("\(Task.isShuttingDownGracefully) \(Task.isCancelled)")
        }
        #expect(diary.entries == ["cancelled true", "true false"])
    }

    @Test func withoutAServiceNothingShutsDown() async throws {
        #expect(!Task.isShuttingDownGracefully)
        #expect(await cancelWhenGracefulShutdown { 5 } == 5)
        await #expect(throws: Bad("x")) { try await cancelWhenGracefulShutdown { throw Bad("x") } }
        let value = await withGracefulShutdownHandler {
            6
        } onGracefulShutdown: {
            Issue.record("called")
        }
        #expect(value == 6)
    }

    @Test func aHandlerIsCalledOnceAlsoWhereTheShutdownHasBegun() async throws {
        try await serve { [diary] beginShutdown in
            await withGracefulShutdownHandler {
                beginShutdown()
                await gracefulShutdown()
            } onGracefulShutdown: {
                diary.note("during")
            }
            await withGracefulShutdownHandler {
            } onGracefulShutdown: {
                diary.note("after")
            }
        }
        #expect(diary.entries == ["during", "after"])
    }

    @Test func aHandlerWhoseOperationHasEndedIsNotCalled() async throws {
        try await serve { beginShutdown in
            await withGracefulShutdownHandler {
            } onGracefulShutdown: {
                Issue.record("called")
            }
            beginShutdown()
            await gracefulShutdown()
        }
    }

    @Test func cancellationEndsTheWaitForTheShutdown() async {
        let task = Task {
            await gracefulShutdown()
            return Task.isCancelled
        }
        task.cancel()
        #expect(await task.value)
    }
}
