import Agent
import Foundation
import KeyStore
import MaintenanceAPI
import HTTPClient
import Networking
import RelayAPI
import RelayServer

/// The checks of `sysmaint doctor`, in the order in which things depend on each other.
struct Examination {
    let settings: Settings
    let passphrase: PassphraseSource

    /// Makes all checks, and tells of each as soon as it is made.
    func run(_ tell: (Finding) throws -> Void) async throws {
        try tell(dataFolder())
        try tell(diskSpace())
        for finding in stores() { try tell(finding) }
        if let finding = stateDatabase() { try tell(finding) }
        try tell(kernelFiles())
        try tell(.ok("libraries", Version.libraries.joined(separator: ", ")))
        try tell(processor())
        let values = values()
        try tell(values)
        // All that follows is about what the settings name.
        guard values.outcome == .ok else { return }
        if let finding = relayDatabase() { try tell(finding) }
        if let finding = certificate() { try tell(finding) }
        try tell(await relay())
        try tell(await telemetry())
        try tell(await Progress.shown("trying the model") { _ in await model() })
    }

    private func dataFolder() -> Finding {
        let check = "data folder"
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: settings.home) else {
            return .warning(
                check, "\(settings.home) does not exist",
                help: "It is made by sysmaint up and by sysmaint init.")
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            return .warning(
                check, "\(settings.home) may be entered by others (mode \(String(mode, radix: 8)))",
                help: "Run: chmod 700 \(settings.home)")
        }
        guard FileManager.default.isWritableFile(atPath: settings.home) else {
            return .failed(check, "\(settings.home) cannot be written", help: "Check its owner and its disk.")
        }
        return .ok(check, settings.home)
    }

    private func diskSpace() -> Finding {
        let check = "disk space"
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: settings.home)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return .ok(check, "unknown until the data folder exists")
        }
        let text = "\(Quantity.bytes(free)) free"
        return free < 256 * 1024 * 1024
            ? .failed(check, text, help: "Stores need room to commit. Free at least 256 MiB.")
            : .ok(check, text)
    }

    /// Every store is opened and closed again; one that a running service holds is well.
    private func stores() -> [Finding] {
        let identities = settings.identities()
        guard !identities.isEmpty else {
            return [
                .warning(
                    "stores", "none in \(settings.home)", help: "Make one with sysmaint init or sysmaint up.")
            ]
        }
        let secret: String
        do { secret = try passphrase.passphrase(whenAbsent: .ask) } catch {
            return [finding("passphrase", error)]
        }
        return identities.map { identity in
            let check = "store of \(identity)"
            do {
                try KeyStore.open(at: settings.store(of: identity), passphrase: secret).close()
                return .ok(check, "opens")
            } catch KeyStoreError.inUse(_, let owner) {
                return .ok(check, "in use by \(owner)")
            } catch {
                return finding(check, error)
            }
        }
    }

    /// Nil where there is none: it is where the agent is.
    private func stateDatabase() -> Finding? {
        guard FileManager.default.fileExists(atPath: settings.stateDatabase) else { return nil }
        let check = "state database"
        do {
            _ = try Parts(settings: settings).stateDatabase()
            return .ok(check, "opens")
        } catch {
            return finding(check, error)
        }
    }

    /// Whether every setting has a value that it can have.
    private func values() -> Finding {
        let check = "settings"
        do {
            try settings.check()
            return .ok(check, "each has a value that it can have")
        } catch {
            return finding(check, error)
        }
    }

    /// Nil where there is none: it is where the relay is.
    private func relayDatabase() -> Finding? {
        let check = "relay database"
        do {
            let path = try RelaySettings(settings.reader, home: settings.home).database
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            let verdict = try Parts.opening("relay database", path) {
                _ = try SQLiteRelayStore(existing: path)
                return try SQLiteRelayStore.verifyAuditLog(path: path)
            }
            guard case .intact = verdict else {
                return .failed(
                    check, "its audit log was altered", help: "sysmaint admin audit verify says where.")
            }
            return .ok(check, "opens, and its audit log is intact")
        } catch {
            return finding(check, error)
        }
    }

    /// Nil where the relay of this machine serves no HTTPS.
    private func certificate() -> Finding? {
        let check = "certificate"
        do {
            guard let files = try RelaySettings(settings.reader, home: settings.home).certificate else {
                return nil
            }
            let path = files.certificatePath
            guard let end = CertificateFile.end(of: path) else {
                return .failed(
                    check, "no certificate can be read from \(path)",
                    help: "RELAY_TLS_CERT has to name a PEM file that you may read.")
            }
            return .certificate(path, endingAt: end, now: Date())
        } catch {
            return finding(check, error)
        }
    }

    private func relay() async -> Finding {
        let check = "relay"
        do {
            let url = try settings.relayURL()
            let health = try await Peek.get("\(url)/health", as: Health.self)
            try await Peek.check("\(url)/ready")
            guard health.version == Version.current else {
                return .warning(
                    check, "\(url) runs version \(health.version), this is \(Version.current)",
                    help: "Bring both sides to the same version.")
            }
            return .ok(check, "\(url) has been up for \(Quantity.span(seconds: health.uptimeSeconds))")
        } catch {
            return finding(check, error)
        }
    }

    private func telemetry() async -> Finding {
        let check = "telemetry"
        do {
            let url = try settings.webURL()
            guard let status = try await status(of: url) else {
                return .warning(
                    check, "no dashboard answers at \(url)",
                    help: "Start it with sysmaint up, or set WEB_PORT to the port it has.")
            }
            guard let age = status.ageSeconds else {
                return .warning(check, "no reading has arrived", help: "Does the probe run? See its log.")
            }
            let text = "the newest reading is \(Quantity.span(seconds: age)) old"
            return try .seconds(age) > settings.staleAfter()
                ? .warning(check, text, help: "Do the probe and the agent run? See their logs.")
                : .ok(check, text)
        } catch {
            return finding(check, error)
        }
    }

    /// Nil where no dashboard answers.
    private func status(of url: String) async throws -> CurrentStatus? {
        do {
            let token = try WebSettings(settings.reader).token
            return try await Peek.get("\(url)/api/status/current", as: CurrentStatus.self, token: token)
        } catch let failure as Failure where failure.code == .unavailable {
            return nil
        }
    }

    /// Models that have to be loaded first take their time.
    private static let modelPatience = Duration.seconds(30)

    private func model() async -> Finding {
        let check = "model"
        do {
            let configuration = AgentConfiguration(try ModelSettings(settings.reader))
            guard
                let endpoint = EndpointCheck(
                    configuration, client: .shared, timeout: Self.modelPatience)
            else {
                return .ok(check, "none is configured; the built-in offline analyst answers")
            }
            let isThere = FileManager.default.fileExists(atPath: settings.stateDatabase)
            let database = isThere ? try Parts(settings: settings).stateDatabase() : nil
            return Finding(check, await endpoint.tryTools(database))
        } catch {
            return finding(check, error)
        }
    }

    private func kernelFiles() -> Finding {
        let missing = ["/proc/stat", "/proc/meminfo", "/proc/loadavg"].filter {
            !FileManager.default.isReadableFile(atPath: $0)
        }
        return missing.isEmpty
            ? .ok("kernel figures", "/proc can be read")
            : .warning(
                "kernel figures", "\(missing.joined(separator: ", ")) cannot be read",
                help: "The probe reports less here.")
    }

    private func processor() -> Finding {
        // Read to its end: a file of the kernel comes in pieces.
        let description = try? FileHandle(forReadingAtPath: "/proc/cpuinfo")?.readToEnd()
        return .processor(describedBy: String(decoding: description ?? Data(), as: UTF8.self))
    }

    private func finding(_ check: String, _ error: any Error) -> Finding {
        let failure = Failure(describing: error)
        return .failed(
            check, failure?.message ?? "\(error)",
            help: failure?.help ?? "See Documentation/troubleshooting.md.")
    }
}

extension Finding {
    /// How long before the end of a certificate it has to be renewed.
    private static let certificateNotice = 14 * 86_400.0

    /// What is to be said of a certificate that ends then.
    static func certificate(_ path: String, endingAt end: Date, now: Date) -> Finding {
        let check = "certificate"
        let help = "Renew \(path); the relay follows by itself."
        let text = end.formatted(.iso8601)
        guard end > now else { return .failed(check, "it has ended at \(text)", help: help) }
        guard end.timeIntervalSince(now) > certificateNotice else {
            return .warning(check, "it ends at \(text)", help: help)
        }
        return .ok(check, "good until \(text)")
    }

    /// OpenSSL falls back to tables where there is no instruction for AES: slower, and their use can show in the cache.
    /// The text is that of `/proc/cpuinfo`.
    static func processor(describedBy text: String) -> Finding {
        let check = "processor"
        // `flags` on x86, `Features` on ARM.
        let lines = text.split(separator: "\n").filter {
            $0.hasPrefix("flags") || $0.hasPrefix("Features")
        }
        guard !lines.isEmpty else { return .ok(check, "its instructions are unknown") }
        guard lines.allSatisfy({ $0.split(separator: " ").contains("aes") }) else {
            return .warning(
                check, "it has no AES instructions: encryption is slower, and its timing may tell of keys",
                help: "Keep other people's programs off this machine, or choose a processor with AES.")
        }
        return .ok(check, "it has AES instructions")
    }

    fileprivate init(_ check: String, _ finding: EndpointCheck.Finding) {
        let outcome: Outcome =
            switch finding.outcome {
            case .ok: .ok
            case .warning: .warning
            case .failed: .failed
            }
        self.init(check: check, outcome: outcome, detail: finding.detail, help: finding.advice)
    }
}
