import Foundation
import MaintenanceAPI
import SystemSupport
import TestSupport

/// Relay, agent, probe and web, each a process of its own on one data folder.
struct SeparateSystem: Sendable {
    let relay, agent, probe, web: Part
    let webURL: String

    /// Starts them, with a relay that keeps its port when it is started again, and waits until telemetry has come all
    /// the way. The others look for the relay at `relayURL`.
    init(
        _ installation: Installation, relayPort: Int, relayURL: String? = nil,
        environment: [String: String] = [:]
    ) async throws {
        let settings = [
            "RELAY_PORT": String(relayPort), "RELAY_URL": relayURL ?? "http://127.0.0.1:\(relayPort)",
            "SYSMAINT_PROBE_INTERVAL_MS": "500",
        ].merging(environment) { $1 }
        relay = try Part(installation, "relay", "--format", "json", environment: settings)
        agent = try Part(installation, "agent", environment: settings)
        probe = try Part(installation, "probe", environment: settings)
        web = try Part(installation, "web", "--port", "0", "--format", "json", environment: settings)
        webURL = try await web.announced("web")
        _ = try await eventually("a reading") { [webURL] in
            try await Web.get("\(webURL)/api/status/current").decoded(as: CurrentStatus.self).sample
        }
    }
}
