import Commands
import KeyStore
import RelayAPI

/// The options of services that act as an identity on a relay.
struct ServiceOptions: Arguments {
    @Option("The relay's URL (RELAY_URL).", value: "url")
    var relayURL: String?
    let stores = StoreOptions()
    let common = CommonOptions()

    func settings(_ flags: [Variable: String?] = [:]) throws -> Settings {
        try common.settings([.relayURL: relayURL].merging(flags) { $1 })
    }
}

/// Opens the key stores of services, and creates missing ones.
struct StoreOptions: Arguments {
    let passphrase = PassphraseOptions()

    /// Opens the stores of `identities`, in this order; the passphrase is looked up once.
    func open(_ identities: [IdentityID], _ settings: Settings) throws -> [KeyStore] {
        // A new passphrase would not open existing stores.
        let isFirstStart = settings.identities().isEmpty
        let secret = try passphrase.source(settings).passphrase(whenAbsent: isFirstStart ? .create : .ask)
        return try identities.map { identity in
            let path = settings.store(of: identity)
            try Settings.makeFolder(of: path)
            let quota = try settings.messageQuota(of: identity)
            do {
                return try KeyStore.open(at: path, passphrase: secret, quota: quota)
            } catch KeyStoreError.notFound {
                return try KeyStore.create(
                    at: path, passphrase: secret, owner: DeviceAddress(identity), quota: quota)
            }
        }
    }

    func open(_ identity: IdentityID, _ settings: Settings) throws -> KeyStore {
        try open([identity], settings)[0]
    }
}
