import Foundation
import MaintenanceAPI
import Services
import Synchronization

/// Queries the usage of file systems without waiting for one that hangs.
///
/// `statvfs` on a dead network mount may block forever and cannot be cancelled. Therefore a separate thread queries one
/// mount after another. If it makes no progress, its current mount is marked as hung and the thread is left to it;
/// another thread continues with the next mount. A hung mount is not queried again until its thread has returned, so
/// each holds at most one thread, and all of them at most `maxHungCount`.
/// its thread has come back, so that each holds one thread at most, and all of them `maxHungCount`.
final class MountWatch: Sendable {
    typealias Ask = @Sendable (_ mountPoint: String) -> FileSystemFigures?

    static let maxHungCount = 4
    /// Remote mounts leave one thread for local disks.
    static let maxHungRemoteCount = maxHungCount - 1

    private let deadline: Duration
    private let clock: any Clock<Duration>
    private let ask: Ask
    private let hung = Mutex<Set<String>>([])

    init(
        deadline: Duration, clock: any Clock<Duration>,
        ask: @escaping Ask = FileSystemFigures.init(mountPoint:)
    ) {
        self.deadline = deadline
        self.clock = clock
        self.ask = ask
    }

    /// One entry per mount, in order; mounts that hang have `timedOut` set and no figures.
    func fileSystems(_ mounts: [Mount]) async throws -> [Sample.FileSystem] {
        var figures: [String: FileSystemFigures?] = [:]
        var unasked = mounts[...]
        while !unasked.isEmpty {
            let waiting = hung.withLock { hung in
                unasked.filter { mount in
                    let maxHungCount = mount.isRemote ? Self.maxHungRemoteCount : Self.maxHungCount
                    return hung.count < maxHungCount && !hung.contains(mount.mountPoint)
                }
            }
            guard !waiting.isEmpty else { break }
            let round = Round(waiting.map(\.mountPoint))
            let answers = try await answers(to: round)
            for (place, answer) in zip(round.places, answers) { figures[place] = answer }
            unasked = waiting.dropFirst(answers.count + 1)
        }
        return mounts.map { mount in
            Sample.FileSystem(
                mount, figures[mount.mountPoint] ?? nil, timedOut: figures[mount.mountPoint] == nil)
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
        return hung.withLock { hung in
            let answers = round.close()
            if answers.count < round.places.count { hung.insert(round.places[answers.count]) }
            return answers
        }
    }

    /// Queries one mount after another, on a thread that any of them may block.
    private func work(on round: Round) {
        for place in round.places {
            let answer = ask(place)
            guard round.goesOn(with: answer) else {
                hung.withLock { _ = $0.remove(place) }
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
