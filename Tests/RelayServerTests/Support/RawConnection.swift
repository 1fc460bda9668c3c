import Foundation

@testable import RelayServer

/// A connection on which a test says byte by byte what it wants.
///
/// Reads only when it is asked to, on a queue of its own, so that nothing blocks a thread that tasks need.
final class RawConnection: Sendable {
    private let descriptor: Int32
    private let reading = DispatchQueue(label: "raw connection, reading")
    private let writing = DispatchQueue(label: "raw connection, writing")

    /// Connects to a port of this machine.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard code == 0 else { throw TestFailure("no connection: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            writing.async { [self] in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes {
                        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    guard count > 0 else {
                        return continuation.resume(throwing: TestFailure("the other side has closed"))
                    }
                    rest = rest.dropFirst(count)
                }
                continuation.resume()
            }
        }
    }

    /// Sends a byte at a time until the other side has had enough.
    func trickle() async {
        while (try? await send(" ")) != nil { await Task.yield() }
    }

    /// The next bytes; nil at the end, however it comes.
    func receive() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            reading.async { [self] in
                var bytes = [UInt8](repeating: 0, count: 65_536)
                let count = recv(descriptor, &bytes, bytes.count, 0)
                continuation.resume(returning: count > 0 ? Array(bytes.prefix(count)) : nil)
            }
        }
    }

    /// What comes until the connection ends, however it ends.
    func answerUntilClosed() async -> String {
        var bytes: [UInt8] = []
        while let part = await receive() { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }
}
