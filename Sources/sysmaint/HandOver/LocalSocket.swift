import Foundation
import Glibc

/// A socket beside a key store, through which commands give work to the process that owns the store. Only its owner's
/// programs may use it: by the mode of the file, and by the user at the other end.
///
/// One request and one answer per connection, each a line of JSON.
enum LocalSocket {
    static let maxRequestByteCount = 256 * 1024
    /// Answers hold messages.
    static let maxAnswerByteCount = 64 * 1024 * 1024
    private static let suffix = ".sock"

    /// Nil where there can be no such socket. Its path is bounded to about a hundred bytes; a longer one is reached through
    /// its folder's descriptor.
    private static func withAddress<Value>(
        of store: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let file = URL(fileURLWithPath: store + suffix)
        var folder: Int32 = -1
        defer { if folder >= 0 { close(folder) } }
        var path = Array(file.path.utf8CString)
        if path.count > MemoryLayout.size(ofValue: address.sun_path) {
            folder = open(file.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard folder >= 0 else { return nil }
            path = Array("/proc/self/fd/\(folder)/\(file.lastPathComponent)".utf8CString)
        }
        guard path.count <= MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            path.withUnsafeBytes { target.copyMemory(from: $0) }
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// A listening socket; nil where there can be none. For the owner of the store alone, who may replace what another
    /// has left.
    static func listen(beside store: String) -> Int32? {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        unlink(store + suffix)
        let isBound = withAddress(of: store) { bind(socket, $0, $1) == 0 } ?? false
        guard isBound, chmod(store + suffix, 0o600) == 0, Glibc.listen(socket, 16) == 0 else {
            close(socket)
            return nil
        }
        return socket
    }

    static func remove(beside store: String) { unlink(store + suffix) }

    /// A connection to the owner of a store; nil if nothing listens.
    static func connect(beside store: String) -> Int32? {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        guard withAddress(of: store, { Glibc.connect(socket, $0, $1) == 0 }) == true, isOurs(socket) else {
            close(socket)
            return nil
        }
        return socket
    }

    /// Whether the process at the other end runs as this one's user, or as root.
    static func isOurs(_ socket: Int32) -> Bool {
        // Process, user and group: `struct ucred`, which Glibc keeps for GNU sources.
        var peer: (Int32, uid_t, gid_t) = (0, .max, .max)
        var length = socklen_t(MemoryLayout.size(ofValue: peer))
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else { return false }
        return peer.1 == geteuid() || peer.1 == 0
    }

    /// The next connection to a listening socket.
    static func accept(_ socket: Int32) -> Int32? {
        let connection = Glibc.accept(socket, nil, nil)
        guard connection >= 0 else { return nil }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return connection
    }

    static func setTimeout(_ timeout: Duration, of socket: Int32) {
        var value = timeval(tv_sec: Int(timeout.components.seconds), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// The bytes up to the end of a line of at most `limit` bytes; nil if none comes in time. Blocks.
    static func readLine(_ socket: Int32, limit: Int) -> Data? {
        var line = Data()
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while line.count <= limit {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            line += buffer[..<count]
            if line.last == UInt8(ascii: "\n") { return line }
        }
        return nil
    }

    /// Blocks.
    static func write(_ value: some Encodable, to socket: Int32) throws {
        try Output.write(JSONEncoder().encode(value) + Data("\n".utf8), to: socket)
    }
}
