import Commands
import Foundation
import KeyStore
import RelayAPI

struct Restore: Command {
    static let about = About(
        "Restore an identity's key store from a backup.",
        details: """
            The store must not exist; nothing is overwritten. The restored sessions can still decrypt messages but are not \
            used for sending, because the original may have advanced them: the next message to each peer starts a new \
            session. Never use the original store again afterwards.

            Example: sysmaint restore carol.backup
            """)

    @Argument("Backup file written by sysmaint backup; it is not changed.", value: "file")
    var file: String
    let passphrase = PassphraseOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    func run() async throws {
        let settings = try common.settings(quiet: true)
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(.notFound, "there is no backup at \(file)", help: "Check the path.")
        }
        try settings.makeHome()
        let passphrase = try passphrase.source(settings).passphrase(whenAbsent: .ask)
        let path: String
        do {
            let owner = try KeyStore.owner(ofBackup: file, passphrase: passphrase)
            path = settings.store(of: owner.identity)
        } catch KeyStoreError.damaged(_, let reason) {
            throw Failure(
                .badInput, "\(file) is not a key store backup, or was altered: \(reason)",
                help: "Nothing was changed. Use another backup.")
        }
        do {
            let store = try await Progress.shown("restoring the store") { _ in
                try KeyStore.restore(from: file, to: path, passphrase: passphrase)
            }
            try output.show(IdentitySummary(store)) { $0.text }
        } catch KeyStoreError.alreadyExists {
            throw Failure(
                .cannotCreate, "the key store \(path) already exists",
                help:
                    "Nothing was overwritten. Move that store away first, or restore into another folder with --home."
            )
        }
    }
}
