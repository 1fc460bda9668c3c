import Commands
import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import RelayServer
import Testing

@testable import Agent
@testable import SignalProtocol
@testable import Telemetry
@testable import WebApp
@testable import sysmaint

/// The documents say what the code says.
struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..")
        .standardizedFileURL

    private static func document(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Also where nobody has said so: `CTestWidth` is part of every test program.
    @Test func testsRunAFewAtATime() {
        let width = ProcessInfo.processInfo.environment["SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH"]
        #expect(width.flatMap { Int($0) } != nil)
    }

    @Test func configurationListsEverySettingWithItsDefault() throws {
        let document = try Self.document("Documentation/configuration.md")
        #expect(document.contains(Variable.table), "the table has to be:\n\(Variable.table)")
    }

    @Test func exampleOfTheEnvironmentFileListsEverySettingCommentedOut() throws {
        let example = try Self.document(".env.example")
        #expect(try DotEnv(parsing: example).values.isEmpty)
        let lines = Set(example.split(separator: "\n"))
        for variable in Variable.allCases {
            #expect(lines.contains("# \(variable.rawValue)=\(variable.fallback)"))
        }
    }

    /// Defaults that are made from others are documented as they come out.
    @Test func documentedDefaultsAreTheDefaults() throws {
        let reader = SettingsReader(flags: [:], environment: [:])
        let settings = try Settings(reader)
        #expect(try settings.relayURL() == Variable.relayURL.fallback)
        #expect(try RelaySettings(reader, home: settings.home).database == path(.relayDatabase))
        #expect(settings.stateDatabase == path(.stateDatabase))
        let stores: [(IdentityID, Variable)] = [
            (settings.agentID, .agentStore), (settings.probeID, .probeStore),
            (settings.aliceID, .aliceStore), (settings.bobID, .bobStore),
        ]
        for (id, variable) in stores { #expect(settings.store(of: id) == path(variable)) }
        func path(_ variable: Variable) -> String { reader.expanded(variable.fallback) }

        let written = SettingsReader(flags: [:], environment: ["RELAY_RATES": Variable.relayRates.fallback])
        #expect(try written.rates(.relayRates) == RateLimits())
    }

    @Test func exitCodesAreDocumented() throws {
        let operations = try Self.document("Documentation/operations.md")
        for code in Failure.Code.allCases {
            #expect(operations.contains("| \(code.rawValue) |"))
            #expect(SysMaint.about.details.contains("\(code.rawValue) "))
        }
    }

    @Test func documentedLimitsAreThoseOfTheCode() throws {
        let queue = QueueLimits()
        let day = 24 * 3600 * 1000
        func days(_ tier: Tier) -> Int { Int(tier.lifetimeMilliseconds) / day }
        #expect(days(.minute) == days(.tenMinutes))
        let limits = [
            ("a message between people", UserChat.maxTextByteCount),
            ("a question to the agent", ChatPrompt.maxTextByteCount),
            ("an envelope's ciphertext", Envelope.maxBodyByteCount),
            ("messages that wait for one device", queue.maxMessageCount),
            ("bytes that wait for one device", queue.maxByteCount),
            ("days that a message waits", Int(queue.durableLifetime / .seconds(24 * 3600))),
            ("one-time prekeys in one upload", PreKeyUpload.maxOneTimeCount),
            ("questions of the web under way at once", Conversations.maxWaitingPrompts),
            ("pages and programs that follow the web's events", EventHub.maxSubscribers),
            ("tool steps for one answer", ChatLoop.maxToolSteps),
            (
                "samples that the probe keeps while the agent does not acknowledge them",
                ReportQueue.maxWaitingCount
            ),
            ("processes that a sample looks at", HostReader.maxProcessCount),
            ("series that are watched for the unusual", HostWatch.maxSeriesCount),
            ("days of readings as they came", days(.tenSeconds)),
            ("days of their means of a minute and of ten", days(.minute)),
            ("days of their means of an hour", days(.hour)),
            ("incidents kept for an identity", Int(Transaction.Incidents.maxCount)),
        ]
        let documented = try Self.document("Documentation/operations.md").components(
            separatedBy: "## Limits")[1]
            .components(separatedBy: "\n## ")[0]
            .matches(of: #/\n\| ([a-z].+) \| ([0-9,]+)/#).map { "\($0.1): \($0.2.replacing(",", with: ""))" }
        #expect(documented == limits.map { "\($0.0): \($0.1)" })
    }

    /// What is said of sizes is what was measured.
    @Test func sizingIsThatOfTheBenchmarks() throws {
        let sizing = try Self.document("Documentation/operations.md").components(separatedBy: "## Sizing")[1]
            .components(separatedBy: "\n## ")[0]
        let benchmarks = try Self.document("Documentation/benchmarks.md")
        for figure in ["30,500", "7.7 to 7.9 KiB", "150 MB", "0.15 % of one core", "14 MB"] {
            #expect(sizing.contains(figure) && benchmarks.contains(figure), "\(figure)")
        }
    }

    @Test func figuresOfTheThreatModelAreThoseOfTheCode() throws {
        let text = try Self.document("Documentation/threat-model.md").replacing("\n", with: " ")
        func number(_ value: some BinaryInteger) -> String {
            Int(value).formatted(.number.locale(Locale(identifier: "en_US")))
        }
        let (jump, toSelf) = (ReceivingChain.maxForwardJump, ReceivingChain.maxForwardJumpToSelf)
        #expect(
            text.contains("may be \(number(jump)) ahead (\(number(toSelf)) between devices of one person)"))
        #expect(text.contains("on at most \(SessionRecord.maxPreviousStates) previous ones"))
        let (steps, reserve) = (DerivationBudget.maxStepCount, DerivationBudget.archivedStepCount)
        #expect(text.contains("at most \(number(steps)) chain steps"))
        #expect(text.contains("previous sessions share \(number(reserve))"))
        #expect(text.contains("device has \(DerivationBudget.briefStepCount) steps per message"))
        #expect(SessionState.maxReceivingChains == 5)
        #expect(
            text.contains(
                "\(number(ReceivingChain.maxSkippedKeys)) keys of missing messages for each of five"))
    }

    /// Each route of the sources stands in the OpenAPI document, and nothing else does; parameters have no name here.
    @Test(arguments: [
        ("Sources/WebApp", "/api/", "Documentation/openapi-web.yaml"),
        ("Sources/RelayServer", "/", "Documentation/openapi.yaml"),
    ])
    func everyEndpointIsDescribed(sources: String, prefix: String, document: String) throws {
        let folder = Self.root.appendingPathComponent(sources).path
        let code = try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".swift") }
            .map { try Self.document("\(sources)/\($0)") }.joined()
        let routes = code.matches(of: #/router\.(get|post|put|delete)\(\s*"(/[^"]*)"/#)
            .filter { $0.2.hasPrefix(prefix) }
            .map { "\($0.1) \($0.2.replacing(#/:[a-z]+|\\\([a-z]+\)/#, with: "{}"))" }
        var described: [String] = []
        var path = ""
        for line in try Self.document(document).split(separator: "\n") {
            if let match = line.wholeMatch(of: #/  (/\S*):/#) {
                path = String(match.1).replacing(#/\{[a-z]+\}/#, with: "{}")
            } else if let match = line.wholeMatch(of: #/    (get|post|put|delete):/#) {
                described.append("\(match.1) \(path)")
            }
        }
        // The socket speaks no HTTP, and an identity may have the name of another endpoint.
        let others: Set = ["get /ws", "get /v1/prekeys/check"]
        #expect(described.count > 10)
        #expect(Set(described).subtracting(others) == Set(routes).subtracting(others))
    }

    @Test func everyProblemCodeIsDescribed() throws {
        func codes(_ source: String) throws -> Set<String> {
            Set(try Self.document(source).matches(of: #/static let \w+: \w+ = "(\w+)"/#).map { String($0.1) })
        }
        func described(_ document: String) throws -> Set<String> {
            let list = try #require(
                try Self.document(document).firstMatch(of: #/published.*\n +enum: \[([^\]]+)/#))
            return Set(list.1.matches(of: #/\w+/#).map { String($0.0) })
        }
        let shared = try codes("Sources/Values/Problem.swift")
        let ofWeb = try codes("Sources/WebApp/Requests/Problem+Codes.swift")
        #expect(try described("Documentation/openapi.yaml") == shared)
        let describedOfWeb = try described("Documentation/openapi-web.yaml")
        #expect(describedOfWeb.isSuperset(of: ofWeb) && describedOfWeb.isSubset(of: ofWeb.union(shared)))
    }

    @Test func everyKindOfMessageIsDescribed() throws {
        let messages = try Self.document("Documentation/architecture.md").components(
            separatedBy: "## Messages")[1].components(separatedBy: "\n## ")[0]
        let kinds = messages.matches(of: #/\n\| `([a-z.0-9]+)`/#).map { String($0.1) }
        #expect(Set(kinds) == Set(Payload.Kind.allCases.map(\.rawValue)))
    }

    /// Those over C libraries have names such as `CCurl`.
    @Test func everyModuleIsInTheReadme() throws {
        let readme = try Self.document("README.md")
        let modules = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appendingPathComponent("Sources").path
        ).filter { $0.wholeMatch(of: #/C[A-Z].*/#) == nil }
        for module in modules { #expect(readme.contains("`\(module)`"), "\(module)") }
    }
}
