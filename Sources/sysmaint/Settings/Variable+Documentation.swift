import KeyStore
import RelayServer

/// The defaults and the meanings of the settings; `Documentation/configuration.md` contains them as a table.
extension Variable {
    /// The default as written in a `.env` file; empty if there is none. It is stated here or, for limits, by the part that
    /// has them.
    var fallback: String {
        switch self {
        case .home: "~/.sysmaint"
        case .passphrase, .openAIKey, .openAIAuthority, .dailyBudget, .requestBudget, .askerBudget: ""
        case .relayCertificate, .relayKey, .relayAuthority, .registrationSecret, .relayPublicURL: ""
        case .diagnosticsToken, .serves, .webToken, .webNames, .webBasePath: ""
        case .logLevel: "info"
        case .logFormat: "text"
        case .relayHost, .webHost: "127.0.0.1"
        case .relayPort: "8080"
        case .relayDatabase: "~/.sysmaint/relay.db"
        case .relayURL: "http://127.0.0.1:8080"
        case .relayRates: SettingsReader.text(of: RateLimits())
        case .minFreeDisk: String(LoadLimits().minFreeDiskByteCount >> 20)
        case .maxMemory: String(LoadLimits().maxAllocatedByteCount >> 20)
        case .relayHeartbeat: "30000"
        case .openAIBaseURL: "https://api.openai.com/v1"
        case .openAIModel: "gpt-4o-mini"
        case .firstByteTimeout: "120000"
        case .pieceTimeout: "60000"
        case .modelTimeout: "600000"
        case .inputPrice: "0.15"
        case .outputPrice: "0.60"
        case .historyDays: ""
        case .historyCount: String(MessageQuota().total.count)
        case .historyMiB: String(MessageQuota().total.byteCount >> 20)
        case .peerCount: String(MessageQuota().perPeer.count)
        case .peerMiB: String(MessageQuota().perPeer.byteCount >> 20)
        case .strangerCount: String(MessageQuota().perStranger.count)
        case .strangerMiB: String(MessageQuota().perStranger.byteCount >> 20)
        case .agentID: "sysmaint"
        case .agentStore: "~/.sysmaint/sysmaint.signal.db"
        case .stateDatabase: "~/.sysmaint/state.db"
        case .probeID: "diagprobe"
        case .probeStore: "~/.sysmaint/diagprobe.signal.db"
        case .probeInterval: "10000"
        case .aliceID: "alice"
        case .aliceStore: "~/.sysmaint/alice.signal.db"
        case .bobID: "bob"
        case .bobStore: "~/.sysmaint/bob.signal.db"
        case .webPort: "3000"
        case .chatTimeout: "25000"
        }
    }

    var summary: String {
        switch self {
        case .home: "The data folder; created with access for its owner only."
        case .passphrase:
            "The passphrase of the key stores; by default, the file `passphrase` in the data folder."
        case .logLevel: "`trace` to `critical`; commands other than services default to `warning`."
        case .logFormat:
            "`text`, or `json` for one object per line; by default, the format given by `--format`."
        case .relayHost: "The address the relay listens on."
        case .relayPort: "The relay's port; 0 selects any free port."
        case .relayDatabase: "The relay's SQLite file."
        case .relayURL:
            "The relay's URL for its clients; by default, made from `RELAY_HOST` and `RELAY_PORT`."
        case .diagnosticsToken:
            "The secret with which `sysmaint diagnostics` posts to the relay; by default, the file `diagnostics-token` in the data folder, which the relay creates."
        case .relayPublicURL:
            "The URLs by which clients know the relay, separated by commas, where these are not its own address or host name: behind a proxy, or a name in DNS."
        case .relayCertificate:
            "The relay's certificate chain (PEM); if set, the relay serves HTTPS only. Reloaded when it changes."
        case .relayKey: "The certificate's private key (PEM)."
        case .relayAuthority:
            "CA certificates (PEM) that the relay's clients trust in addition to the system's."
        case .registrationSecret:
            "Secret required to register a device, at least 16 characters; if unset, anyone can register."
        case .relayRates:
            "The relay's rate limits, separated by commas: name=per second/burst; others keep their defaults."
        case .minFreeDisk:
            "MiB of free disk below which the relay stores nothing new; telemetry stops earlier."
        case .maxMemory: "MiB of memory above which the relay accepts nothing new; telemetry stops earlier."
        case .relayHeartbeat:
            "Idle milliseconds before a client is pinged, 1000 to 600000; it is disconnected after twice that."
        case .openAIKey:
            "API key for the model's server. If this and `OPENAI_BASE_URL` are unset, the offline analyst answers."
        case .openAIBaseURL:
            "Base URL of a server with the Chat Completions API, including `/v1`; may have a query."
        case .openAIModel: "The model to use."
        case .openAIAuthority:
            "CA certificates (PEM) that the agent trusts for the model's server in addition to the system's."
        case .firstByteTimeout:
            "Milliseconds until the model's server begins its answer, 1000 to 3600000; local servers load the model meanwhile."
        case .pieceTimeout: "Milliseconds between two pieces of the model's answer, 1000 to 3600000."
        case .modelTimeout: "Milliseconds that one call of the model may take in all, 1000 to 3600000."
        case .inputPrice: "US dollars per million prompt tokens."
        case .outputPrice: "US dollars per million completion tokens."
        case .dailyBudget: "US dollars that may be spent per day (UTC)."
        case .requestBudget: "US dollars that may be spent on model calls for one question."
        case .askerBudget:
            """
            US dollars that one asker may spend per day; by default, half of the daily budget. The web's users are bound by \
            the daily budget alone.
            """
        case .historyDays:
            "Days that conversations are kept, 1 to 36500; by default, as long as they fit."
        case .historyCount:
            "Messages kept per identity; then the largest conversation loses its oldest."
        case .historyMiB:
            "MiB of messages kept per identity, without those of strangers."
        case .peerCount:
            "Messages kept of each peer, in conversations and unread; its oldest go."
        case .peerMiB:
            "MiB of messages kept of each peer."
        case .strangerCount:
            "Messages kept of each peer that was never written to; of all of these, 25 times that."
        case .strangerMiB:
            "MiB kept of each peer that was never written to; of all of these, 16 times that."
        case .agentID: "The agent's identity."
        case .agentStore: "The agent's key store."
        case .serves:
            """
            Whose questions the agent answers: `everyone`, or identities separated by commas, in addition to those of this \
            installation. By default, everyone where only this machine reaches the relay, otherwise those of this installation.
            """
        case .stateDatabase:
            "Database of telemetry, questions, answers and usage; written by the agent, read by the web."
        case .probeID: "The probe's identity. The agent accepts telemetry from no other."
        case .probeStore: "The probe's key store."
        case .probeInterval: "Milliseconds between samples, 100 to 3600000."
        case .aliceID: "The identity of the web's user Alice."
        case .aliceStore: "Alice's key store."
        case .bobID: "The identity of the web's user Bob."
        case .bobStore: "Bob's key store."
        case .webHost: "The address the web listens on."
        case .webPort: "The web's port; 0 selects any free port."
        case .webToken:
            "Token required to use the web, at least 16 characters; if unset, anyone who can reach it has access."
        case .webNames:
            "Host names of the web, separated by commas, in addition to `localhost` and IP addresses."
        case .webBasePath: "The path below which a reverse proxy serves the web, such as `/sysmaint`."
        case .chatTimeout:
            """
            Milliseconds that `POST /api/chat` waits for an answer, 100 to 600000. The agent works on an answer for as long, and \
            for two minutes at least.
            """
        }
    }

    /// All settings as a Markdown table.
    static var table: String {
        let rows = allCases.map { variable in
            let fallback = variable.fallback.isEmpty ? "" : "`\(variable.fallback)`"
            return "| `\(variable.rawValue)` | \(fallback) | \(variable.summary) |"
        }
        return (["| name | default | meaning |", "|---|---|---|"] + rows).joined(separator: "\n")
    }
}
