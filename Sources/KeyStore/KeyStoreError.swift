import Database

/// Why a key store cannot be opened or used.
///
/// Cases hold paths, process numbers and table names, never keys or contents, so an error may be logged.
package enum KeyStoreError: Error, Hashable, Sendable {
    /// There is no store at this path, or its making was interrupted before it held anything.
    case notFound(path: String)
    case alreadyExists(path: String)
    /// Another process owns the store; the text names it.
    case inUse(path: String, by: String)
    case wrongPassphrase(path: String)
    case emptyPassphrase
    /// The file is no store, or a value in it is not what was sealed there.
    case damaged(path: String, reason: String)
    /// A later version of this program has changed the file's layout.
    case tooNew(path: String)
    /// The disk is full; what was to be written was not.
    case noRoom(path: String)
    /// The file system did not let the store do its work.
    case storage(path: String, reason: String)
    /// The file system lacks something that a store needs.
    case unsuitable(path: String, lack: FileSystemLack, reason: String)
    /// All 2^32 ids of this kind of prekey are used up.
    case preKeyIDsExhausted
}

extension KeyStoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path):
            "no key store at \(path); create one first (sysmaint init)"
        case .alreadyExists(let path):
            "the key store \(path) already exists; open it, or choose another path"
        case .inUse(let path, let owner):
            "the key store \(path) is in use by \(owner); stop that process first, one process owns a store at a time"
        case .wrongPassphrase(let path):
            "the passphrase does not open the key store \(path); nothing was changed"
        case .emptyPassphrase:
            "the passphrase is empty; give one of at least one character"
        case .damaged(let path, let reason):
            "the key store \(path) is damaged (\(reason)); restore it from a backup"
        case .tooNew(let path):
            "the key store \(path) was written by a later version of this program; use that version"
        case .noRoom(let path):
            "there is no room on the disk of \(path); free some, and writing goes on"
        case .storage(let path, let reason):
            "the key store \(path) cannot be used: \(reason)"
        case .unsuitable(let path, let lack, let reason):
            "the file system of the key store \(path) does not support \(lack.rawValue) (\(reason))"
        case .preKeyIDsExhausted:
            "no prekey ids are left in this identity; create a new identity"
        }
    }
}

extension KeyStore {
    static func explained<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch { throw explanation(of: error, at: path) }
    }

    static func explanation(of error: any Error, at path: String) -> any Error {
        switch error {
        case WrappedDataKey.Failure.wrongPassphrase: KeyStoreError.wrongPassphrase(path: path)
        case WrappedDataKey.Failure.damaged:
            KeyStoreError.damaged(path: path, reason: "the wrapped data key was altered")
        case is LaterVersion: KeyStoreError.tooNew(path: path)
        case let error as DamagedRow: KeyStoreError.damaged(path: path, reason: error.description)
        case let error as DatabaseError:
            switch error.kind {
            // Statements are always the same: what makes one impossible is the schema in the file.
            case .notADatabase, .corrupt, .mismatch, .other:
                KeyStoreError.damaged(path: path, reason: error.message)
            case .full: KeyStoreError.noRoom(path: path)
            case .inputOutput, .cannotOpen, .readOnly:
                KeyStoreError.storage(path: path, reason: error.message)
            case .unsuitable(let lack):
                KeyStoreError.unsuitable(path: path, lack: lack, reason: error.message)
            case .closed: KeyStoreError.storage(path: path, reason: "it has been closed")
            default: error
            }
        default: error
        }
    }
}
