import Dispatch
import Synchronization

/// Tells a person at a terminal that work goes on that takes its time, on a line that goes away with it.
final class Progress: Sendable {
    private let title: String
    private let begin = ContinuousClock.now
    private let detail = Mutex("")

    private init(_ title: String) { self.title = title }

    /// Does the work; once it has taken a second, `title` is shown with what the work tells and how long it has taken.
    static func shown<Value>(_ title: String, during work: (Progress) async throws -> Value) async rethrows
        -> Value
    {
        let progress = Progress(title)
        guard Output.format == .text, Terminal.canShowProgress else { return try await work(progress) }
        // A queue of its own, as the work may hold the threads of tasks; a serial one, so that nothing comes after the end.
        let queue = DispatchQueue(label: "progress")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + 1, repeating: 1)
        timer.setEventHandler { Output.remark(Terminal.blankLine + progress.line) }
        timer.resume()
        defer {
            queue.sync {
                timer.cancel()
                if progress.seconds > 0 { Output.remark(Terminal.blankLine) }
            }
        }
        return try await work(progress)
    }

    /// Says how far the work is.
    func tell(_ text: String) { detail.withLock { $0 = ", " + text } }

    private var seconds: Int64 { (ContinuousClock.now - begin).components.seconds }

    private var line: String { "\(title)\(detail.withLock(\.self)) … \(seconds) s" }
}
