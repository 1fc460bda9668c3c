import Commands
import Foundation
import KeyStore
import RelayAPI

struct Backup: Command {
    static let about = About(
        "Back up an identity's key store to one encrypted file.",
        details: """
            The backup contains the store's keys, sessions and messages, encrypted with the same passphrase; keep the \
            passphrase as well, in a different place. The backup stays usable however long the original remains in use; \
            see sysmaint restore. First stop the process that uses the store.

            Example: sysmaint backup carol.backup --id carol
            """)

    @Argument("The backup file to create; it must not exist.", value: "file")
    var file: String
    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    private struct Summary: Encodable {
        let id: IdentityID
        let device: DeviceID
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
        let store = try identity.openStore(settings)
        try await Progress.shown("copying the store") { _ in try store.backUp(to: file) }
        let owner = store.account.owner
        try output.show(Summary(id: owner.identity, device: owner.device, backup: file)) { summary in
            "backed up \(summary.id).\(summary.device) to \(summary.backup)"
        }
    }
}
