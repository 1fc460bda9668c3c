import Cryptography
import Foundation

/// Finds the passphrase of the key stores: a file, `MEGA_PASSPHRASE`, the home folder's file, the terminal.
///
/// It is never an argument: arguments are visible to every user of the machine.
struct PassphraseSource {
    /// The file given by `--passphrase-file`.
    let file: String?
    let settings: Settings

    enum Absence {
        /// Creates a random passphrase and stores it in the home folder.
        case create
        /// Prompts for it if there is a terminal.
        case ask
    }

    func passphrase(whenAbsent absence: Absence) throws -> SecretText {
        try settings.checkHome()
        if let file { return try Self.read(file) }
        if let text = try settings.reader.secret(.passphrase) { return text }
        if FileManager.default.fileExists(atPath: homeFile) { return try Self.read(homeFile) }
        switch absence {
        case .create: return try create()
        case .ask:
            guard let text = Terminal.askSecretly("Passphrase: "), !text.isEmpty else {
                throw Failure(
                    .configuration, "no passphrase",
                    help:
                        "Set MEGA_PASSPHRASE, provide a file with --passphrase-file, or run the command in a terminal."
                )
            }
            return text
        }
    }

    var homeFile: String { settings.file("passphrase") }

    /// 32 random bytes, written for the owner alone.
    private func create() throws -> SecretText {
        try settings.makeHome()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let text = Data(bytes).base64EncodedString()
        guard try PrivateFile.create(homeFile, contents: Data((text + "\n").utf8)) else {
            // Another service that started at the same time has created it.
            return try Self.read(homeFile)
        }
        Output.note(
            "A passphrase was created: \(homeFile). Keep a copy: the stores cannot be opened without it.")
        return SecretText(text)
    }

    /// The first line of a file that only its owner may read.
    static func read(_ path: String) throws -> SecretText {
        let contents = try PrivateFile.read(path)
        guard let line = String(data: contents, encoding: .utf8)?.split(whereSeparator: \.isNewline).first
        else {
            throw Failure(
                .configuration, "the passphrase file \(path) is empty or not text",
                help: "Put the passphrase on its first line.")
        }
        return SecretText(line)
    }
}
