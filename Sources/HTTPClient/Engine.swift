import CCurl
import Foundation
import Synchronization

/// The thread on which libcurl works. All handles belong to it; everybody else leaves orders and wakes it.
final class Engine: Sendable {
    enum Order: Sendable {
        case start(Transfer)
        case resume(Transfer)
        case cancel(Transfer)
    }

    /// Of all functions that take it, `ccurl_multi_wakeup` alone may be called from other threads, and only until it is cleaned up.
    private struct Multi: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private struct State {
        var orders: [Order] = []
        var isRunning = false
        var isClosed = false
        /// Nil until the thread has opened the library, and after it has ended.
        var multi: Multi?
    }

    private let configuration: HTTPClient.Configuration
    private let state = Mutex(State())

    init(_ configuration: HTTPClient.Configuration) { self.configuration = configuration }

    func order(_ order: Order) {
        let (isClosed, mustStart) = state.withLock { state in
            guard !state.isClosed else { return (true, false) }
            state.orders.append(order)
            if let multi = state.multi { ccurl_multi_wakeup(multi.pointer) }
            defer { state.isRunning = true }
            return (false, !state.isRunning)
        }
        if isClosed, case .start(let transfer) = order { transfer.end(.failure(.cancelled)) }
        guard mustStart else { return }
        let thread = Thread { [self] in run() }
        thread.name = "libcurl"
        thread.start()
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            if let multi = state.multi { ccurl_multi_wakeup(multi.pointer) }
        }
    }

    // MARK: The thread

    private func run() {
        let multi: UnsafeMutableRawPointer
        do throws(HTTPError) {
            try Library.open(configuration.library).get()
            guard let made = ccurl_multi_init() else { throw .libraryMissing("out of memory") }
            multi = made
        } catch {
            return fail(error)
        }
        state.withLock { $0.multi = Multi(pointer: multi) }
        var active: [UnsafeMutableRawPointer: Easy] = [:]
        while true {
            let (orders, isClosed) = takeOrders()
            for order in orders { carryOut(order, multi, &active) }
            if isClosed { break }
            var count: Int32 = 0
            ccurl_multi_perform(multi, &count)
            endFinished(multi, &active)
            // No order is lost: one that arrives after they were taken has woken this poll in advance.
            ccurl_multi_poll(multi, endLate(multi, &active))
        }
        for easy in active.values { end(easy, .failure(.cancelled), multi, &active) }
        state.withLock { $0.multi = nil }
        ccurl_multi_cleanup(multi)
    }

    private func takeOrders() -> ([Order], isClosed: Bool) {
        state.withLock { state in
            defer { state.orders = [] }
            return (state.orders, state.isClosed)
        }
    }

    /// Fails what waits. The next request tries again, as the library may be installed meanwhile.
    private func fail(_ error: HTTPError) {
        let orders = state.withLock { state in
            defer { (state.orders, state.isRunning) = ([], false) }
            return state.orders
        }
        for case .start(let transfer) in orders { transfer.end(.failure(error)) }
    }

    private func carryOut(
        _ order: Order, _ multi: UnsafeMutableRawPointer, _ active: inout [UnsafeMutableRawPointer: Easy]
    ) {
        switch order {
        case .start(let transfer):
            do throws(HTTPError) {
                let easy = try Easy(transfer, configuration)
                active[easy.handle] = easy
                ccurl_multi_add_handle(multi, easy.handle)
            } catch {
                transfer.end(.failure(error))
            }
        case .resume(let transfer):
            guard let easy = active.values.first(where: { $0.transfer === transfer }) else { return }
            transfer.resumed()
            ccurl_easy_pause(easy.handle, CURLPAUSE_CONT)
        case .cancel(let transfer):
            guard let easy = active.values.first(where: { $0.transfer === transfer }) else {
                return transfer.end(.failure(.cancelled))
            }
            end(easy, .failure(.cancelled), multi, &active)
        }
    }

    private func endFinished(
        _ multi: UnsafeMutableRawPointer, _ active: inout [UnsafeMutableRawPointer: Easy]
    ) {
        var remaining: Int32 = 0
        while let message = ccurl_multi_info_read(multi, &remaining)?.pointee {
            guard message.msg == CURLMSG_DONE, let easy = message.easy_handle.flatMap({ active[$0] }) else {
                continue
            }
            let code = message.data.result
            end(easy, code == CURLE_OK ? .success(()) : .failure(easy.error(code)), multi, &active)
        }
    }

    /// - Returns: Milliseconds until the next deadline.
    private func endLate(_ multi: UnsafeMutableRawPointer, _ active: inout [UnsafeMutableRawPointer: Easy])
        -> Int32
    {
        let now = ContinuousClock.now
        var pause = Duration.seconds(60)
        for easy in active.values {
            let (moment, stage) = easy.transfer.deadline
            if moment <= now {
                end(easy, .failure(.timedOut(stage)), multi, &active)
            } else {
                pause = min(pause, now.duration(to: moment))
            }
        }
        return Int32((pause / .milliseconds(1)).rounded(.up))
    }

    private func end(
        _ easy: Easy, _ result: Result<Void, HTTPError>, _ multi: UnsafeMutableRawPointer,
        _ active: inout [UnsafeMutableRawPointer: Easy]
    ) {
        active[easy.handle] = nil
        ccurl_multi_remove_handle(multi, easy.handle)
        easy.free()
        easy.transfer.end(result)
    }
}

/// The library, opened once for the process.
package enum Library {
    private static let opened = Mutex<Bool>(false)

    static func open(_ name: String) -> Result<Void, HTTPError> {
        opened.withLock { isOpen in
            guard !isOpen else { return .success(()) }
            if let reason = ccurl_open(name) { return .failure(.libraryMissing(String(cString: reason))) }
            let code = ccurl_global_init()
            guard code == CURLE_OK else {
                return .failure(.libraryMissing(String(cString: ccurl_easy_strerror(code))))
            }
            isOpen = true
            return .success(())
        }
    }

    /// What libcurl says of itself and of the libraries it uses; opens it.
    package static func version(of name: String = HTTPClient.Configuration().library) -> Result<
        String, HTTPError
    > {
        open(name).map { String(cString: ccurl_version()) }
    }
}
