import Dispatch
import Synchronization

/// Shows on a terminal that long work is in progress, on a line that is removed when it ends.
final class Progress: Sendable {
    private struct State {
        var detail = ""
        var isDrawn = false
        var isOver = false
    }

    private let title: String
    private let begin = ContinuousClock.now
    private let state = Mutex(State())

    private init(_ title: String) { self.title = title }

    /// Does the work; after a second, shows `title` with the detail reported by the work and the elapsed time.
    static func shown<Value>(_ title: String, during work: (Progress) async throws -> Value) async rethrows
        -> Value
    {
        let progress = Progress(title)
        guard Output.format == .text, Terminal.canShowProgress else { return try await work(progress) }
        // Not on the threads of tasks, which the work may block.
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.setEventHandler { progress.draw() }
        timer.resume()
        defer {
            timer.cancel()
            progress.end()
        }
        return try await work(progress)
    }

    /// Reports how far the work is.
    func tell(_ text: String) { state.withLock { $0.detail = ", " + text } }

    /// Writes whole lines of other output without disturbing the progress line.
    func aside(_ write: () -> Void) {
        state.withLock { state in
            Self.blank(&state)
            write()
        }
    }

    /// Removes the progress line before the result is written.
    func end() {
        state.withLock { state in
            Self.blank(&state)
            state.isOver = true
        }
    }

    private func draw() {
        let seconds = (ContinuousClock.now - begin).components.seconds
        state.withLock { state in
            guard !state.isOver else { return }
            Output.remark("\(Terminal.blankLine)\(title)\(state.detail) … \(seconds) s")
            state.isDrawn = true
        }
    }

    private static func blank(_ state: inout State) {
        if state.isDrawn { Output.remark(Terminal.blankLine) }
        state.isDrawn = false
    }
}
