import Dispatch
import Glibc
import Synchronization

/// Reports the first signal that arrives; the second ends the process, even if no task makes progress.
struct SignalWatch {
    private let numbers: [Int32]
    private let sources: [any DispatchSourceSignal]

    private final class History: Sendable {
        private let isFirst = Atomic(true)
        func takeFirst() -> Bool { isFirst.exchange(false, ordering: .relaxed) }
    }

    /// Signals are watched once this returns; until then they have their default effect. `onSignal` is called on a
    /// Dispatch thread.
    init(_ numbers: [Int32], onSignal: @escaping @Sendable (Int32) -> Void) async {
        // Under nohup, the end of a terminal ends nothing.
        let numbers = numbers.filter { $0 != SIGHUP || !Self.isIgnored($0) }
        self.numbers = numbers
        sources = numbers.map { DispatchSource.makeSignalSource(signal: $0, queue: .global()) }
        let history = History()
        for (number, source) in zip(numbers, sources) {
            source.setEventHandler {
                if history.takeFirst() { onSignal(number) } else { Self.endProcess(by: number) }
            }
            // Activation returns before the signal is watched.
            await withCheckedContinuation { watched in
                source.setRegistrationHandler { watched.resume() }
                source.activate()
            }
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        let handler = action.__sigaction_handler.sa_handler
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    func end() {
        for source in sources { source.cancel() }
        for number in numbers { signal(number, SIG_DFL) }
    }

    /// Ends the process by the signal's default action, so that its parent sees the cause.
    private static func endProcess(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        // Dispatch blocks signals on its threads.
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
        exit(128 + number)
    }
}
