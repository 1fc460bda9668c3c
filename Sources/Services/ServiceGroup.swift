import Dispatch
import Foundation
import Logging
import Synchronization

/// Services that run together and stop together: the last first, each once those behind it have ended.
///
/// The end of one, good or bad, and SIGTERM and SIGINT stop all. What has not stopped within the grace period is cancelled; a
/// second signal ends the process at once.
package final class ServiceGroup: Sendable {
    package typealias Member = (name: String, service: any Service)

    private enum Event: Sendable {
        case added(Member)
        case ended(Int, (any Error)?)
        case signal(Int32)
        case stop
        case graceIsOver
    }

    private let members: [Member]
    private let grace: Duration
    private let signals: [Int32]
    private let logger: Logger
    private let events: AsyncStream<Event>
    private let tell: AsyncStream<Event>.Continuation

    /// - Parameters:
    ///   - members: In dependency order: what is needed comes first and stops last.
    ///   - grace: How long all of them have, together, before they are cancelled.
    ///   - signals: Those that stop the group.
    package init(
        _ members: [Member], grace: Duration = .seconds(10), signals: [Int32] = [SIGTERM, SIGINT],
        logger: Logger = Logger(label: "services")
    ) {
        (self.members, self.grace, self.signals, self.logger) = (members, grace, signals, logger)
        (events, tell) = AsyncStream.makeStream()
    }

    /// Adds a service behind all others; once the shutdown has begun, it is not started.
    package func add(_ name: String, _ service: any Service) { tell.yield(.added((name, service))) }

    package func stop() { tell.yield(.stop) }

    /// Runs until all services have ended.
    ///
    /// - Throws: The first error of a service.
    package func run() async throws {
        let watch = await SignalWatch(signals) { [tell] in tell.yield(.signal($0)) }
        defer { watch.end() }
        let failure = await withDiscardingTaskGroup(returning: (any Error)?.self) { group in
            var running = Running()
            for member in members { start(member, &running, &group) }
            var events = events.makeAsyncIterator()
            while !running.isEmpty, let event = await events.next() {
                switch event {
                case .added(let member): if !running.isStopping { start(member, &running, &group) }
                case .ended(let number, let error):
                    running.end(number, error, logger)
                    stop(&running, &group)
                case .signal(let number):
                    if running.isStopping { SignalWatch.end(by: number) }
                    logger.info("stopping", ["signal": "\(number)"])
                    stop(&running, &group)
                case .stop: stop(&running, &group)
                case .graceIsOver:
                    logger.warning("services were cancelled", ["services": running.names])
                    group.cancelAll()
                }
            }
            // Also where this task was cancelled: then no event is left to be heard.
            group.cancelAll()
            return running.firstError
        }
        if let failure { throw failure }
    }

    private func start(_ member: Member, _ running: inout Running, _ group: inout DiscardingTaskGroup) {
        let (number, shutdown) = running.add(member.name)
        group.addTask { [tell] in
            await Shutdown.$ofTask.withValue(shutdown) {
                do {
                    try await member.service.run()
                    tell.yield(.ended(number, nil))
                } catch {
                    tell.yield(.ended(number, error))
                }
            }
        }
    }

    private func stop(_ running: inout Running, _ group: inout DiscardingTaskGroup) {
        if !running.isStopping {
            group.addTask { [grace, tell] in
                if (try? await Task.sleep(for: grace)) != nil { tell.yield(.graceIsOver) }
            }
        }
        running.stopLast()
    }

    private struct Running {
        private var members: [(number: Int, name: String, shutdown: Shutdown)] = []
        private var nextNumber = 0
        private(set) var isStopping = false
        private(set) var firstError: (any Error)?

        var isEmpty: Bool { members.isEmpty }
        var names: String { members.map(\.name).joined(separator: ", ") }

        mutating func add(_ name: String) -> (Int, Shutdown) {
            defer { nextNumber += 1 }
            let shutdown = Shutdown()
            members.append((nextNumber, name, shutdown))
            return (nextNumber, shutdown)
        }

        mutating func end(_ number: Int, _ error: (any Error)?, _ logger: Logger) {
            guard let index = members.firstIndex(where: { $0.number == number }) else { return }
            let name = members.remove(at: index).name
            guard let error else { return }
            // What the shutdown interrupts has not failed.
            if isStopping, error is CancellationError { return }
            logger.error("service failed", ["service": name, "error": "\(error)"])
            firstError = firstError ?? error
        }

        mutating func stopLast() {
            isStopping = true
            guard let last = members.last, !last.shutdown.isUnderWay else { return }
            last.shutdown.begin()
        }
    }
}

/// Hears signals until it ends.
private struct SignalWatch {
    private let sources: [any DispatchSourceSignal]
    private let numbers: [Int32]

    /// What comes after it has returned is heard; what comes before does what it does by default.
    init(_ numbers: [Int32], onSignal: @escaping @Sendable (Int32) -> Void) async {
        self.numbers = numbers
        sources = numbers.map { DispatchSource.makeSignalSource(signal: $0, queue: .global()) }
        for (number, source) in zip(numbers, sources) {
            source.setEventHandler { onSignal(number) }
            await withCheckedContinuation { continuation in
                source.setRegistrationHandler { continuation.resume() }
                source.activate()
            }
        }
    }

    func end() {
        for source in sources { source.cancel() }
        for number in numbers { signal(number, SIG_DFL) }
    }

    /// As if nobody had heard it.
    static func end(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        // Libdispatch, on whose threads tasks run, blocks signals there.
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
        exit(128 + number)
    }
}
