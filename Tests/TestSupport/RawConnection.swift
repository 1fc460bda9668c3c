import Foundation

/// A connection that a test controls byte by byte.
///
/// Reads only on request, on a queue of its own, so that it blocks no thread needed by tasks.
package final class RawConnection: Sendable {
    private let descriptor: Int32
    private let reading = DispatchQueue(label: "raw connection, reading")
    private let writing = DispatchQueue(label: "raw connection, writing")

    /// Connects to a port of this machine.
    package init(port: Int) throws { descriptor = try connectedSocket(to: port) }

    deinit { close(descriptor) }

    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) async throws {
        let isSent = await withCheckedContinuation { continuation in
            writing.async { [self] in continuation.resume(returning: sendAll(bytes, to: descriptor)) }
        }
        guard isSent else { throw SystemError("send") }
    }

    /// Sends a byte at a time until the peer closes the connection.
    package func trickle() async {
        while (try? await send(" ")) != nil { await Task.yield() }
    }

    /// The next bytes; nil at the end of the connection, whether orderly or not.
    package func receive() async -> [UInt8]? {
        await withCheckedContinuation { continuation in
            reading.async { [self] in continuation.resume(returning: TestSupport.receive(from: descriptor)) }
        }
    }

    /// Everything received until the connection ends, whether orderly or not.
    package func answerUntilClosed() async -> String {
        var bytes: [UInt8] = []
        while let part = await receive() { bytes += part }
        return String(decoding: bytes, as: UTF8.self)
    }
}
