import Commands
import Dispatch
import Foundation
import KeyStore
import Messenger

struct Backup: Command {
    static let about = About(
        "Back up an identity's key store to one encrypted file.",
        details: """
            The backup contains the store's keys, sessions and messages, encrypted with the same passphrase; keep the \
            passphrase as well, in a different place. The backup stays usable however long the original remains in use; \
            see sysmaint restore. If another process uses the identity, such as listen, that one writes the backup.

            Example: sysmaint backup carol.backup --id carol
            """)

    @Argument("The backup file to create; it must not exist.", value: "file")
    var file: String
    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    private struct Summary: Encodable {
        let id: String
        let device: UInt8
        let backup: String
    }

    func run() async throws {
        let settings = try common.settings(quiet: true)
        let folder = (file as NSString).deletingLastPathComponent
        guard !file.isEmpty, folder.isEmpty || FileManager.default.fileExists(atPath: folder) else {
            throw Failure(
                .cannotCreate, file.isEmpty ? "no file is named" : "there is no folder \(folder)",
                help: "Name a file in a folder that exists.")
        }
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                .cannotCreate, "the file \(file) already exists",
                help: "Nothing was overwritten. Choose another name for the backup.")
        }
        let path = URL(fileURLWithPath: file).path
        let owner = try await identity.perform(
            BackUpStore(path: path), settings, progress: "copying the store")
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .cannotCreate,
                "the process that uses the key store wrote the backup where this command sees none",
                help: "It has a /tmp or a root folder of its own. Name a file that both can reach.")
        }
        try output.show(Summary(id: owner.id, device: owner.device, backup: file)) { summary in
            "backed up \(summary.id).\(summary.device) to \(summary.backup)"
        }
    }
}

struct BackUpStore: StoreOperation {
    /// Absolute.
    let path: String

    static var patience: Duration { .seconds(600) }

    func run(by messenger: Messenger) async throws -> IdentitySummary {
        let store = messenger.store
        // Not on the threads of tasks, which a large store would block.
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result { try store.backUp(to: path) }) }
        }
        return IdentitySummary(store)
    }
}
