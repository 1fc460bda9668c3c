import CEvent

/// Something that happens later on a loop; see `EventLoop.schedule(after:_:)`.
///
/// `@unchecked`: everything is touched on the loop's thread only.
package final class Scheduled: @unchecked Sendable {
    private let loop: EventLoop
    private var body: (@Sendable () -> Void)?
    private var event: OpaquePointer?

    init(_ loop: EventLoop, _ body: @escaping @Sendable () -> Void) { (self.loop, self.body) = (loop, body) }

    /// The event keeps this object alive until it has happened or is cancelled.
    func start(after delay: Duration) {
        guard body != nil else { return }
        event = event_new(
            loop.base, -1, 0,
            { _, _, context in
                let scheduled = object(context, Scheduled.self)
                let body = scheduled.body
                scheduled.end()
                body?()
            }, Unmanaged.passRetained(self).toOpaque())
        event_add(event, delay)
    }

    /// It does not happen if it has not happened yet; on the loop's thread that is certain.
    package func cancel() { loop.perform { self.end() } }

    private func end() {
        body = nil
        guard let event else { return }
        event_free(event)
        self.event = nil
        Unmanaged.passUnretained(self).release()
    }
}

/// A clock for one owner on the loop: set anew as often as needed, without an allocation.
final class LoopTimer {
    private let action: () -> Void
    private var event: OpaquePointer?

    /// `action` must not keep the timer's owner alive.
    init(_ loop: EventLoop, _ action: @escaping () -> Void) {
        self.action = action
        event = event_new(
            loop.base, -1, 0, { _, _, context in object(context, LoopTimer.self).action() },
            Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { event_free(event) }

    /// Replaces what was set before.
    func set(_ delay: Duration) { event_add(event, delay) }

    func stop() { event_del(event) }
}
