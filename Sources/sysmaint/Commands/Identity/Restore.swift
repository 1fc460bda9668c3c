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

            A backup that somebody changed, added rows to or removed rows from is rejected before anything is changed. An \
            older backup in place of a newer one is not noticed. Backups that earlier versions made are restored with a \
            note: they cannot show that nothing is missing.

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
        let backup: KeyStore.BackupSummary
        do {
            backup = try KeyStore.examine(backup: file, passphrase: passphrase)
        } catch KeyStoreError.damaged(_, let reason) {
            throw Failure(
                .badInput, "\(file) is not a key store backup, or was altered: \(reason)",
                help: "Nothing was changed. Use another backup.")
        }
        let path = settings.store(of: backup.owner.identity)
        do {
            let store = try await Progress.shown("restoring the store") { _ in
                try KeyStore.restore(from: file, to: path, passphrase: passphrase)
            }
            if !backup.isKnownToBeWhole { Output.note(Self.unsealedNote) }
            let summary = Summary(identity: IdentitySummary(store), isKnownToBeWhole: backup.isKnownToBeWhole)
            try output.show(summary) { $0.identity.text }
        } catch KeyStoreError.alreadyExists {
            throw Failure(
                .cannotCreate, "the key store \(path) already exists",
                help:
                    "Nothing was overwritten. Move that store away first, or restore into another folder with --home."
            )
        }
    }

    private static let unsealedNote =
        """
        the backup is not sealed as a whole, as earlier versions made them: whether messages, keys or decisions are missing \
        or were replaced by older ones cannot be told; if you made it with this version, somebody changed it
        """

    private struct Summary: Encodable {
        let identity: IdentitySummary
        let isKnownToBeWhole: Bool

        private enum Key: String, CodingKey { case isKnownToBeWhole }

        func encode(to encoder: any Encoder) throws {
            try identity.encode(to: encoder)
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(isKnownToBeWhole, forKey: .isKnownToBeWhole)
        }
    }
}
