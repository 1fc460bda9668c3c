import CSQLite
import Synchronization

/// Stops a statement of a connection, which then fails with `.interrupted`, until it is ended.
final class Interrupter: Sendable {
    // An address, because pointers are not Sendable. Under the mutex it is that of a connection that is open.
    private let address: Mutex<UInt?>

    init(_ connection: OpaquePointer) { address = Mutex(UInt(bitPattern: connection)) }

    /// From any thread.
    func interrupt() {
        address.withLock { address in
            if let connection = address.flatMap(OpaquePointer.init(bitPattern:)) {
                sqlite3_interrupt(connection)
            }
        }
    }

    /// Before the connection is closed or reads for somebody else.
    func end() { address.withLock { $0 = nil } }
}
