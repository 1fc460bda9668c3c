import Agent
import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI

/// The checks of `sysmaint doctor`, in the order in which things depend on each other.
struct Examination {
    let settings: Settings
    let passphrase: PassphraseSource

    func findings() async throws -> [Finding] {
        try [dataFolder(), diskSpace()] + stores() + [
            await relay(), await dashboard(), await model(), kernelFiles(),
        ]
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
    private func stores() throws -> [Finding] {
        let identities = settings.identities()
        guard !identities.isEmpty else {
            return [
                .warning(
                    "stores", "none in \(settings.home)", help: "Make one with sysmaint init or sysmaint up.")
            ]
        }
        let secret = try passphrase.passphrase(whenAbsent: .ask)
        return identities.map { identity in
            let check = "store of \(identity)"
            do {
                try KeyStore.open(at: settings.store(of: identity), passphrase: secret).close()
                return .ok(check, "opens")
            } catch KeyStoreError.inUse(_, let owner) {
                return .ok(check, "in use by \(owner)")
            } catch {
                return .failed(check, "\(error)", help: nil)
            }
        }
    }

    private func relay() async -> Finding {
        let check = "relay"
        do {
            let url = try settings.relayURL()
            let health = try await Peek.get("\(url)/health", as: Health.self)
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

    private func dashboard() async -> Finding {
        let check = "telemetry"
        do {
            let url = try settings.webURL()
            let status = try await Peek.get("\(url)/api/status/current", as: CurrentStatus.self)
            guard let age = status.ageSeconds else {
                return .warning(check, "no reading has arrived", help: "Does the probe run? See its log.")
            }
            let text = "the newest reading is \(Quantity.span(seconds: age)) old"
            return try .seconds(age) > settings.staleAfter()
                ? .warning(check, text, help: "Do the probe and the agent run? See their logs.")
                : .ok(check, text)
        } catch {
            return .warning(check, "no dashboard answers on this machine", help: "Start it with: sysmaint up")
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
                    configuration, client: Network.client, timeout: Self.modelPatience)
            else {
                return .ok(check, "none is configured; the built-in offline analyst answers")
            }
            let path = settings.stateDatabase
            let isThere = FileManager.default.fileExists(atPath: path)
            let database = isThere ? try StateDatabase(path: path) : nil
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

    private func finding(_ check: String, _ error: any Error) -> Finding {
        let failure = Failure(describing: error)
        return .failed(check, failure?.message ?? "\(error)", help: failure?.help)
    }
}

extension Finding {
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
