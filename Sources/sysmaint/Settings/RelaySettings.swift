import Cryptography
import Foundation
import RelayAPI
import RelayServer

/// The relay's settings: its address, its database and its limits.
struct RelaySettings {
    let host: String
    let port: Int
    let database: String
    let certificate: CertificateFiles?
    let publicOrigins: Set<RelayOrigin>
    let registrationSecret: SecretText?
    let rates: RateLimits
    let load: LoadLimits
    let heartbeat: Duration

    init(_ reader: SettingsReader, home: String) throws {
        host = try reader.listenHost(.relayHost)
        port = try reader.port(.relayPort)
        let database = reader.path(.relayDatabase) ?? home + "/relay.db"
        guard !database.contains("://") else {
            // The URL may contain a password: only its scheme is shown.
            throw SettingError(
                .relayDatabase, value: database.prefix { $0 != ":" } + "://…",
                requirement: "must be the path of an SQLite file; other databases are not supported")
        }
        self.database = database
        certificate = try Self.certificate(reader)
        publicOrigins = try Self.publicOrigins(reader)
        registrationSecret = try Self.registrationSecret(reader)
        rates = try reader.rates(.relayRates)
        var load = LoadLimits()
        load.minFreeDiskByteCount = try reader.number(.minFreeDisk, in: 1...1_000_000) << 20
        load.maxAllocatedByteCount = try reader.number(.maxMemory, in: 64...1_000_000) << 20
        load.stay(below: MemoryLimit.current())
        self.load = load
        heartbeat = try reader.milliseconds(.relayHeartbeat, in: 1000...600_000)
    }

    /// The URL of a relay with these settings that is bound to `port`.
    func url(port: Int) -> String {
        Network.url(host: host, port: port, isSecure: certificate != nil)
    }

    /// The secret required to register; used by the relay and by its clients.
    static func registrationSecret(_ reader: SettingsReader) throws(SettingError) -> SecretText? {
        try reader.secret(.registrationSecret, minLength: 16)
    }

    private static func publicOrigins(_ reader: SettingsReader) throws(SettingError) -> Set<RelayOrigin> {
        let requirement = "must be URLs separated by commas, such as https://relay.example.org"
        return try reader.value(.relayPublicURL, requirement) { text in
            let origins = text.split(separator: ",").map {
                RelayOrigin(url: $0.trimmingCharacters(in: .whitespaces))
            }
            return origins.contains(nil) ? nil : Set(origins.compactMap(\.self))
        } ?? []
    }

    private static func certificate(_ reader: SettingsReader) throws -> CertificateFiles? {
        switch (reader.path(.relayCertificate), reader.path(.relayKey)) {
        case (let certificate?, let key?): return CertificateFiles(certificatePath: certificate, keyPath: key)
        case (nil, nil): return nil
        case (_?, nil), (nil, _?):
            throw Failure(
                .configuration, "only one of RELAY_TLS_CERT and RELAY_TLS_KEY is set",
                help: "Set both to serve HTTPS, or neither.")
        }
    }
}

extension RelayConfiguration {
    init(_ settings: RelaySettings) {
        self.init()
        host = settings.host
        port = settings.port
        certificate = settings.certificate
        publicOrigins = settings.publicOrigins
        registrationSecret = settings.registrationSecret
        rates = settings.rates
        load = settings.load
        heartbeatInterval = settings.heartbeat
        version = Version.current
    }
}
