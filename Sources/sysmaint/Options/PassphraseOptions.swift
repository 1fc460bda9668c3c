import Commands

/// Where the passphrase of the key stores comes from when not from the environment.
struct PassphraseOptions: Arguments {
    @Option(
        "A file, readable by you alone, with the passphrase (else MEGA_PASSPHRASE, or 'passphrase' in the data folder).",
        value: "file")
    var passphraseFile: String?

    func source(_ settings: Settings) -> PassphraseSource {
        PassphraseSource(file: passphraseFile, settings: settings)
    }
}
