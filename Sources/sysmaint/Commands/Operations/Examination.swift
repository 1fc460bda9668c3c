import Agent
import Cryptography
import Foundation
import HTTPClient
import KeyStore
import MaintenanceAPI
import Networking
import RelayAPI
import RelayServer

/// The checks of `sysmaint doctor`, in dependency order.
struct Examination {
    let settings: Settings
    let passphrase: PassphraseSource

    /// Runs all checks and reports each result at once.
    func run(_ tell: (Finding) throws -> Void) async throws {
        try tell(dataFolder())
        try tell(diskSpace())
        for finding in await stores() { try tell(finding) }
        if let finding = stateDatabase() { try tell(finding) }
        try tell(kernelFiles())
        try tell(.ok("libraries", Version.libraries.joined(separator: ", ")))
        try tell(processor())
        let values = values()
        try tell(values)
        // The remaining checks depend on valid settings.
        guard values.outcome == .ok else { return }
        if let finding = relayDatabase() { try tell(finding) }
        if let finding = certificate() { try tell(finding) }
        try tell(await relay())
        try tell(await telemetry())
        try tell(await Progress.shown("trying the model") { await model($0) })
        if let finding = await answers() { try tell(finding) }
        if let model = AgentConfiguration(try ModelSettings(settings.reader)).model {
            try tell(.qualification(QualificationFile(home: settings.home).read(), of: model))
        }
    }

    private func dataFolder() -> Finding {
        let check = "data folder"
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: settings.home) else {
            return .warning(
                check, "\(settings.home) does not exist",
                help: "Create it with sysmaint up or sysmaint init.")
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            return .warning(
                check, "\(settings.home) is accessible to other users (mode \(String(mode, radix: 8)))",
                help: "Run: chmod 700 \(settings.home)")
        }
        guard FileManager.default.isWritableFile(atPath: settings.home) else {
            return .failed(check, "\(settings.home) is not writable", help: "Check its owner and its disk.")
        }
        return .ok(check, settings.home)
    }

    private func diskSpace() -> Finding {
        let check = "disk space"
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: settings.home)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return .ok(check, "unknown until the data folder exists")
        }
        let text = "\(Quantity.size(free)) free"
        return free < 256 * 1024 * 1024
            ? .failed(check, text, help: "Stores need disk space to commit. Free at least 256 MiB.")
            : .ok(check, text)
    }

    /// Opens and closes every store; a store in use by a running service passes.
    private func stores() async -> [Finding] {
        let identities = settings.identities()
        guard !identities.isEmpty else {
            return [
                .warning(
                    "stores", "none in \(settings.home)",
                    help: "Create one with sysmaint init or sysmaint up.")
            ]
        }
        let secret: SecretText
        do { secret = try passphrase.passphrase(whenAbsent: .ask) } catch {
            return [finding("passphrase", error)]
        }
        var findings: [Finding] = []
        for identity in identities { findings.append(await store(of: identity, secret)) }
        return findings
    }

    private func store(of identity: IdentityID, _ secret: SecretText) async -> Finding {
        let check = "store of \(identity)"
        do {
            let store = try KeyStore.open(at: settings.store(of: identity), passphrase: secret)
            defer { store.close() }
            let waiting = try await store.read { try $0.peers.all().filter(\.awaitsApproval).map(\.id) }
            return finding(check, "opens", of: identity, waiting)
        } catch KeyStoreError.inUse(let path, let owner) {
            // Its owner is asked for what cannot be read here.
            let peers = try? await ListPeers().handOver(beside: path)
            return finding(
                check, "in use by \(owner)", of: identity, (peers ?? []).filter(\.awaitsApproval).map(\.id))
        } catch {
            return finding(check, error)
        }
    }

    private func finding(
        _ check: String, _ state: String, of identity: IdentityID, _ waiting: [IdentityID]
    ) -> Finding {
        guard let peer = waiting.first else { return .ok(check, state) }
        let peers = waiting.map(\.description).joined(separator: ", ")
        return .warning(
            check, "\(state); keys that nobody has approved came for \(peers)",
            help: "Compare safety numbers with: sysmaint verify \(peer) --id \(identity)")
    }

    /// Nil if there is no database: only the agent's machine has one.
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

    /// Whether every setting has a valid value.
    private func values() -> Finding {
        let check = "settings"
        do {
            try settings.check()
            return .ok(check, "all values are valid")
        } catch {
            return finding(check, error)
        }
    }

    /// Nil if there is no database: only the relay's machine has one.
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
                    check, "its audit log was altered", help: "Find the row with: sysmaint admin audit verify"
                )
            }
            return .ok(check, "opens, and its audit log is intact")
        } catch {
            return finding(check, error)
        }
    }

    /// Nil if the relay on this machine does not serve HTTPS.
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
                    help: "RELAY_TLS_CERT must name a PEM file that you can read.")
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
            let health = try await JSONClient.get("\(url)/health", as: Health.self)
            try await JSONClient.check("\(url)/ready")
            guard health.version == Version.current else {
                return .warning(
                    check, "\(url) runs version \(health.version), this program is \(Version.current)",
                    help: "Install the same version on both sides.")
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
                    check, "no dashboard responds at \(url)",
                    help: "Start it with sysmaint up, or set WEB_PORT to its port.")
            }
            guard let age = status.ageSeconds else {
                return .warning(
                    check, "no reading has arrived",
                    help: "Check that the probe is running, and see its log.")
            }
            let text = "the newest reading is \(Quantity.span(seconds: age)) old"
            return try .seconds(age) > settings.staleAfter()
                ? .warning(
                    check, text, help: "Check that the probe and the agent are running, and see their logs.")
                : .ok(check, text)
        } catch {
            return finding(check, error)
        }
    }

    /// Nil if no dashboard responds.
    private func status(of url: String) async throws -> CurrentStatus? {
        do {
            let token = try WebSettings(settings.reader).token
            return try await JSONClient.get("\(url)/api/status/current", as: CurrentStatus.self, token: token)
        } catch let failure as Failure where failure.code == .unavailable {
            return nil
        }
    }

    private func model(_ progress: Progress) async -> Finding {
        let check = "model"
        do {
            let configuration = AgentConfiguration(try ModelSettings(settings.reader))
            guard
                let endpoint = EndpointCheck(
                    configuration, client: try Parts(settings: settings).modelClient())
            else {
                return .ok(check, "none is configured; the built-in offline analyst answers")
            }
            let isThere = FileManager.default.fileExists(atPath: settings.stateDatabase)
            let database = isThere ? try Parts(settings: settings).stateDatabase() : nil
            return Finding(check, await endpoint.tryTools(database) { progress.tell($0) })
        } catch {
            return finding(check, error)
        }
    }

    /// The outcome of the model's last answers; nil if there are none yet.
    private func answers() async -> Finding? {
        do {
            guard let model = AgentConfiguration(try ModelSettings(settings.reader)).model,
                FileManager.default.fileExists(atPath: settings.stateDatabase)
            else { return nil }
            let record = try await Parts(settings: settings).stateDatabase().record(of: model.name)
            return record.answers == 0 ? nil : .answers(of: model.name, record)
        } catch {
            return finding("model's answers", error)
        }
    }

    private func kernelFiles() -> Finding {
        let missing = ["/proc/stat", "/proc/meminfo", "/proc/loadavg"].filter {
            !FileManager.default.isReadableFile(atPath: $0)
        }
        guard missing.isEmpty else {
            return .warning(
                "kernel figures", "\(missing.joined(separator: ", ")) cannot be read",
                help: "The probe reports less without them; check whether this user may read them.")
        }
        return .processes(
            mounts: (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? "",
            seesFirst: FileManager.default.isReadableFile(atPath: "/proc/1/stat"))
    }

    private func processor() -> Finding {
        // Read to its end: the kernel returns the file in pieces.
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
