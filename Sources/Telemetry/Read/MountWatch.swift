import Foundation
import MaintenanceAPI
import Services
import Synchronization

/// Queries the usage of file systems without waiting for one that hangs.
///
/// `statvfs` on a dead network mount may block forever and cannot be cancelled. Therefore a separate thread queries one
/// mount after another. If it makes no progress, its current mount is marked as hung and the thread is left to it;
/// another thread continues with the next mount. A hung mount is not queried again until its thread has returned, so
/// each holds at most one thread, and all of them at most `maxHungCount`. Mounts that have answered before come first, so
/// that those of a dead server do not keep them from being asked.
final class MountWatch: Sendable {
    typealias Ask = @Sendable (_ mountPoint: String) -> FileSystemFigures?

    static let maxHungCount = 10
    /// Remote mounts that have never answered leave threads for all others.
    static let maxHungStrangerCount = 8
    /// A reading waits for no more than these.
    static let maxNewlyHungCount = 3

    private let deadline: Duration
    private let clock: any Clock<Duration>
    private let ask: Ask
    private let state = Mutex(State())

    private struct State {
        var hung: Set<String> = []
        /// Those that answered when they were last asked.
        var good: Set<String> = []

        func mayBeAsked(_ mount: Mount) -> Bool {
            let isStranger = mount.isRemote && !good.contains(mount.mountPoint)
            let maxHungCount = isStranger ? MountWatch.maxHungStrangerCount : MountWatch.maxHungCount
            return hung.count < maxHungCount && !hung.contains(mount.mountPoint)
        }
    }

    init(
        deadline: Duration, clock: any Clock<Duration>,
        ask: @escaping Ask = FileSystemFigures.init(mountPoint:)
    ) {
        self.deadline = deadline
        self.clock = clock
        self.ask = ask
    }

    /// One entry per mount, in order. Mounts that hang have `timedOut` set, those that are not asked because of them `notAsked`;
    /// neither has figures.
    func fileSystems(_ mounts: [Mount]) async throws -> [Sample.FileSystem] {
        var figures: [String: FileSystemFigures?] = [:]
        let (good, hungBefore) = state.withLock { ($0.good, $0.hung) }
        var unasked =
            (mounts.filter { good.contains($0.mountPoint) } + mounts.filter { !good.contains($0.mountPoint) })[
                ...]
        var newlyHungCount = 0
        while !unasked.isEmpty, newlyHungCount < Self.maxNewlyHungCount {
            let waiting = state.withLock { state in unasked.filter(state.mayBeAsked) }
            guard !waiting.isEmpty else { break }
            let round = Round(waiting.map(\.mountPoint))
            let answers = try await answers(to: round)
            for (place, answer) in zip(round.places, answers) { figures[place] = answer }
            if answers.count < round.places.count { newlyHungCount += 1 }
            unasked = waiting[...].dropFirst(answers.count + 1)
        }
        let hung = state.withLock { state in
            state.good.formUnion(figures.keys)
            state.good.formIntersection(mounts.map(\.mountPoint))
            return state.hung.union(hungBefore)
        }
        return mounts.map { mount in
            let isAnswered = figures[mount.mountPoint] != nil
            var system = Sample.FileSystem(
                mount, figures[mount.mountPoint] ?? nil,
                timedOut: !isAnswered && hung.contains(mount.mountPoint))
            system.notAsked = isAnswered || system.timedOut ? nil : true
            return system
        }
    }

    /// The answers that arrived in time. If some are missing, the mount after the last answer has been marked as hung.
    private func answers(to round: Round) async throws -> [FileSystemFigures?] {
        let (ended, end) = AsyncStream.makeStream(of: Never.self)
        Thread.detachNewThread {
            self.work(on: round)
            end.finish()
        }
        _ = try await withDeadline(deadline, on: clock) { for await _ in ended {} }
        return state.withLock { state in
            let answers = round.close()
            if answers.count < round.places.count {
                state.hung.insert(round.places[answers.count])
                state.good.remove(round.places[answers.count])
            }
            return answers
        }
    }

    /// Queries one mount after another, on a thread that any of them may block.
    private func work(on round: Round) {
        for place in round.places {
            let answer = ask(place)
            guard round.goesOn(with: answer) else {
                state.withLock { _ = $0.hung.remove(place) }
                return
            }
        }
    }
}

/// The mounts queried by one thread, and its progress.
private final class Round: Sendable {
    let places: [String]
    private let state = Mutex<(answers: [FileSystemFigures?], isOpen: Bool)>(([], true))

    init(_ places: [String]) { self.places = places }

    /// Records an answer; false if the round is already closed.
    func goesOn(with answer: FileSystemFigures?) -> Bool {
        state.withLock { state in
            if state.isOpen { state.answers.append(answer) }
            return state.isOpen
        }
    }

    /// Closes the round to further answers.
    func close() -> [FileSystemFigures?] {
        state.withLock { state in
            state.isOpen = false
            return state.answers
        }
    }
}
