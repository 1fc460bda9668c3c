import Commands
import KeyStore

struct Passphrase: Command {
    static let about = About(
        "Look after the passphrase of a store.",
        details: "Example: sysmaint passphrase change --id carol", commands: [ChangePassphrase.self])
}

struct ChangePassphrase: Command {
    static let about = About(
        "Lock an identity's store with another passphrase.", name: "change",
        details: """
            The present passphrase comes from where it always comes from, the new one from a file or the terminal. Where \
            the data folder's passphrase file opened the store, the other stores of the folder still need it.

            Example: sysmaint passphrase change --id carol --new-passphrase-file new.txt
            """)

    @Option("A file, readable by you alone, with the new passphrase; asked for without it.", value: "file")
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
        try output.show(Change(store: store.path)) { "The passphrase of \($0.store) is changed." }
    }

    private func newPassphrase() throws -> String {
        if let newPassphraseFile { return try PassphraseSource.read(newPassphraseFile) }
        guard let first = Terminal.askSecretly("New passphrase: ") else {
            throw Failure(
                .configuration, "no new passphrase",
                help: "Name a file with --new-passphrase-file, or run in a terminal.")
        }
        guard Terminal.askSecretly("Once more: ") == first else {
            throw Failure(.badInput, "the two entries differ", help: "Nothing was changed. Try again.")
        }
        return first
    }
}
