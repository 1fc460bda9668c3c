import Foundation
import RelayAPI
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How far a store has come, in a small file beside it.
///
/// A store that is put back in place, from a copy, a snapshot or with `cat`, is behind its mark: it would use keys a second
/// time. The mark is written after each commit and before anybody is told of it, without waiting for the disk: it outlives
/// the process, and after a power failure it is at most too low, which raises no false alarm.
final class StoreMark: Sendable {
    /// - Shape: the store's random id (16 bytes), then the step (64 bits, big-endian).
    struct Position: Hashable, Sendable {
        var storeID: UUID
        var step: Int64
    }

    private static let byteCount = 24

    private struct State {
        var position: Position?
        /// Nil once closed, or where the file cannot be made, as on a full disk.
        var descriptor: Int32?
    }

    private let state: Mutex<State>

    init(for path: String) {
        let file = open(path + ".mark", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        let isWhole = file >= 0 && pread(file, &bytes, bytes.count, 0) == bytes.count
        state = Mutex(
            State(position: isWhole ? Position(bytes) : nil, descriptor: file >= 0 ? file : nil))
    }

    deinit { close() }

    /// What the file said when it was opened, or was given since.
    var position: Position? { state.withLock { $0.position } }

    /// Writes a position, unless the file is further in the same store.
    func raise(to position: Position) {
        state.withLock { state in
            if let known = state.position, known.storeID == position.storeID, known.step >= position.step {
                return
            }
            state.position = position
            guard let descriptor = state.descriptor else { return }
            let bytes = position.bytes
            // Without room the mark stays behind, which only makes it less strict.
            _ = pwrite(descriptor, bytes, bytes.count, 0)
        }
    }

    func close() {
        state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            _ = fsync(descriptor)
            #if canImport(Glibc)
                _ = Glibc.close(descriptor)
            #else
                _ = Darwin.close(descriptor)
            #endif
            state.descriptor = nil
        }
    }
}

extension StoreMark.Position {
    fileprivate init?(_ bytes: [UInt8]) {
        guard let id = UUID(wire: bytes[..<16]) else { return nil }
        self.init(
            storeID: id, step: bytes[16...].reduce(0) { $0 << 8 | Int64($1) })
    }

    fileprivate var bytes: [UInt8] { storeID.wire + withUnsafeBytes(of: step.bigEndian, Array.init) }
}
