import SystemSupport
import Testing

/// Lets a few tests run at a time: each starts several processes, and all at once would only make each slow.
struct InTurns: TestTrait, SuiteTrait, TestScoping {
    private static let places = Places(count: 3)

    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        await Self.places.take()
        do {
            try await function()
        } catch {
            await Self.places.free()
            throw error
        }
        await Self.places.free()
    }
}

extension Trait where Self == InTurns {
    static var inTurns: Self { InTurns() }
}

private actor Places {
    private var freeCount: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { freeCount = count }

    func take() async {
        if freeCount > 0 { freeCount -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    func free() {
        if waiting.isEmpty { freeCount += 1 } else { waiting.removeFirst().resume() }
    }
}
