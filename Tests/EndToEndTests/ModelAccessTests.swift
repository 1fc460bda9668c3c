import Foundation
import MaintenanceAPI
import Networking
import SystemSupport
import TestSupport
import Testing

/// A model server with a certificate of an authority of its own, and one behind a proxy, as doctor and agent reach them.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ModelAccessTests {
    private static let key = "sk-only-for-this-test"

    /// A certificate for `localhost` alone, and the authority that issued it.
    private static func certificate(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../HTTPClientTests/Servers/\(name).pem").standardizedFileURL.path
    }

    private static let authority = ["OPENAI_CA": certificate("authority")]

    /// Lends the address of a model server that speaks TLS, and answers with the memory that a tool tells.
    private func serve<Value: Sendable>(_ body: (String) async throws -> Value) async throws -> Value {
        let pair = Self.certificate("localhost")
        let tls = try TLSContext.server(certificateChain: pair, key: pair)
        return try await ScriptedModel.serve(key: Self.key, tls: tls) { turn in
            if turn.tools?.contains(where: { $0.function.name == "ping" }) == true {
                return .call(tool: "ping", arguments: "{}")
            }
            guard let result = turn.toolResults.last else {
                return .call(tool: "get_current_status", arguments: "{}")
            }
            let total = result.firstMatch(of: #/"total_bytes":([0-9]+)/#)?.1 ?? "?"
            return .text("There are \(total) bytes.")
        } _: { url in
            try await body(url)
        }
    }

    private func settings(_ url: String) -> [String: String] {
        ["OPENAI_BASE_URL": url, "OPENAI_API_KEY": Self.key, "OPENAI_MODEL": "some-model"]
    }

    private func examine(_ url: String, _ environment: [String: String] = [:]) async throws -> Finding {
        let (output, findings) = try await Installation().findings(settings(url).merging(environment) { $1 })
        #expect(!(output.text + output.log).contains(Self.key))
        return try #require(findings.first { $0.check == "model" })
    }

    @Test func authorityOfItsOwnHasToBeSet() async throws {
        try await serve { url in
            let stranger = try await examine(url)
            #expect(stranger.outcome == "failed")
            #expect(stranger.detail.hasSuffix("is not trusted"))
            #expect(stranger.help?.contains("OPENAI_CA") == true)

            let another = try Installation()
            let wrong = another.scratch.file("another.pem")
            try TestCertificate.first.certificate.write(toFile: wrong, atomically: true, encoding: .utf8)
            #expect(try await examine(url, ["OPENAI_CA": wrong]).detail.hasSuffix("is not trusted"))

            let known = try await examine(url, Self.authority)
            #expect(known.outcome == "ok")
            #expect(known.detail.hasSuffix("; calls tools"))

            // The same server under a name that its certificate does not have.
            let renamed = try await examine(
                url.replacing("localhost", with: "127.0.0.1"), Self.authority)
            #expect(renamed.outcome == "failed")
            #expect(renamed.detail.hasSuffix("is for another name"))
            #expect(renamed.help?.contains("OPENAI_BASE_URL") == true)
        }
    }

    @Test func fileThatIsNoAuthorityIsTold() async throws {
        try await serve { url in
            let missing = try await examine(url, ["OPENAI_CA": "/nowhere.pem"])
            #expect(missing.outcome == "failed")
            #expect(missing.detail.contains("OPENAI_CA: /nowhere.pem cannot be read"))
            let empty = try Installation()
            let file = empty.scratch.file("none.pem")
            try "no certificate".write(toFile: file, atomically: true, encoding: .utf8)
            let none = try await examine(url, ["OPENAI_CA": file])
            #expect(none.outcome == "failed")
            #expect(
                none.detail.contains("certificate authorities") && none.help?.contains("OPENAI_CA") == true)
        }
    }

    @Test func proxyConnectsToWhatIsNotExcepted() async throws {
        try await serve { url in
            let target = String(url.split(separator: "/")[1])
            let proxy = try ConnectProxy()
            let through = Self.authority.merging(["HTTPS_PROXY": proxy.url]) { $1 }
            #expect(try await examine(url, through).outcome == "ok")
            #expect(!proxy.targets.isEmpty && Set(proxy.targets) == [target])

            let count = proxy.targets.count
            let excepted = through.merging(["NO_PROXY": "example.com,localhost"]) { $1 }
            #expect(try await examine(url, excepted).outcome == "ok")
            #expect(proxy.targets.count == count)

            // The name is the proxy's to resolve; the certificate is held to it all the same.
            let hidden = try await examine(url.replacing("localhost", with: "model.invalid"), through)
            #expect(hidden.detail.hasSuffix("is for another name"))
            #expect(proxy.targets.last == target.replacing("localhost", with: "model.invalid"))
        }
    }

    @Test(arguments: [403, 407, 502])
    func proxyThatRefusesIsToldFromAServerThatIsAway(_ status: Int) async throws {
        let proxy = try ConnectProxy(refusal: status)
        let refused = try await examine(
            "https://model.invalid/v1",
            ["https_proxy": proxy.url.replacing("http://", with: "http://me:hunter2@")])
        #expect(refused.outcome == "failed")
        #expect(refused.detail == "the proxy does not connect to https://model.invalid/v1")
        #expect(refused.help?.contains("HTTPS_PROXY") == true)
        #expect(!"\(refused)".contains("hunter2"))
        #expect(proxy.targets == ["model.invalid:443"])
    }

    @Test func serverWithoutTLSIsNotAskedThroughTheProxy() async throws {
        let proxy = try ConnectProxy()
        try await ScriptedModel.serve(key: Self.key) { _ in
            .call(tool: "ping", arguments: "{}")
        } _: { url in
            let found = try await examine(url, ["HTTPS_PROXY": proxy.url])
            #expect(found.outcome == "ok")
        }
        #expect(proxy.targets.isEmpty)
    }

    @Test func agentAnswersThroughTheProxyUnderItsOwnAuthority() async throws {
        try await serve { url in
            let proxy = try ConnectProxy()
            let system = try await RunningSystem(
                Installation(),
                environment: settings(url).merging(Self.authority) { $1 }
                    .merging(["HTTPS_PROXY": proxy.url]) { $1 })
            _ = try await system.reading()
            let answer = try await system.ask("How much memory?")
            #expect(answer.outcome == .answered)
            #expect(answer.reply.contains(/There are [0-9]+ bytes/))
            #expect(answer.unbackedFigures.isEmpty)
            #expect(!proxy.targets.isEmpty)
        }
    }

    @Test func agentDoesNotTellItsKeyToAServerThatItDoesNotTrust() async throws {
        try await serve { url in
            let system = try await RunningSystem(Installation(), environment: settings(url))
            let answer = try await system.ask("How much memory?")
            #expect(answer.answeredBy == "offline analyst")
            #expect(answer.replaced?.code == .modelFailed)
            #expect(answer.replaced?.reason.contains("certificate") == true)
        }
    }

    /// What the settings say is what doctor waits, and which of them ended the wait is told.
    @Test func doctorWaitsForAColdModelAsLongAsTheSettingsSay() async throws {
        let (waiting, isOver) = AsyncStream.makeStream(of: Void.self)
        defer { isOver.finish() }
        try await ScriptedModel.serve(key: Self.key) { _ in
            for await _ in waiting {}
            return .text("too late")
        } _: { url in
            let found = try await examine(url, ["OPENAI_FIRST_BYTE_TIMEOUT_MS": "1000"])
            #expect(found.outcome == "failed")
            #expect(found.detail.contains("within 1 s"))
            #expect(found.detail.contains("OPENAI_FIRST_BYTE_TIMEOUT_MS"))
        }
    }
}
