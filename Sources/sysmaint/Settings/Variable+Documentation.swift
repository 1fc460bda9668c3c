/// What people are told about a setting; `Documentation/configuration.md` holds this as a table.
extension Variable {
    /// As one would write it in a `.env` file; empty where there is none.
    var fallback: String {
        switch self {
        case .home: "~/.sysmaint"
        case .passphrase, .openAIKey, .dailyBudget, .requestBudget, .webToken, .webNames: ""
        case .relayCertificate, .relayKey, .relayAuthority, .registrationSecret: ""
        case .logLevel: "info"
        case .logFormat: "text"
        case .relayHost, .webHost: "127.0.0.1"
        case .relayPort: "8080"
        case .relayDatabase: "~/.sysmaint/relay.db"
        case .relayURL: "http://127.0.0.1:8080"
        case .relayRates:
            """
            registrations=2/60,refused-tokens=1/60,requests=50/500,messages=5000/20000,\
            message-bytes=16777216/67108864,messages-to-target=10000/40000,bundles=0.5/30,\
            bundles-of-target=1/60,bundles-of-address=5/300
            """
        case .minFreeDisk: "32"
        case .maxMemory: "2048"
        case .relayHeartbeat: "30000"
        case .openAIBaseURL: "https://api.openai.com/v1"
        case .openAIModel: "gpt-4o-mini"
        case .inputPrice: "0.15"
        case .outputPrice: "0.60"
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
        case .home: "The data folder, made for its owner alone."
        case .passphrase: "Opens the key stores. Without it, the file `passphrase` in the data folder."
        case .logLevel: "`trace` to `critical`; commands that are no services begin at `warning`."
        case .logFormat: "`text`, or `json` with one object per line; follows `--format` where it is not set."
        case .relayHost: "The address the relay listens on."
        case .relayPort: "The relay's port; 0 takes a free one."
        case .relayDatabase: "The relay's SQLite file."
        case .relayURL: "Where everybody but the relay finds it; follows `RELAY_HOST` and `RELAY_PORT`."
        case .relayCertificate:
            "The relay's certificate chain (PEM); with it, it serves HTTPS alone. Read again when it changes."
        case .relayKey: "The private key of the certificate (PEM)."
        case .relayAuthority:
            "Certificates (PEM) that whoever connects to the relay trusts beside the system's authorities."
        case .registrationSecret:
            "What a device must show to register, 16 characters or more; without it everybody may register."
        case .relayRates:
            "How much the relay takes: name=per second/at once, by commas; what is not named keeps its default."
        case .minFreeDisk: "MiB of free disk below which the relay stores nothing new; telemetry stops first."
        case .maxMemory: "MiB of memory above which the relay takes nothing new; telemetry stops first."
        case .relayHeartbeat:
            "Milliseconds after which a silent client is asked, and closed after as long again; 1000 to 600000."
        case .openAIKey: "The key for the model's server. A key or an address makes a model answer."
        case .openAIBaseURL: "A server that speaks Chat Completions, up to and with its `/v1`."
        case .openAIModel: "The model to ask for."
        case .inputPrice: "US dollars for a million tokens sent."
        case .outputPrice: "US dollars for a million tokens received."
        case .dailyBudget: "US dollars that may be spent from midnight to midnight, UTC."
        case .requestBudget: "US dollars that the calls of the model for one question may cost."
        case .agentID: "The agent's identity."
        case .agentStore: "The agent's key store."
        case .stateDatabase: "Telemetry, questions, answers and usage; the agent writes, the web reads."
        case .probeID: "The probe's identity. The agent takes in the telemetry of no other."
        case .probeStore: "The probe's key store."
        case .probeInterval: "Milliseconds between two samples, 100 to 3600000."
        case .aliceID: "The identity of the web's Alice."
        case .aliceStore: "Alice's key store."
        case .bobID: "The identity of the web's Bob."
        case .bobStore: "Bob's key store."
        case .webHost: "The address the web listens on."
        case .webPort: "The web's port; 0 takes a free one."
        case .webToken:
            "What readers of the web have to know, 16 characters or more; without it everybody reads and writes."
        case .webNames: "Host names of the web, separated by commas, beside `localhost` and addresses."
        case .chatTimeout: "Milliseconds that `POST /api/chat` waits for an answer, 100 to 600000."
        }
    }

    /// All settings as a Markdown table.
    static var table: String {
        let rows = allCases.map { variable in
            let fallback = variable.fallback.isEmpty ? "" : "`\(variable.fallback)`"
            return "| `\(variable.rawValue)` | \(fallback) | \(variable.summary) |"
        }
        return (["| name | default | what it is |", "|---|---|---|"] + rows).joined(separator: "\n")
    }
}
