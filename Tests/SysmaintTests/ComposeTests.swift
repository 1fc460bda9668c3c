import Foundation
import Testing

@testable import sysmaint

/// `compose.yaml` passes on every setting to the parts that read it: one that is not passed on is silently ignored.
struct ComposeTests {
    private static let text =
        (try? String(
            contentsOf: URL(fileURLWithPath: #filePath).appendingPathComponent("../../../compose.yaml")
                .standardizedFileURL, encoding: .utf8)) ?? ""

    /// The settings of each service, with their values as written.
    private static let services: [String: [String: String]] = {
        var shared: [Substring: [String: String]] = [:]
        var services: [String: [String: String]] = [:]
        var (anchor, service): (Substring?, String?)
        var isEnvironment = false
        for line in text.split(separator: "\n") {
            let indent = line.prefix { $0 == " " }.count
            let words = line.drop { $0 == " " }.split(separator: ":", maxSplits: 1)
            let (key, value) = (
                String(words[0]), (words.dropFirst().first ?? "").trimmingCharacters(in: .whitespaces)
            )
            switch indent {
            case 0:
                (anchor, service) = (value.hasPrefix("&") ? value.dropFirst() : nil, nil)
            case 2 where anchor != nil: if let anchor { shared[anchor, default: [:]][key] = value }
            case 2: service = key
            case 4: isEnvironment = key == "environment"
            case 6 where isEnvironment:
                guard let service else { continue }
                if key == "<<" {
                    for name in value.split(whereSeparator: { "[*], ".contains($0) }) {
                        services[service, default: [:]].merge(shared[name] ?? [:]) { $1 }
                    }
                } else {
                    services[service, default: [:]][key] = value
                }
            default: break
            }
        }
        return services
    }()

    /// Which parts read a setting; none for what belongs to the containers.
    private static func readers(of variable: Variable) -> Set<String> {
        switch variable {
        // The image sets them, or the ports are published under them.
        case .home, .relayHost, .relayPort, .relayDatabase, .webHost, .webPort: []
        // Each container has a store or two under their default names.
        case .agentStore, .probeStore, .aliceStore, .bobStore: []
        case .logLevel, .logFormat: ["relay", "agent", "probe", "web"]
        case .passphrase, .relayURL, .agentID, .probeID, .probeInterval: ["agent", "probe", "web"]
        case .relayAuthority, .registrationSecret: ["relay", "agent", "probe", "web"]
        case .relayPublicURL, .relayCertificate, .relayKey, .diagnosticsToken, .relayRates, .minFreeDisk,
            .maxMemory, .relayHeartbeat:
            ["relay"]
        case .openAIKey, .openAIBaseURL, .openAIModel, .openAIAuthority, .firstByteTimeout, .pieceTimeout,
            .modelTimeout, .inputPrice, .outputPrice, .requestBudget, .askerBudget, .serves:
            ["agent"]
        case .dailyBudget, .stateDatabase, .chatTimeout: ["agent", "web"]
        case .aliceID, .bobID, .webToken, .webNames, .webBasePath: ["web"]
        case .historyDays, .historyCount, .historyMiB, .peerCount, .peerMiB, .strangerCount, .strangerMiB:
            ["web"]
        }
    }

    @Test(arguments: Variable.allCases)
    func everySettingReachesWhoReadsIt(_ variable: Variable) {
        let name = variable.rawValue
        #expect(Set(Self.services.keys) == ["relay", "agent", "probe", "web"])
        for (service, settings) in Self.services {
            guard Self.readers(of: variable).contains(service) else {
                // A secret goes nowhere else.
                #expect(settings[name] == nil, "\(service)")
                continue
            }
            if variable == .stateDatabase { continue }
            #expect(settings[name]?.hasPrefix("${\(name):-") == true, "\(service) does not get \(name)")
        }
    }

    /// Otherwise the kernel ends the relay before it rejects anything.
    @Test func theRelayShedsBelowItsMemoryLimit() throws {
        let limit = try #require(
            Self.text.firstMatch(of: /mem_limit: \$\{RELAY_CONTAINER_MEMORY:-(\d+)m\}/)?.1)
        let shedding = try #require(
            Self.services["relay"]?["RELAY_MAX_MEMORY_MIB"]?.firstMatch(of: /:-(\d+)\}/)?.1)
        #expect(try #require(Int(shedding)) <= #require(Int(limit)) / 2)
    }
}
