/// Every setting, with its name in the environment and in `.env` files.
enum Variable: String, CaseIterable {
    case home = "SYSMAINT_HOME"
    case passphrase = "MEGA_PASSPHRASE"
    case logLevel = "LOG_LEVEL"
    case logFormat = "LOG_FORMAT"

    case relayHost = "RELAY_HOST"
    case relayPort = "RELAY_PORT"
    case relayDatabase = "RELAY_DB"
    case relayURL = "RELAY_URL"
    case relayPublicURL = "RELAY_PUBLIC_URL"
    case relayCertificate = "RELAY_TLS_CERT"
    case relayKey = "RELAY_TLS_KEY"
    case relayAuthority = "RELAY_TLS_CA"
    case registrationSecret = "RELAY_REGISTRATION_SECRET"
    case diagnosticsToken = "RELAY_DIAGNOSTICS_TOKEN"
    case relayRates = "RELAY_RATES"
    case minFreeDisk = "RELAY_MIN_FREE_DISK_MIB"
    case maxMemory = "RELAY_MAX_MEMORY_MIB"
    case relayHeartbeat = "RELAY_HEARTBEAT_MS"

    case openAIKey = "OPENAI_API_KEY"
    case openAIBaseURL = "OPENAI_BASE_URL"
    case openAIModel = "OPENAI_MODEL"
    case openAIAuthority = "OPENAI_CA"
    case firstByteTimeout = "OPENAI_FIRST_BYTE_TIMEOUT_MS"
    case pieceTimeout = "OPENAI_PIECE_TIMEOUT_MS"
    case modelTimeout = "OPENAI_TIMEOUT_MS"
    case inputPrice = "OPENAI_INPUT_USD_PER_1M"
    case outputPrice = "OPENAI_OUTPUT_USD_PER_1M"
    case dailyBudget = "OPENAI_DAILY_BUDGET_USD"
    case requestBudget = "OPENAI_REQUEST_BUDGET_USD"
    case askerBudget = "OPENAI_ASKER_BUDGET_USD"

    case historyDays = "HISTORY_MAX_DAYS"
    case historyCount = "HISTORY_MAX_MESSAGES"
    case historyMiB = "HISTORY_MAX_MIB"
    case peerCount = "HISTORY_PEER_MAX_MESSAGES"
    case peerMiB = "HISTORY_PEER_MAX_MIB"
    case strangerCount = "HISTORY_STRANGER_MAX_MESSAGES"
    case strangerMiB = "HISTORY_STRANGER_MAX_MIB"

    case agentID = "SYSMAINT_ID"
    case agentStore = "SYSMAINT_SIGNAL_DB"
    case serves = "SYSMAINT_SERVES"
    case stateDatabase = "SYSMAINT_STATE_DB"

    case probeID = "DIAG_PROBE_ID"
    case probeStore = "DIAG_PROBE_SIGNAL_DB"
    case probeInterval = "SYSMAINT_PROBE_INTERVAL_MS"

    case aliceID = "ALICE_ID"
    case aliceStore = "SYSMAINT_WEB_SIGNAL_DB"
    case bobID = "BOB_ID"
    case bobStore = "BOB_SIGNAL_DB"
    case webHost = "WEB_HOST"
    case webPort = "WEB_PORT"
    case webToken = "WEB_TOKEN"
    case webNames = "WEB_NAMES"
    case webBasePath = "WEB_BASE_PATH"
    case chatTimeout = "SYSMAINT_CHAT_TIMEOUT_MS"

    /// Those that are paths of files or folders.
    static let paths: [Variable] = [
        .home, .relayDatabase, .relayCertificate, .relayKey, .relayAuthority, .openAIAuthority, .agentStore,
        .stateDatabase,
        .probeStore, .aliceStore, .bobStore,
    ]

    /// Whether its value must not appear in any message.
    var isSecret: Bool {
        [.passphrase, .openAIKey, .webToken, .registrationSecret, .diagnosticsToken].contains(self)
    }
}
