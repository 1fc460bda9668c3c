import Commands
import Cryptography
import KeyStore

struct Passphrase: Command {
    static let about = About(
        "Manage the passphrase of a key store.",
        details: "Example: sysmaint passphrase change --id carol", commands: [ChangePassphrase.self])
}

struct ChangePassphrase: Command {
    static let about = About(
        "Change the passphrase of an identity's key store.", name: "change",
        details: """
            The current passphrase comes from its usual source, the new one from a file or the terminal. If the current \
            one is in the data folder's passphrase file, keep that file: the other stores in the folder still need it.

            Example: sysmaint passphrase change --id carol --new-passphrase-file new.txt
            """)

    @Option(
        "File with the new passphrase, readable only by you; if omitted, you are prompted.", value: "file")
    var newPassphraseFile: String?
    let identity = IdentityOptions()
    let output = OutputOptions()
    let common = CommonOptions()

    private struct Change: Encodable {
        let store: String
    }

    func run() async throws {
        let settings = try common.settings(quiet: true)
        let (store, old) = try identity.openStoreByPassphrase(settings)
        try store.changePassphrase(from: old, to: try newPassphrase())
        try output.show(Change(store: store.path)) { "The passphrase of \($0.store) was changed." }
    }

    private func newPassphrase() throws -> SecretText {
        if let newPassphraseFile { return try PassphraseSource.read(newPassphraseFile) }
        guard let first = Terminal.askSecretly("New passphrase: ") else {
            throw Failure(
                .configuration, "no new passphrase",
                help: "Provide a file with --new-passphrase-file, or run the command in a terminal.")
        }
        guard Terminal.askSecretly("Repeat the new passphrase: ") == first else {
            throw Failure(.badInput, "the two entries differ", help: "Nothing was changed. Try again.")
        }
        return first
    }
}
