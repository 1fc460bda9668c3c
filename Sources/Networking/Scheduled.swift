import CEvent

/// A scheduled call on a loop; see `EventLoop.schedule(after:_:)`.
///
/// `@unchecked`: everything is used only on the loop's thread.
package final class Scheduled: @unchecked Sendable {
    private let loop: EventLoop
    private var body: (@Sendable () -> Void)?
    private var event: OpaquePointer?

    init(_ loop: EventLoop, _ body: @escaping @Sendable () -> Void) { (self.loop, self.body) = (loop, body) }

    /// The event keeps this object alive until it has fired or is cancelled.
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

    /// Prevents the call if it has not happened yet; guaranteed only on the loop's thread.
    package func cancel() { loop.perform { self.end() } }

    private func end() {
        body = nil
        guard let event else { return }
        event_free(event)
        self.event = nil
        Unmanaged.passUnretained(self).release()
    }
}

/// A timer for one owner on the loop: it can be reset any number of times without an allocation.
final class LoopTimer {
    private let action: () -> Void
    private var event: OpaquePointer?

    /// `action` must not retain the timer's owner.
    init(_ loop: EventLoop, _ action: @escaping () -> Void) {
        self.action = action
        event = event_new(
            loop.base, -1, 0, { _, _, context in object(context, LoopTimer.self).action() },
            Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { event_free(event) }

    /// Replaces the earlier delay.
    func set(_ delay: Duration) { event_add(event, delay) }

    func stop() { event_del(event) }
}
