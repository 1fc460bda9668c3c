import CEvent
import Glibc
import Synchronization

/// A thread that runs libevent, and the executor of everything that belongs to it.
///
///     let loop = EventLoop()
///     loop.start()
///     loop.execute { print("on the loop's thread") }
///     Task(executorPreference: loop) { await work() }      // runs there too, without a hop
///
/// Each connection belongs to one loop and is used only on its thread, so libevent runs without locks. Work on a loop
/// must not block. It is a serial executor for actors and a task executor for tasks: as a serial executor alone, every
/// continuation would detour through the global pool (37 instead of 10 µs per message).
///
/// `@unchecked`: state outside the mutex is used only on the loop's thread, or before it starts.
package final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    private enum Work {
        case job(UnownedJob)
        case call(@Sendable () -> Void)
    }

    private struct Inbox {
        var work: [Work] = []
        var isWoken = false
        var isStopped = false
    }

    /// Shared by the clients of a process.
    package static let shared: EventLoop = {
        let loop = EventLoop()
        loop.start()
        return loop
    }()

    let base: OpaquePointer
    private let wakeDescriptor: Int32
    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    private var wakeEvent: OpaquePointer?
    private var workEvent: OpaquePointer?
    private var flushEvent: OpaquePointer?
    private var local: [Work] = []
    private var running: [Work] = []
    private var isWorkPending = false
    private var unflushed: [ByteStream] = []
    private var isFlushing = false

    package init() {
        // Writing to a closed connection should return an error, not end the process. With a handler rather than SIG_IGN,
        // programs that this process starts begin with the default, as they expect.
        signal(SIGPIPE) { _ in }
        wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard let configuration = event_config_new() else { preconditionFailure("out of memory") }
        // Event changes are batched until the next poll: a read and its answer then need no epoll_ctl.
        event_config_set_flag(
            configuration,
            Int32(EVENT_BASE_FLAG_NOLOCK.rawValue | EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST.rawValue))
        guard let base = event_base_new_with_config(configuration), wakeDescriptor >= 0 else {
            preconditionFailure("no event loop: too many open files?")
        }
        event_config_free(configuration)
        self.base = base
        let this = Unmanaged.passUnretained(self).toOpaque()
        // Callbacks run on the loop's thread, like all of libevent's callbacks.
        wakeEvent = event_new(
            base, wakeDescriptor, Int16(EV_READ | EV_PERSIST),
            { _, _, context in object(context, EventLoop.self).woken() }, this)
        workEvent = event_new(
            base, -1, 0, { _, _, context in object(context, EventLoop.self).runLocalWork() }, this)
        flushEvent = event_new(
            base, -1, 0, { _, _, context in object(context, EventLoop.self).flush() }, this)
        event_add(wakeEvent, nil)
    }

    deinit {
        event_free(wakeEvent)
        event_free(workEvent)
        event_free(flushEvent)
        event_base_free(base)
        close(wakeDescriptor)
    }

    /// Starts the thread. Call it only once.
    package func start() {
        onOwnThread { self.run() }
    }

    /// Ends the thread once everything enqueued so far has run.
    package func stop() {
        inbox.withLock { $0.isStopped = true }
        wake()
    }

    package var isOnLoop: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    package func preconditionOnLoop() { precondition(isOnLoop, "not on the event loop's thread") }

    /// Runs `body` on the loop's thread, after everything enqueued earlier.
    package func execute(_ body: @escaping @Sendable () -> Void) { enqueue(.call(body)) }

    /// Runs `body` immediately if already on the loop's thread, otherwise soon.
    func perform(_ body: @escaping @Sendable () -> Void) {
        if isOnLoop { body() } else { execute(body) }
    }

    /// Runs `body` on the loop's thread after `delay`, unless it is cancelled first.
    @discardableResult
    package func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> Scheduled {
        let scheduled = Scheduled(self, body)
        perform { scheduled.start(after: delay) }
        return scheduled
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) { enqueue(.job(UnownedJob(job))) }

    package func checkIsolated() { preconditionOnLoop() }

    package func isIsolatingCurrentContext() -> Bool? { isOnLoop }

    private func enqueue(_ work: Work) {
        if isOnLoop {
            local.append(work)
            if !isWorkPending {
                isWorkPending = true
                event_active(workEvent, Int32(EV_TIMEOUT), 0)
            }
            return
        }
        let mustWake = inbox.withLock { inbox in
            inbox.work.append(work)
            defer { inbox.isWoken = true }
            return !inbox.isWoken
        }
        if mustWake { wake() }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, 8)
    }

    // MARK: Output

    /// Calls the stream's `flush` after all other work of this turn.
    func flushAtEndOfTurn(_ stream: ByteStream) {
        unflushed.append(stream)
        guard unflushed.count == 1, !isFlushing else { return }
        event_active(flushEvent, Int32(EV_TIMEOUT), 0)
    }

    private func flush() {
        isFlushing = true
        let streams = unflushed
        unflushed.removeAll(keepingCapacity: true)
        for stream in streams { stream.flush() }
        isFlushing = false
        // Output added meanwhile waits for the next poll, so that fast readers starve no other connection.
        if !unflushed.isEmpty { event_add(flushEvent, .zero) }
    }

    // MARK: The thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY)
        thread.store(0, ordering: .relaxed)
    }

    private func woken() {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, 8)
        let isStopped = inbox.withLock { inbox in
            local.append(contentsOf: inbox.work)
            inbox.work.removeAll(keepingCapacity: true)
            inbox.isWoken = false
            return inbox.isStopped
        }
        runLocalWork()
        if isStopped && local.isEmpty { event_base_loopbreak(base) } else if isStopped { wake() }
    }

    /// Bounded, so that work that enqueues more work cannot starve the sockets: the rest waits for the next poll.
    private func runLocalWork() {
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        var rounds = 0
        while !local.isEmpty && rounds < 64 {
            swap(&local, &running)
            for work in running {
                switch work {
                case .job(let job): job.runSynchronously(isolatedTo: serial, taskExecutor: task)
                case .call(let body): body()
                }
            }
            running.removeAll(keepingCapacity: true)
            rounds += 1
        }
        isWorkPending = !local.isEmpty
        if isWorkPending { event_add(workEvent, .zero) }
    }
}

/// The object passed when a C callback was registered; it outlives the registration.
func object<Object: AnyObject>(_ context: UnsafeMutableRawPointer?, _ type: Object.Type) -> Object {
    guard let context else { preconditionFailure("a callback without its object") }
    return Unmanaged<Object>.fromOpaque(context).takeUnretainedValue()
}

func event_add(_ event: OpaquePointer?, _ delay: Duration) {
    var delay = timeval(delay)
    event_add(event, &delay)
}

extension timeval {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = max(duration, .zero).components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
