import Glibc
import TestSupport

/// A connection that sends what it likes, and reads only when asked.
final class RawSocket: Sendable {
    private let descriptor: Int32

    /// Connects to a port of this machine, from one of its many addresses.
    init(to port: Int, from source: String = "127.0.0.1") throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        self.descriptor = descriptor
        let isConnected =
            Self.call(bind, descriptor, source, 0) == 0
            && Self.call(connect, descriptor, "127.0.0.1", port) == 0
        guard isConnected else { throw SystemError("connect") }
    }

    deinit { close(descriptor) }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32,
        _ host: String, _ port: Int
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Sends as much of `bytes` as is taken at once; nil once the connection has ended.
    private func sendSome(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Sends `piece` again and again: until `limit` bytes are sent, the connection ends, or nothing is taken for
    /// `pause`. Returns how many bytes were taken.
    @discardableResult
    func flood(_ piece: [UInt8], upTo limit: Int, quietFor pause: Duration = .seconds(2)) async -> Int {
        var (sent, rest, since) = (0, piece[...], ContinuousClock.now)
        while sent < limit, since.duration(to: .now) < pause {
            guard let count = sendSome(rest) else { break }
            if count == 0 {
                try? await Task.sleep(for: .milliseconds(2))
                continue
            }
            (sent, since) = (sent + count, .now)
            rest = rest.dropFirst(count)
            if rest.isEmpty { rest = piece[...] }
        }
        return sent
    }

    /// Sends all of it, or as much as is taken.
    @discardableResult
    func send(_ bytes: [UInt8]) async -> Int { await flood(bytes, upTo: bytes.count) }

    /// The bytes that have arrived; empty while there are none, nil once the connection has ended.
    func received() -> [UInt8]? {
        var ended = false
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            let result = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            count = max(0, result)
            ended = result == 0 || result < 0 && errno != EAGAIN && errno != EINTR
        }
        return ended ? nil : bytes
    }

    /// What arrives until `text` does; nil if the connection ends or `limit` passes before.
    func receive(until text: String, within limit: Duration = .seconds(10)) async -> String? {
        var all: [UInt8] = []
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline, let part = received() {
            all += part
            if all.firstRange(of: Array(text.utf8)) != nil { return String(decoding: all, as: UTF8.self) }
            if part.isEmpty { try? await Task.sleep(for: .milliseconds(2)) }
        }
        return nil
    }
}
