import Commands
import KeyStore
import Logging
import Messenger

/// The options of commands that act as an identity on a relay.
struct ClientOptions: Arguments {
    @Option("The relay's URL (RELAY_URL).", value: "url")
    var relayURL: String?
    let identity = IdentityOptions()
    let common = CommonOptions()

    func open() throws -> Messenger { try openWithSettings().messenger }

    func settings() throws -> Settings { try common.settings([.relayURL: relayURL], quiet: true) }

    func openWithSettings() throws -> (messenger: Messenger, settings: Settings) {
        let settings = try settings()
        return (try settings.messenger(identity.openStore(settings)), settings)
    }
}

extension Settings {
    func messenger(_ store: KeyStore) throws -> Messenger { try messenger(store, relay: relayURL()) }

    func messenger(_ store: KeyStore, relay url: String) throws -> Messenger {
        try Messenger(
            store: store,
            relay: RelayClient(
                url: url, tls: Network.relayTrust,
                registrationSecret: RelaySettings.registrationSecret(reader)),
            logger: Logger(label: "messenger"))
    }
}
