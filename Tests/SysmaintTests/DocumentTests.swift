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

    /// A default that is documented is the one that is used.
    @Test func documentedDefaultsAreTheDefaults() throws {
        func settings(_ environment: [String: String]) throws -> (
            Settings, RelaySettings, WebSettings, ModelSettings
        ) {
            let reader = SettingsReader(flags: [:], environment: environment)
            let settings = try Settings(reader)
            return (
                settings, try RelaySettings(reader, home: settings.home), try WebSettings(reader),
                try ModelSettings(reader)
            )
        }
        let key = ["OPENAI_API_KEY": "key"]
        let written = Dictionary(
            uniqueKeysWithValues: Variable.allCases.map { ($0.rawValue, $0.fallback) }.filter {
                !$0.1.isEmpty
            })
        let (left, right) = (try settings(key), try settings(written.merging(key) { $1 }))
        #expect(left.0.home == right.0.home)
        for id in [left.0.agentID, left.0.probeID, left.0.aliceID, left.0.bobID] {
            #expect(left.0.store(of: id) == right.0.store(of: id))
        }
        #expect(left.0.agentID == right.0.agentID)
        #expect(left.0.stateDatabase == right.0.stateDatabase)
        #expect(try left.0.relayURL() == right.0.relayURL())
        #expect(try left.0.probeInterval() == right.0.probeInterval())
        #expect(
            (left.1.host, left.1.port, left.1.database) == (right.1.host, right.1.port, right.1.database))
        #expect(left.1.rates == right.1.rates)
        #expect(left.1.load == right.1.load)
        #expect(left.1.heartbeat == right.1.heartbeat)
        #expect(
            (left.2.host, left.2.port, left.2.chatTimeout) == (
                right.2.host, right.2.port, right.2.chatTimeout
            ))
        #expect(left.3.endpoint?.baseURL == right.3.endpoint?.baseURL)
        #expect(left.3.endpoint?.model == right.3.endpoint?.model)
        #expect(left.3.inputUSDPerMillion == right.3.inputUSDPerMillion)
        #expect(left.3.outputUSDPerMillion == right.3.outputUSDPerMillion)
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
        #expect(text.contains("on at most \(SessionRecord.maxPreviousStates) of before"))
        let (steps, reserve) = (DerivationBudget.maxStepCount, DerivationBudget.archivedStepCount)
        #expect(text.contains("at most \(number(steps)) chain steps"))
        #expect(text.contains("sessions of before share \(number(reserve))"))
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
}
