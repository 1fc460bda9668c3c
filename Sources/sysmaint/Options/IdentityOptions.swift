import Commands
import Foundation
import KeyStore
import RelayAPI

/// Which identity a command acts as, and what opens its store.
struct IdentityOptions: Arguments {
    @Option("Who acts; needed where the data folder holds several people.", value: "id")
    var id: IdentityID?

    let passphrase = PassphraseOptions()

    /// Opens the store of the chosen identity, or of the only person in the data folder.
    func openStore(_ settings: Settings) throws -> KeyStore { try openStoreByPassphrase(settings).store }

    /// The same, with the passphrase that opened it.
    func openStoreByPassphrase(_ settings: Settings) throws -> (store: KeyStore, passphrase: String) {
        let identity = try id ?? settings.onlyPerson()
        let path = settings.store(of: identity)
        // Nobody is asked for the passphrase of nothing.
        guard FileManager.default.fileExists(atPath: path) else { throw KeyStoreError.notFound(path: path) }
        let passphrase = try passphrase.source(settings).passphrase(whenAbsent: .ask)
        return (try KeyStore.open(at: path, passphrase: passphrase), passphrase)
    }
}

extension IdentityID: ArgumentValue {
    package static var requirement: String? {
        "it has 1 to 63 of a-z, 0-9, '.', '_' and '-', the first a letter or digit"
    }

    /// Reads an id from the command line.
    public init?(argument: String) {
        guard let id = try? IdentityID(argument) else { return nil }
        self = id
    }
}

extension Settings {
    /// Whose stores lie in the data folder, but for those of the services.
    func people() -> [IdentityID] {
        let services: Set = [agentID, probeID, aliceID, bobID]
        return identities().filter { !services.contains($0) }
    }

    /// Whose stores lie in the data folder.
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
                .notFound, "no person has an identity in \(home)",
                help: "Make one with: sysmaint init --id NAME. Or choose with --id or --home.")
        }
        guard people.count == 1 else {
            let names = people.map(\.description).joined(separator: ", ")
            throw Failure(
                .notFound, "several people have an identity in \(home): \(names)",
                help: "Choose one with --id.")
        }
        return person
    }
}
