import Foundation
import MaintenanceAPI
import Services
import Synchronization

/// Asks file systems how full they are, never waiting for one that hangs.
///
/// `statvfs` on a dead network mount may block for ever and cannot be called off. So a thread of its own
/// asks, one mount after another. When it does not come on, the mount it stands at is put down as hung and
/// the thread left to it; another thread takes the mounts behind it. A hung mount is not asked again before
/// its thread has come back, so that each holds one thread at most, and all of them `maxHungCount`.
final class MountWatch: Sendable {
    typealias Ask = @Sendable (_ mountPoint: String) -> FileSystemFigures?

    static let maxHungCount = 4
    /// Remote mounts leave one thread for this machine's own disks.
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

    /// One entry per mount, in their order; those that hang have `timedOut` set and no figures.
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

    /// The answers that came in time. Where some are missing, the place behind the last has been put down as
    /// hung.
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

    /// Asks one place after another, on a thread that any of them may hold up.
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

/// The places that one thread asks, and how far it has come.
private final class Round: Sendable {
    let places: [String]
    private let state = Mutex<(answers: [FileSystemFigures?], isOpen: Bool)>(([], true))

    init(_ places: [String]) { self.places = places }

    /// Notes an answer; false where nobody waits for it any more.
    func goesOn(with answer: FileSystemFigures?) -> Bool {
        state.withLock { state in
            if state.isOpen { state.answers.append(answer) }
            return state.isOpen
        }
    }

    /// Takes no more answers.
    func close() -> [FileSystemFigures?] {
        state.withLock { state in
            state.isOpen = false
            return state.answers
        }
    }
}
