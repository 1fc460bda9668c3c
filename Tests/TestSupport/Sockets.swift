import Glibc
import Synchronization

/// A system call that failed.
package struct SystemError: Error, CustomStringConvertible {
    package let description: String

    package init(_ call: String, _ number: Int32 = errno) {
        description = "\(call): \(String(cString: strerror(number)))"
    }
}

/// A port that is currently unused, for a server that has to restart on the same port.
///
/// Below those that the system gives to whoever asks for any, such as other tests and other clones: while a server is down,
/// nobody gets its port by chance.
package func freePort() throws -> Int {
    for _ in 0..<100 {
        let port = Int.random(in: 20_000..<32_000)
        if (try? ListeningSocket(port: port)) != nil { return port }
    }
    throw SystemError("find a free port", EADDRINUSE)
}

/// A blocking socket that listens on a free port of 127.0.0.1.
package final class ListeningSocket: Sendable {
    package let port: Int
    private let descriptor: Int32

    package convenience init() throws { try self.init(port: 0) }

    fileprivate init(port wanted: Int) throws {
        let descriptor = try newSocket()
        var address = loopback(wanted)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard withSockAddress(&address, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 128) == 0,
            withSockAddress(&address, { address, _ in getsockname(descriptor, address, &size) }) == 0
        else {
            let error = SystemError("listen")
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    /// Waits for a connection, which the caller closes; nil once `stop()` was called.
    package func accept() -> Int32? {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 { return connection }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    package func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// A blocking socket to a server on this machine; the caller closes it.
package func connectedSocket(to port: Int) throws -> Int32 {
    let descriptor = try newSocket()
    var address = loopback(port)
    guard withSockAddress(&address, { connect(descriptor, $0, $1) }) == 0 else {
        let error = SystemError("connect")
        close(descriptor)
        throw error
    }
    return descriptor
}

/// The bytes that have arrived, after waiting for some; nil at the end of the connection, even if it was broken off.
package func receive(from descriptor: Int32) -> [UInt8]? {
    while true {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
            count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        if !bytes.isEmpty { return bytes }
        guard errno == EINTR else { return nil }
    }
}

/// - Returns: Whether all bytes were sent.
package func sendAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}

private func newSocket() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError("socket") }
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return descriptor
}

private func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    return address
}

private func withSockAddress<Value>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Value
) -> Value {
    withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
