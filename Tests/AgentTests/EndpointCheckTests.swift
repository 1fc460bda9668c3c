import Foundation
import HTTP
import MaintenanceAPI
import HTTPClient
import Networking
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite(.timeLimit(.minutes(15))) struct EndpointCheckTests {
    private let ping = [(name: "ping", arguments: "{}")]

    private func models(_ entries: String) -> ModelServer.Step {
        .body(#"{"object":"list","data":[\#(entries)]}"#)
    }

    private func check(
        _ server: ModelServer, _ change: @escaping @Sendable (inout AgentConfiguration) -> Void = { _ in }
    ) async throws -> (finding: EndpointCheck.Finding, usage: UsageTotals) {
        let world = try World()
        let finding = try await server.run { baseURL in
            var configuration = AgentConfiguration()
            configuration.model = .init(baseURL: baseURL, key: "sk-test", name: "small")
            configuration.modelLimits = .init(total: .seconds(600))
            change(&configuration)
            let check = try #require(EndpointCheck(configuration, listLimit: .seconds(600)))
            return await check.tryTools(world.database, now: World.moment)
        }
        return (finding, try await world.database.usage(dailyBudgetUSD: nil))
    }

    @Test func goodEndpointIsWellAndItsTestIsCounted() async throws {
        let server = ModelServer(
            [.calls(ping, prompt: 80, completion: 10)], models: models(#"{"id":"small"}"#))
        let (finding, usage) = try await check(server)
        #expect(finding.outcome == .ok)
        #expect(finding.detail.hasSuffix("; calls tools"))
        #expect(finding.advice == nil)
        #expect(usage.requests == 1)
        // 80 × 0.15 + 10 × 0.60 USD for a million.
        #expect(usage.costUSD == Decimal(string: "0.000018"))
        #expect(server.requests.map(\.toolNames) == [["ping"]])
    }

    /// Lists in the forms of several servers; each names the model.
    @Test(arguments: [
        #"[{"id":"small"}]"#, #"{"models":[{"name":"small","model":"small"}]}"#,
        #"{"models":[{"id":"small"}]}"#,
        #"{"data":[{"id":"other","context_length":"big"},{"id":"small"}]}"#,
        #"{"data":[{"name":"other"},{"id":"small","max_model_len":32768.0}]}"#,
        #"{"data":["other","small"]}"#,
        "\u{FEFF}{\"data\":[{\"id\":\"small\"}]}",
        #"{"data":[{"id":"small","meta":null,"context_window":null}]}"#,
    ])
    func anyListIsRead(list: String) async throws {
        let (finding, _) = try await check(ModelServer([.calls(ping)], models: .body(list)))
        #expect(finding.outcome == .ok, "\(finding)")
        #expect(!finding.detail.contains("does not list its models"))
    }

    /// Where there is no list, the model is asked all the same.
    @Test(
        arguments: [
            .error(404), .error(405), .error(501), .body("<html>"), .body("[]"), .body("{}"),
            .body(#"{"data":null}"#),
            .reply(status: 204, headers: [:], body: ""), .error(403),
        ] as [ModelServer.Step])
    func missingListIsNoFailure(list: ModelServer.Step) async throws {
        let (finding, _) = try await check(ModelServer([.calls(ping)], models: list))
        #expect(finding.outcome != .failed, "\(finding)")
        #expect(finding.detail.hasSuffix("calls tools"))
    }

    @Test func noModelNeedsNoCheck() {
        #expect(EndpointCheck(AgentConfiguration()) == nil)
    }

    @Test func lookingCostsNothing() async throws {
        let server = ModelServer([.calls(ping)], models: models(#"{"id":"small"}"#))
        let finding = try await server.run { baseURL in
            var configuration = AgentConfiguration()
            configuration.model = .init(baseURL: baseURL, key: nil, name: "small")
            return await EndpointCheck(configuration, listLimit: .seconds(600))?.look()
        }
        #expect(finding?.outcome == .ok)
        #expect(server.requests.isEmpty)
    }

    @Test func absentServerIsTold() async throws {
        var configuration = AgentConfiguration()
        configuration.model = .init(baseURL: "http://127.0.0.1:1/v1", key: nil, name: "small")
        let finding = await EndpointCheck(configuration)?.tryTools(nil)
        #expect(finding?.outcome == .failed)
        #expect(finding?.advice?.contains("OPENAI_BASE_URL") == true)
    }

    /// Some servers take their key in the query of the base URL.
    @Test func queryOfTheAddressIsNotShown() async throws {
        let server = ModelServer(
            [.error(401)],
            models: .reply(
                status: 400, headers: [:],
                body: #"{"error":{"message":"no model with key=hidden+key or hidden key"}}"#))
        let findings = try await server.run { baseURL in
            var findings: [EndpointCheck.Finding] = []
            for address in [baseURL, "http://127.0.0.1:1/v1", "http://nobody.invalid/v1"] {
                var configuration = AgentConfiguration()
                configuration.model = .init(baseURL: address + "?key=hidden%20key", key: nil, name: "small")
                let check = try #require(EndpointCheck(configuration, listLimit: .seconds(600)))
                findings += [await check.look(), await check.tryTools(nil)]
            }
            return findings
        }
        for finding in findings {
            let text = finding.detail + (finding.advice ?? "")
            #expect(!text.contains("hidden"))
        }
        #expect(findings.last?.detail.contains("nobody.invalid/v1?…") == true)
    }

    private func look(_ baseURL: String) async -> EndpointCheck.Finding? {
        var configuration = AgentConfiguration()
        configuration.model = .init(baseURL: baseURL, key: "sk-test", name: "small")
        return await EndpointCheck(configuration, listLimit: .seconds(600))?.look()
    }

    @Test func redirectToAnotherServerIsToldAndNotFollowed() async throws {
        let finding = try await HTTPServer.serving { _ in
            ServerResponse(status: 307, fields: ["Location": "http://nobody.invalid/v1/models"])
        } _: { url in
            await look(url + "/v1")
        }
        #expect(finding?.outcome == .failed)
        #expect(finding?.detail.hasSuffix("redirects to http://nobody.invalid:80") == true)
    }

    @Test func certificateThatIsNotTrustedIsTold() async throws {
        let folder = try ScratchDirectory()
        let (certificate, key) = (folder.file("certificate.pem"), folder.file("key.pem"))
        try TestCertificate.first.certificate.write(toFile: certificate, atomically: true, encoding: .utf8)
        try TestCertificate.first.key.write(toFile: key, atomically: true, encoding: .utf8)
        let tls = try TLSContext.server(certificateChain: certificate, key: key)
        let finding = try await HTTPServer.serving(tls: tls) { _ in
            ServerResponse()
        } _: { url in
            await look(url + "/v1")
        }
        #expect(finding?.outcome == .failed)
        #expect(finding?.detail.hasSuffix("is not trusted") == true)
        #expect(finding?.advice?.contains("update-ca-certificates") == true)
    }

    @Test func whatIsNotTLSIsTold() async throws {
        let finding = try await HTTPServer.serving { _ in
            ServerResponse()
        } _: { url in
            await look(url.replacing("http:", with: "https:") + "/v1")
        }
        #expect(finding?.outcome == .failed)
        #expect(finding?.detail.hasSuffix("does not speak TLS 1.2 or newer") == true)
    }

    /// A server that loads a model is given the time of the settings, and which setting ended it is told.
    @Test(arguments: ["OPENAI_FIRST_BYTE_TIMEOUT_MS", "OPENAI_TIMEOUT_MS"])
    func modelThatIsSilentIsGivenTheTimeOfTheSettings(setting: String) async throws {
        let said = Mutex<[String]>([])
        let finding = try await ModelServer([.stall], models: models(#"{"id":"small"}"#)).run { baseURL in
            var configuration = AgentConfiguration()
            configuration.model = .init(baseURL: baseURL, key: nil, name: "small")
            configuration.modelLimits = .init(total: .seconds(600))
            if setting == "OPENAI_TIMEOUT_MS" {
                configuration.modelLimits.total = .seconds(1)
            } else {
                configuration.modelLimits.firstByte = .seconds(1)
            }
            return await EndpointCheck(configuration, listLimit: .seconds(600))?.tryTools(nil) { text in
                said.withLock { $0.append(text) }
            }
        }
        #expect(finding?.outcome == .failed)
        #expect(finding?.detail.contains("within 1 s") == true)
        #expect(finding?.detail.contains(setting) == true)
        #expect(said.withLock { $0 } == ["which may have to be loaded first, for up to 1 s"])
    }

    /// Servers of one thread list nothing while they load a model.
    @Test func modelIsTriedWhereTheListIsLate() async throws {
        let server = ModelServer([.calls(ping)], models: .stall)
        let finding = try await server.run { baseURL in
            var configuration = AgentConfiguration()
            configuration.model = .init(baseURL: baseURL, key: nil, name: "small")
            configuration.modelLimits = .init(total: .seconds(600))
            return await EndpointCheck(configuration, listLimit: .seconds(1))?.tryTools(nil)
        }
        #expect(finding?.outcome == .warning)
        #expect(finding?.detail.hasSuffix("has not listed its models within 1 s; calls tools") == true)
    }

    @Test func refusedKeyIsToldWithoutIt() async throws {
        let (finding, _) = try await check(ModelServer([.calls(ping)], models: .error(401)))
        #expect(finding.outcome == .failed)
        #expect(finding.detail.contains("OPENAI_API_KEY"))
        #expect(!"\(finding)".contains("sk-"))
    }

    @Test func unknownModelIsToldWithThoseThereAre() async throws {
        let server = ModelServer([.error(404)], models: models(#"{"id":"b"},{"id":"a"}"#))
        let (finding, _) = try await check(server)
        #expect(finding.outcome == .failed)
        #expect(finding.detail.contains("OPENAI_MODEL"))
        let seen = try await check(ModelServer([.calls(ping)], models: models(#"{"id":"b"},{"id":"a"}"#)))
        // It answers under a name that it does not list.
        #expect(seen.finding.outcome == .warning)
        #expect(seen.finding.advice == "Set OPENAI_MODEL to one of: a, b.")
    }

    @Test(arguments: [#"{"id":"small:latest"}"#, #"{"id":"provider/*"}"#, #"{"id":"models/small"}"#])
    func otherSpellingsOfAModelAreFound(entries: String) async throws {
        let (finding, _) = try await check(ModelServer([.calls(ping)], models: models(entries)))
        #expect(finding.outcome == .ok)
    }

    @Test(arguments: [
        (#""max_model_len":8191"#, false), (#""max_model_len":8192"#, true),
        (#""context_length":4096"#, false),
        (#""meta":{"n_ctx_train":131072}"#, true), (#""meta":{"n_ctx":2048,"n_ctx_train":131072}"#, false),
    ])
    func smallContextIsAWarning(field: String, isEnough: Bool) async throws {
        let server = ModelServer([.calls(ping)], models: models(#"{"id":"small",\#(field)}"#))
        let (finding, _) = try await check(server)
        #expect(finding.outcome == (isEnough ? .ok : .warning))
        #expect(finding.detail.contains("tokens"))
    }

    @Test(arguments: [
        ModelServer.Step.body("<!doctype html><title>Welcome</title>"), .body(#"{"models":"small"}"#),
        .body(""), .error(404), .error(405), .body(String(repeating: " ", count: 5 << 20)),
    ])
    func modelIsTriedWhereThereIsNoList(list: ModelServer.Step) async throws {
        let (finding, _) = try await check(ModelServer([.calls(ping)], models: list))
        #expect(finding.outcome == .ok)
        #expect(finding.detail.hasSuffix("which does not list its models; calls tools"))
    }

    @Test func modelThatDoesNotCallToolsIsAWarning() async throws {
        let (finding, usage) = try await check(ModelServer([.text("pong")]))
        #expect(finding.outcome == .warning)
        #expect(finding.detail.contains("does not call a tool"))
        #expect(usage.requests == 1)
    }

    @Test func serverThatRefusesToolsIsToldSo() async throws {
        let (finding, _) = try await check(ModelServer([.error(400)]))
        #expect(finding.outcome == .failed)
        #expect(finding.advice?.contains("support tools") == true)
    }

    @Test(arguments: [429, 503])
    func busyServerIsAWarning(status: Int) async throws {
        let (finding, _) = try await check(ModelServer([.error(status)]))
        #expect(finding.outcome == .warning)
    }

    @Test func usedUpBudgetLeavesToolsUntried() async throws {
        let server = ModelServer([.calls(ping)], models: models(#"{"id":"small"}"#))
        let (finding, usage) = try await check(server) { $0.dailyBudgetUSD = Decimal(string: "0.0005") }
        #expect(finding.outcome == .warning)
        #expect(finding.detail.contains("budget"))
        #expect(server.requests.isEmpty)
        #expect(usage.requests == 0)
    }
}
