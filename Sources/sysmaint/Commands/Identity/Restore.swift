import Commands
import Foundation
import KeyStore
import RelayAPI

struct Restore: Command {
    static let about = About(
        "Make an identity's store from a backup.",
        details: """
            The store must not exist: nothing is overwritten. What was sent in the sessions of the backup can still be read, \
            but nothing is sent in them again: the next message to each peer begins a new session, as the original may have \
            gone on in the old one. Never run the original again afterwards.

            Example: sysmaint restore carol.backup
            """)

    @Argument("A file that sysmaint backup has written; it stays as it is.", value: "file")
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
                .badInput, "\(file) is no backup of a key store, or was altered: \(reason)",
                help: "Nothing was changed. Take another backup.")
        }
        do {
            let store = try await Progress.shown("copying the store") { _ in
                try KeyStore.restore(from: file, to: path, passphrase: passphrase)
            }
            try output.show(IdentitySummary(store)) { $0.text }
        } catch KeyStoreError.alreadyExists {
            throw Failure(
                .cannotCreate, "there is a store at \(path) already",
                help:
                    "Nothing was overwritten. Move that store away first, or restore into another folder with --home."
            )
        }
    }
}
