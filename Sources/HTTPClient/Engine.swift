import CCurl
import Foundation
import Synchronization

/// The thread that runs libcurl. All handles belong to that thread; other threads enqueue orders and wake it.
final class Engine: Sendable {
    enum Order: Sendable {
        case start(Transfer)
        case resume(Transfer)
        case cancel(Transfer)
    }

    private struct Inbox {
        var orders: [Order] = []
        var isClosed = false
    }

    let curl: Curl
    private let configuration: HTTPClient.Configuration
    private let inbox = Mutex(Inbox())
    /// Other threads use it only for `multi_wakeup`, under the lock, so that it is not freed meanwhile.
    nonisolated(unsafe) private let multi: UnsafeMutableRawPointer

    init(_ curl: Curl, _ configuration: HTTPClient.Configuration) throws(HTTPClient.Failure) {
        guard let multi = curl.multi_init() else { throw .other("there is no memory for requests") }
        (self.curl, self.configuration, self.multi) = (curl, configuration, multi)
        let thread = Thread { [self] in run() }
        thread.name = "http client"
        thread.start()
    }

    func order(_ order: Order) {
        tell { $0.orders.append(order) }
    }

    /// Ends the thread and all transfers in progress.
    func close() {
        tell { $0.isClosed = true }
    }

    private func tell(_ change: (inout Inbox) -> Void) {
        inbox.withLock { inbox in
            guard !inbox.isClosed else { return }
            change(&inbox)
            _ = curl.multi_wakeup(multi)
        }
    }

    // MARK: The thread

    private func run() {
        var active: [ObjectIdentifier: EasyHandle] = [:]
        while true {
            let (orders, isClosed) = inbox.withLock { inbox in
                defer { inbox.orders = [] }
                return (inbox.orders, inbox.isClosed)
            }
            if isClosed { break }
            for order in orders { carryOut(order, &active) }
            var count: Int32 = 0
            _ = curl.multi_perform(multi, &count)
            endFinished(&active)
            let pause = endLate(&active)
            // An order enqueued from here on ends the wait immediately.
            _ = curl.multi_poll(multi, nil, 0, pause, nil)
        }
        _ = curl.multi_cleanup(multi)
    }

    private func carryOut(_ order: Order, _ active: inout [ObjectIdentifier: EasyHandle]) {
        switch order {
        case .start(let transfer):
            // It may already have been cancelled.
            guard !transfer.hasEnded else { return }
            do throws(HTTPClient.Failure) {
                let easy = try EasyHandle(transfer, configuration, curl)
                active[ObjectIdentifier(transfer)] = easy
                _ = curl.multi_add_handle(multi, easy.handle)
            } catch {
                transfer.end(.failure(error))
            }
        case .resume(let transfer):
            guard let easy = active[ObjectIdentifier(transfer)] else { return }
            transfer.resumed()
            _ = curl.easy_pause(easy.handle, CURLPAUSE_CONT)
        case .cancel(let transfer): end(transfer, .failure(.cancelled), &active)
        }
    }

    private func endFinished(_ active: inout [ObjectIdentifier: EasyHandle]) {
        var count: Int32 = 0
        while let message = curl.multi_info_read(multi, &count)?.pointee {
            guard message.msg == CURLMSG_DONE, let handle = message.easy_handle,
                let context = ccurl_get_context(curl.functions, handle)
            else { continue }
            let easy = EasyHandle.from(context)
            let code = message.data.result
            end(easy.transfer, code == CURLE_OK ? .success(()) : .failure(easy.failure(code)), &active)
        }
    }

    /// - Returns: The time until the next check, in milliseconds.
    private func endLate(_ active: inout [ObjectIdentifier: EasyHandle]) -> Int32 {
        var pause = Duration.seconds(3600)
        for easy in active.values {
            let (time, stage) = easy.transfer.deadline
            let rest = ContinuousClock.now.duration(to: time)
            if rest <= .zero {
                end(easy.transfer, .failure(.timedOut(stage)), &active)
            } else {
                pause = min(pause, rest)
            }
        }
        return Int32((pause / .milliseconds(1)).rounded(.up))
    }

    private func end(
        _ transfer: Transfer, _ result: Result<Void, HTTPClient.Failure>,
        _ active: inout [ObjectIdentifier: EasyHandle]
    ) {
        if let easy = active.removeValue(forKey: ObjectIdentifier(transfer)) {
            withExtendedLifetime(easy) { _ = curl.multi_remove_handle(multi, easy.handle) }
        }
        transfer.end(result)
    }
}
