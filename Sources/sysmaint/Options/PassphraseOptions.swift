import Commands

/// A source of the key stores' passphrase that takes precedence over the environment.
struct PassphraseOptions: Arguments {
    @Option(
        "File with the passphrase, readable only by you (or MEGA_PASSPHRASE, or 'passphrase' in the data folder).",
        value: "file")
    var passphraseFile: String?

    func source(_ settings: Settings) -> PassphraseSource {
        PassphraseSource(file: passphraseFile, settings: settings)
    }
}
