import Commands
import Foundation
import KeyStore
import RelayAPI

struct Backup: Command {
    static let about = About(
        "Copy an identity's store into one sealed file.",
        details: """
            The copy holds keys, sessions and messages as the store does, sealed under the same passphrase: keep that too, in \
            another place. It can be restored however long the original goes on; see sysmaint restore. Stop the process \
            that uses the store first.

            Example: sysmaint backup carol.backup --id carol
            """)

    @Argument("The file to write; it must not exist.", value: "file")
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
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                .cannotCreate, "there is a file at \(file) already",
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
