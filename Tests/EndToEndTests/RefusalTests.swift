import Cryptography
import Foundation
import MaintenanceAPI
import RelayAPI
import SystemSupport
import TestSupport
import Testing

/// Bad input at each door gets the error that is documented for it.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct RefusalTests {
    private func problem(_ response: Web.Response) throws -> String {
        #expect(response.contentType == Problem.mediaType)
        let problem = try response.decoded(as: Problem.self)
        #expect(problem.status == response.status)
        return "\(response.status) \(problem.code.rawValue)"
    }

    /// What a handshake for a WebSocket is answered with.
    private func socketStatus(_ url: String, token: String?) async throws -> String {
        let scratch = try ScratchDirectory()
        let headers = [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", token.map { "Authorization: Bearer \($0)" },
        ]
        // An open socket would be read on and on: the headers are all that is asked for.
        let curl = try Program(
            ["curl", "--silent", "--include", "--no-buffer", "--max-time", "60"]
                + headers.compactMap(\.self).flatMap { ["--header", $0] } + ["\(url)/ws?client_id=carol"],
            executable: URL(fileURLWithPath: "/usr/bin/env"), in: scratch)
        try await curl.wait(for: "the status line") { $0.text.contains("\r\n") || $0.isComplete }
        return String(curl.output.text.dropFirst("HTTP/1.1 ".count).prefix(3))
    }

    @Test func relayNamesWhatIsWrong() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = try await relay.announced("relay")
        let account = try await RelayAccount("carol", at: url)
        let own = account.authorization
        func send(_ json: String, _ headers: [String: String]) async throws -> String {
            try problem(await Web.post("\(url)/v1/messages", json: json, headers: headers))
        }

        let envelope = try account.envelope(to: "carol")
        #expect(try await send(envelope, [:]) == "401 unauthorized")
        #expect(try await send(envelope, ["Authorization": "Bearer guess"]) == "401 unauthorized")
        #expect(try await send(account.envelope(to: "carol", from: "dave"), own) == "403 sender_mismatch")
        #expect(try await send("{\"senderId\":", own) == "400 invalid_json")
        #expect(try await send("{}", own) == "400 invalid_request")
        #expect(try await send(account.envelope(to: "nobody"), own) == "404 unknown_recipient")
        let brokenBase64 = envelope.replacing(#/"body":"[^"]*"/#, with: #""body":"?!""#)
        #expect(brokenBase64 != envelope)
        #expect(try await send(brokenBase64, own) == "400 invalid_request")
        let long = String(repeating: "A", count: 256 * 1024)
        let oversized = envelope.replacing(#/"body":"[^"]*"/#, with: "\"body\":\"\(long)\"")
        #expect(try await send(oversized, own) == "413 body_too_large")
        let twoSenders = envelope.replacing(#"{"#, with: #"{"senderId":"dave","#, maxReplacements: 1)
        #expect(try await send(twoSenders, own) == "400 invalid_json")
        #expect(
            try await problem(Web.get("\(url)/v1/prekeys/nobody", headers: own)) == "404 unknown_identity")
        #expect(try await problem(Web.get("\(url)/v1/nothing")) == "404 not_found")
        #expect(try await problem(Web.get("\(url)/v1/messages")) == "405 method_not_allowed")

        #expect(try await socketStatus(url, token: nil) == "401")
        #expect(try await socketStatus(url, token: "guess") == "401")
        #expect(try await socketStatus(url, token: account.token.exposed) == "101")
        // What was refused has changed nothing: a sound message still goes through, and again, harmlessly.
        #expect(try await Web.post("\(url)/v1/messages", json: envelope, headers: own).status / 100 == 2)
        #expect(try await Web.post("\(url)/v1/messages", json: envelope, headers: own).status / 100 == 2)
    }

    @Test func webNamesWhatIsWrong() async throws {
        let system = try await RunningSystem(Installation())
        let web = system.web
        func ask(_ json: String, headers: [String: String] = [:], type: String = "application/json")
            async throws -> String
        {
            try problem(await Web.post("\(web)/api/chat", json: json, headers: headers, contentType: type))
        }
        #expect(try await ask("{\"prompt\":") == "400 invalid_json")
        #expect(try await ask("{}") == "400 invalid_request")
        #expect(try await ask("{\"prompt\":\" \"}") == "400 invalid_request")
        #expect(try await ask(#"{"prompt":"x","prompt":"y"}"#) == "400 invalid_json")
        let long = String(repeating: "a", count: 128 * 1024)
        #expect(try await ask("{\"prompt\":\"\(long)\"}") == "413 body_too_large")
        #expect(try await ask("{\"prompt\":\"x\"}", type: "text/plain") == "415 unsupported_media_type")
        #expect(
            try await ask("{\"prompt\":\"x\"}", headers: ["Origin": "http://evil.example"]).hasPrefix("403 "))
        let page = try await Web.get(web, headers: ["Host": "evil.example"])
        #expect(page.status / 100 == 4)
        #expect(try await problem(Web.get("\(web)/api/e2ee/pull?user=mallory")) == "404 unknown_user")
        #expect(try await problem(Web.get("\(web)/api/nothing")) == "404 not_found")
        #expect(try await system.ask("Still there?").outcome == .answered)
    }

    @Test func commandsSayWhyTheyCannotRun() async throws {
        let installation = try Installation()
        let system = try await RunningSystem(installation)
        let ports = [system.relay, system.web].map { String($0.split(separator: ":").last ?? "") }

        let inUse = try await installation.attempt(
            "up", environment: ["RELAY_PORT": "0", "WEB_PORT": "0"])
        #expect(inUse.status == 75)
        #expect(inUse.log.contains(#/in use by process [0-9]+ \(sysmaint up\)/#))

        for (variable, port) in zip(["RELAY_PORT", "WEB_PORT"], ports) {
            let settings = ["RELAY_PORT": "0", "WEB_PORT": "0"].merging([variable: port]) { $1 }
            let taken = try await Installation().attempt("up", environment: settings)
            #expect(taken.status == 75)
            #expect(taken.log.contains("127.0.0.1:\(port) is in use by another program"))
        }
        let alone = try await Installation().attempt("relay", "--port", ports[0])
        #expect(alone.status == 75)

        #expect(try await system.stop().status == 0)
        let guess = try await installation.attempt(
            "up", environment: ["MEGA_PASSPHRASE": "guess", "RELAY_PORT": "0"])
        #expect(guess.status == 77)
        #expect(guess.log.contains("passphrase"))
        #expect(!guess.log.contains("guess"))
    }

    @Test func unknownRecipientIsNotFound() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let carol = try Installation(["RELAY_URL": await relay.announced("relay")])
        try await carol.run("init", "--id", "carol")
        let output = try await carol.attempt("send", "nobody", "hello")
        #expect(output.status == 66)
        #expect(output.log.contains("nobody"))
    }

    @Test func identityOfSomebodyElseIsNotTaken() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = ["RELAY_URL": try await relay.announced("relay")]
        let (carol, impostor) = try (Installation(url), Installation(url))
        try await carol.run("init", "--id", "carol")
        try await carol.run("register")
        try await impostor.run("init", "--id", "carol")
        let output = try await impostor.attempt("register")
        #expect(output.status == 77)
        #expect(output.log.contains("identity_taken"))
    }
}
