import CEvent
import Glibc

/// Accepts connections on one loop, to which it is confined.
final class Listener {
    private let loop: EventLoop
    private let accepted: (Int32, IPAddress) -> Void
    private var listener: OpaquePointer?
    private var pause: LoopTimer?

    /// Starts listening. `accepted` owns the descriptors passed to it.
    init(
        _ loop: EventLoop, descriptor: Int32, accepted: @escaping (Int32, IPAddress) -> Void
    ) throws(ListenError) {
        self.loop = loop
        self.accepted = accepted
        // Both callbacks run on the loop's thread; the listener is freed before this object.
        listener = evconnlistener_new(
            loop.base,
            { _, descriptor, address, length, context in
                guard let address, let peer = IPAddress(address, Int(length)) else {
                    Glibc.close(descriptor)
                    return
                }
                object(context, Listener.self).accepted(descriptor, peer)
            }, Unmanaged.passUnretained(self).toOpaque(),
            UInt32(LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC),
            0, descriptor)
        guard let listener else {
            Glibc.close(descriptor)
            throw .other("out of memory")
        }
        evconnlistener_set_error_cb(listener) { _, context in object(context, Listener.self).rest() }
    }

    deinit { evconnlistener_free(listener) }

    /// Pauses, most likely because descriptors are exhausted: the connection stays in the kernel's queue, and an
    /// immediate retry would spin.
    private func rest() {
        evconnlistener_disable(listener)
        let timer = LoopTimer(loop) { [unowned self] in evconnlistener_enable(listener) }
        timer.set(.milliseconds(100))
        pause = timer
    }

    // MARK: Binding

    /// A listening descriptor, and its port. Resolves names, so do not call it on a loop's thread.
    static func bind(host: String, port: Int) throws(ListenError) -> (descriptor: Int32, port: Int) {
        let addresses: [SocketAddress]
        do { addresses = try SocketAddress.lookUp(host: host, port: port, passive: true) } catch {
            throw .addressNotAvailable
        }
        var failure = ListenError.addressNotAvailable
        for address in addresses {
            let descriptor = socket(
                address.family,
                Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else {
                failure = .other(String(cString: strerror(errno)))
                continue
            }
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            if address.withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0, listen(descriptor, 1024) == 0 {
                return (descriptor, SocketAddress.localPort(of: descriptor))
            }
            failure = ListenError(errno)
            Glibc.close(descriptor)
        }
        throw failure
    }
}

extension ListenError {
    fileprivate init(_ code: Int32) {
        self =
            switch code {
            case EADDRINUSE: .portTaken
            case EACCES, EPERM: .portNotPermitted
            case EADDRNOTAVAIL: .addressNotAvailable
            default: .other(String(cString: strerror(code)))
            }
    }
}
