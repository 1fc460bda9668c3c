import Agent
import Commands
import KeyStore
import Logging
import Messenger
import RelayAPI
import Services

struct Up: Command {
    static let about = About(
        "Start everything on this machine: relay, agent, probe and web.",
        details: """
            Needs no preparation: the first start creates the data folder, a passphrase and four identities. Prints the \
            URLs once everything is running. Stop it with Ctrl-C or SIGTERM.

            Example: sysmaint up --web-port 3001
            """)

    @Option("The relay's port; 0 selects any free port (RELAY_PORT, or 8080).", value: "number")
    var relayPort: String?
    @Option("The web's port; 0 selects any free port (WEB_PORT, or 3000).", value: "number")
    var webPort: String?
    let output = OutputOptions()
    let stores = StoreOptions()
    let common = CommonOptions()

    func run() async throws {
        let settings = try common.settings([.relayPort: relayPort, .webPort: webPort])
        // The relay starts first: without this, invalid settings of the others would surface only while it is running.
        try settings.check()
        let (urls, isRunning) = AsyncStream.makeStream(of: String.self)
        let relay = try await onceThereIsRoom {
            try Parts(settings: settings).relay { url in
                isRunning.yield(url)
                isRunning.finish()
            }
        }
        let identities = [settings.agentID, settings.probeID, settings.aliceID, settings.bobID]
        guard Set(identities).count == identities.count else {
            throw Failure(
                .configuration,
                "two of the identities \(identities.map(\.description).joined(separator: ", ")) are the same",
                help: "Set SYSMAINT_ID, DIAG_PROBE_ID, ALICE_ID and BOB_ID to different values.")
        }
        let newcomers = try await onceThereIsRoom {
            try Newcomers(settings: settings, stores: stores.open(identities, settings), output: output)
        }
        defer { newcomers.closeStores() }
        let group = ServiceGroup([("relay", relay)])
        group.add("start", Start(group: group, relayURLs: urls, newcomers: newcomers))
        try await group.run()
        Output.note("Stopped.")
    }
}

/// Adds the services that need the relay once it is listening: before that, its port may be unknown.
private struct Start: Service {
    let group: ServiceGroup
    let relayURLs: AsyncStream<String>
    let newcomers: Newcomers

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                for await url in relayURLs {
                    for (name, service) in try await newcomers.introduced(to: url) {
                        group.add(name, service)
                    }
                }
            }
        } catch {
            // An interruption by shutdown is not a failure.
            guard Task.isShuttingDownGracefully else { throw error }
        }
        await gracefulShutdown()
    }
}

/// The services of `sysmaint up` other than the relay.
private struct Newcomers: Sendable {
    let settings: Settings
    let agentStore, probeStore, aliceStore, bobStore: KeyStore
    let database: StateDatabase
    let output: OutputOptions

    private struct Announcement: Encodable {
        let relay: String
        let web: String
        let home: String
        let answeredBy: String

        var text: String {
            """
            SysMaint is running.

              dashboard   \(web)/
              chat        \(web)/chat
              demo        \(web)/demo
              relay       \(relay)
              data        \(home)
              answers by  \(answeredBy)

            Press Ctrl-C to stop.
            """
        }
    }

    init(settings: Settings, stores: [KeyStore], output: OutputOptions) throws {
        self.settings = settings
        (agentStore, probeStore, aliceStore, bobStore) = (stores[0], stores[1], stores[2], stores[3])
        database = try Parts(settings: settings).stateDatabase()
        self.output = output
    }

    func closeStores() { for store in [agentStore, probeStore, aliceStore, bobStore] { store.close() } }

    /// Registers all identities with the relay, so that the first message of each finds its recipient, and returns
    /// their services in dependency order.
    func introduced(to ownRelay: String) async throws -> [(name: String, service: any Service)] {
        let relay = try settings.reader.webAddress(.relayURL) ?? ownRelay
        let agentMail = try settings.messenger(agentStore, relay: relay)
        let probeMail = try settings.messenger(probeStore, relay: relay)
        let alice = try settings.messenger(aliceStore, relay: relay)
        let bob = try settings.messenger(bobStore, relay: relay)
        let messengers = [agentMail, probeMail, alice, bob]
        for messenger in messengers {
            do {
                try await Parts.introduce(messengers, to: messenger)
                try await messenger.register()
            } catch let error as KeyStoreError {
                guard case .noRoom = error else { throw error }
                noteDelay(of: messenger, error)
            } catch let problem as Problem where problem.status == 503 {
                noteDelay(of: messenger, problem)
            }
        }

        let parts = Parts(settings: settings)
        let agent = try parts.agent(agentMail, database)
        let web = try parts.web(alice: alice, bob: bob, database) { [output, settings] url in
            let announcement = Announcement(
                relay: ownRelay, web: url, home: settings.home, answeredBy: agent.analyst)
            output.announce(announcement) { $0.text }
        }
        return [
            ("messenger of the agent", agentMail), ("messenger of the probe", probeMail),
            ("messenger of alice", alice), ("messenger of bob", bob),
            ("hand-over to the agent", HandOver(messenger: agentMail)),
            ("hand-over to the probe", HandOver(messenger: probeMail)),
            ("hand-over to alice", HandOver(messenger: alice)),
            ("hand-over to bob", HandOver(messenger: bob)), ("agent", agent),
            ("probe", try parts.probe(probeMail, relayURL: relay)), ("web", web),
        ]
    }

    /// A full disk, here or at the relay, does not end the service: there may be room later.
    private func noteDelay(of messenger: Messenger, _ error: any Error) {
        Logger(label: "up").error(
            "not registered yet; if the disk is full, free some space, and it goes on by itself",
            ["identity": "\(messenger.owner)", "error": "\(error)"])
    }
}
