import Cryptography
import Foundation
import Values

/// The secret that the relay and its diagnostics worker share: set, or in a file of their data folder.
enum DiagnosticsToken {
    /// For the relay, which creates the file if it is missing; nil if it cannot, and then no worker can post.
    static func made(_ settings: Settings) throws -> SecretText? {
        if let token = try read(settings) { return token }
        let token = SecureRandom.bytes(24).hexText
        try Settings.makeFolder(of: path(settings))
        guard (try? PrivateFile.create(path(settings), contents: Data((token + "\n").utf8))) != nil else {
            return nil
        }
        return try read(settings)
    }

    /// For the worker; nil where neither is there.
    static func read(_ settings: Settings) throws -> SecretText? {
        if let token = try settings.reader.secret(.diagnosticsToken, minLength: 16) { return token }
        guard FileManager.default.fileExists(atPath: path(settings)) else { return nil }
        let text = String(decoding: try PrivateFile.read(path(settings)), as: UTF8.self)
        return SecretText(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func path(_ settings: Settings) -> String { settings.file("diagnostics-token") }
}
