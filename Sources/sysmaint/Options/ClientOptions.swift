import ArgumentParser
import KeyStore
import Logging
import Messenger

/// What a command takes that acts as an identity towards a relay.
struct ClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the relay is (RELAY_URL).", valueName: "url"))
    var relayURL: String?
    @OptionGroup var identity: IdentityOptions
    @OptionGroup var common: CommonOptions

    func open() throws -> Messenger { try openWithSettings().messenger }

    func openWithSettings() throws -> (messenger: Messenger, settings: Settings) {
        let settings = try common.settings([.relayURL: relayURL], quiet: true)
        return (try settings.messenger(identity.openStore(settings)), settings)
    }
}

extension Settings {
    func messenger(_ store: KeyStore) throws -> Messenger { try messenger(store, relay: relayURL()) }

    func messenger(_ store: KeyStore, relay url: String) throws -> Messenger {
        try Messenger(
            store: store,
            relay: RelayClient(
                url: url, client: Network.ownClient, tls: Network.relayTLS,
                registrationSecret: RelaySettings.registrationSecret(reader)),
            logger: Logger(label: "messenger"))
    }
}
