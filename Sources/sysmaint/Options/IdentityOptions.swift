import Commands
import Cryptography
import Foundation
import KeyStore
import RelayAPI

/// The identity a command acts as, and its passphrase.
struct IdentityOptions: Arguments {
    @Option("Your identity; required if the data folder has several.", value: "id")
    var id: IdentityID?

    let passphrase = PassphraseOptions()

    /// How long to wait for another command that uses the store.
    private static let patience = Duration.seconds(10)

    /// The key store of the chosen identity, or of the only person with one in the data folder.
    func path(_ settings: Settings) throws -> String { settings.store(of: try id ?? settings.onlyPerson()) }

    /// Opens the store of the chosen identity, or of the only person with one in the data folder.
    func openStore(_ settings: Settings) throws -> KeyStore { try openStoreByPassphrase(settings).store }

    /// Like `openStore`, and also returns the passphrase.
    func openStoreByPassphrase(_ settings: Settings) throws -> (store: KeyStore, passphrase: SecretText) {
        let identity = try id ?? settings.onlyPerson()
        let path = settings.store(of: identity)
        // Do not ask for the passphrase of a store that does not exist.
        guard FileManager.default.fileExists(atPath: path) else { throw KeyStoreError.notFound(path: path) }
        let passphrase = try passphrase.source(settings).passphrase(whenAbsent: .ask)
        let store = try KeyStore.open(
            at: path, passphrase: passphrase, quota: settings.messageQuota(of: identity),
            patience: Self.patience)
        return (store, passphrase)
    }
}

extension IdentityID: ArgumentValue {
    package static var requirement: String? {
        "it must have 1 to 63 characters of a-z, 0-9, '.', '_' and '-', and begin with a letter or digit"
    }

    /// Reads an id from the command line.
    public init?(argument: String) {
        guard let id = try? IdentityID(argument) else { return nil }
        self = id
    }
}

extension Settings {
    /// The identities with a store in the data folder, except those of the services.
    func people() -> [IdentityID] {
        let services: Set = [agentID, probeID, aliceID, bobID]
        return identities().filter { !services.contains($0) }
    }

    /// The identities with a store in the data folder.
    func identities() -> [IdentityID] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: home)) ?? []
        return names.filter { $0.hasSuffix(Self.storeSuffix) }
            .compactMap { try? IdentityID(String($0.dropLast(Self.storeSuffix.count))) }
            .sorted()
    }

    fileprivate func onlyPerson() throws -> IdentityID {
        let people = people()
        guard let person = people.first else {
            throw Failure(
                .notFound, "there is no personal identity in \(home)",
                help: "Create one with: sysmaint init --id NAME. Or select one with --id or --home.")
        }
        guard people.count == 1 else {
            let names = people.map(\.description).joined(separator: ", ")
            throw Failure(
                .notFound, "there are several personal identities in \(home): \(names)",
                help: "Select one with --id.")
        }
        return person
    }
}
