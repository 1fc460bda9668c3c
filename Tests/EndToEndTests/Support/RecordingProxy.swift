import Synchronization
import SystemSupport
import TestSupport

/// Passes bytes between clients and a server on this machine, and keeps all that went either way.
struct RecordingProxy: Sendable {
    private let proxy: TCPProxy
    private let recording = Recording()

    private final class Recording: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    init(to server: Int) throws {
        proxy = try TCPProxy(to: server) { [recording] bytes, _ in
            recording.bytes.withLock { $0 += bytes }
            return bytes
        }
    }

    var port: Int { proxy.port }
    var bytes: [UInt8] { recording.bytes.withLock(\.self) }
}
