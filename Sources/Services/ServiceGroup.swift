import Glibc
import Logging

/// Services that run together and stop in reverse order: each one after the services that depend on it.
///
///     try await ServiceGroup([("relay", relay), ("agent", agent)]).run()
///
/// The group stops when a member ends, with or without an error, on SIGTERM, SIGINT or SIGHUP, or by `stop()`. Members still
/// running after the grace period are cancelled. A second signal ends the process immediately.
///
/// A group runs only once. It does not restart members: that is up to the process supervisor.
package final class ServiceGroup: Sendable {
    package typealias Member = (name: String, service: any Service)

    private enum Event: Sendable {
        case added(Member)
        case ended(Int, (any Error)?)
        case signal(Int32)
        case stop
        case graceOver
    }

    private let members: [Member]
    private let grace: Duration
    private let signals: [Int32]
    private let logger: Logger
    private let (events, event) = AsyncStream.makeStream(of: Event.self)

    /// Members are in order of dependency: a member that others need comes first, and stops last. `grace` is how long
    /// all of them together have to stop before they are cancelled.
    package init(
        _ members: [Member], grace: Duration = .seconds(10), signals: [Int32] = [SIGTERM, SIGINT, SIGHUP],
        logger: Logger = Logger(label: "services")
    ) {
        (self.members, self.grace, self.signals, self.logger) = (members, grace, signals, logger)
    }

    /// Adds a member after all others; ignored if the group is stopping.
    package func add(_ name: String, _ service: any Service) { event.yield(.added((name, service))) }

    package func stop() { event.yield(.stop) }

    /// Runs until all members have ended.
    ///
    /// - Throws: The first error of a member. Later ones are logged.
    package func run() async throws {
        let watch = await SignalWatch(signals) { [event] in event.yield(.signal($0)) }
        defer { watch.end() }
        let error = await withDiscardingTaskGroup(returning: (any Error)?.self) { tasks in
            var running = RunningMembers()
            for member in members { start(member, &running, &tasks) }
            var events = events.makeAsyncIterator()
            // The events also end if this task is cancelled.
            while !running.isEmpty, let event = await events.next() {
                switch event {
                case .added(let member): if !running.isStopping { start(member, &running, &tasks) }
                case .ended(let id, let error):
                    running.end(id, error, logger)
                    stop(&running, &tasks)
                case .signal(let number):
                    logger.debug("stopping", ["signal": "\(number)"])
                    stop(&running, &tasks)
                case .stop: stop(&running, &tasks)
                case .graceOver:
                    logger.warning("services cancelled", ["services": running.names])
                    tasks.cancelAll()
                }
            }
            tasks.cancelAll()
            return running.firstError
        }
        if let error { throw error }
    }

    private func start(_ member: Member, _ running: inout RunningMembers, _ tasks: inout DiscardingTaskGroup)
    {
        let (id, shutdown) = running.add(member.name)
        tasks.addTask { [event] in
            await Shutdown.$current.withValue(shutdown) {
                do {
                    try await member.service.run()
                    event.yield(.ended(id, nil))
                } catch {
                    event.yield(.ended(id, error))
                }
            }
        }
    }

    private func stop(_ running: inout RunningMembers, _ tasks: inout DiscardingTaskGroup) {
        if !running.isStopping {
            tasks.addTask { [grace, event] in
                // Cancelled with the group once all members have ended.
                if (try? await Task.sleep(for: grace)) != nil { event.yield(.graceOver) }
            }
        }
        running.stopLast()
    }
}

private struct RunningMembers {
    private var members: [(id: Int, name: String, shutdown: Shutdown)] = []
    private var lastID = 0
    private(set) var isStopping = false
    private(set) var firstError: (any Error)?

    var isEmpty: Bool { members.isEmpty }
    var names: String { members.map(\.name).joined(separator: ", ") }

    mutating func add(_ name: String) -> (id: Int, shutdown: Shutdown) {
        lastID += 1
        let shutdown = Shutdown()
        members.append((lastID, name, shutdown))
        return (lastID, shutdown)
    }

    mutating func end(_ id: Int, _ error: (any Error)?, _ logger: Logger) {
        guard let index = members.firstIndex(where: { $0.id == id }) else { return }
        let name = members.remove(at: index).name
        // Cancellation during shutdown is not a failure.
        guard let error, !(isStopping && error is CancellationError) else { return }
        if firstError == nil {
            firstError = error
        } else {
            logger.error("service failed", ["service": name, "error": "\(error)"])
        }
    }

    /// Starts the shutdown of the last member, unless it is already in progress.
    mutating func stopLast() {
        isStopping = true
        guard let last = members.last, !last.shutdown.hasBegun else { return }
        last.shutdown.begin()
    }
}
