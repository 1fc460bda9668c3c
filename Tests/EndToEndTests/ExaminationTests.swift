import Foundation
import HTTPEdge
import RelayAPI
import SystemSupport
import TestSupport
import Testing

/// What `doctor` finds, and that it says what to do about each thing that is wrong.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct ExaminationTests {
    /// By the names of the checks; whatever is not well has to come with advice.
    private func examine(_ installation: Installation, _ environment: [String: String] = [:], ends: Int32)
        async throws -> [String: Finding]
    {
        let (output, findings) = try await installation.findings(environment)
        #expect(output.status == ends, "\(output.text)\(output.log)")
        for finding in findings {
            #expect((finding.help == nil) == (finding.outcome == "ok"), "\(finding)")
        }
        return Dictionary(findings.map { ($0.check, $0) }) { first, _ in first }
    }

    @Test func whatRunsIsWell() async throws {
        let here = try Installation()
        let token = ["WEB_TOKEN": "a token for this test alone"]
        let system = try await RunningSystem(here, environment: token)
        let addresses = [
            "RELAY_URL": system.relay, "WEB_PORT": String(system.web.split(separator: ":").last ?? ""),
        ]
        let settings = addresses.merging(token) { $1 }
        _ = try await eventually("a reading") {
            let status = try await here.attempt("status", environment: settings)
            return status.text.contains("host    load") ? true : nil
        }
        let found = try await examine(here, settings, ends: 0)
        #expect(
            Set(found.keys) == [
                "data folder", "disk space", "store of alice", "store of bob", "store of diagprobe",
                "store of sysmaint", "state database", "kernel figures", "libraries", "processor", "settings",
                "relay database", "relay", "telemetry", "model",
            ])
        #expect(found.values.allSatisfy { $0.outcome == "ok" })
        let libraries = ["OpenSSL 3", "libsodium 1", "SQLite 3", "libevent 2", "wslay", "libcurl 7"]
        for library in libraries { #expect(found["libraries"]?.detail.contains(library) == true) }
        let text = try await here.run("doctor", environment: settings)
        #expect(text.hasSuffix("\nNo problems found.\n"))

        let locked = try await examine(here, addresses, ends: 1)["telemetry"]
        #expect(locked?.outcome == "failed")
        #expect(locked?.detail.contains("login_required") == true)
        #expect(locked?.help?.contains("WEB_TOKEN") == true)
        #expect(try await here.run("status", environment: addresses).contains("login_required"))
    }

    @Test func emptyMachineIsToldHowToBegin() async throws {
        let found = try await examine(Installation(["RELAY_URL": "http://127.0.0.1:1"]), ends: 1)
        #expect(found["data folder"]?.help?.contains("sysmaint up") == true)
        #expect(found["stores"]?.help?.contains("sysmaint init") == true)
        #expect(found["relay"]?.outcome == "failed")
        #expect(found["telemetry"]?.outcome == "warning")
        #expect(found["state database"] == nil && found["relay database"] == nil)
    }

    @Test func brokenFilesAreNamed() async throws {
        let here = try Installation(["MEGA_PASSPHRASE": ""])
        _ = try await RunningSystem(here).stop()
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: here.file(""))
        try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: here.file("bob.signal.db")))
        try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: here.file("state.db")))
        try await here.change(here.file("relay.db"), "UPDATE audit SET subject = 'mallory' WHERE number = 2")
        let pem = here.scratch.file("relay.pem")
        try TestCertificate.first.certificate.write(toFile: pem, atomically: true, encoding: .utf8)
        let settings = ["RELAY_URL": "http://127.0.0.1:1", "RELAY_TLS_CERT": pem, "RELAY_TLS_KEY": pem]

        let found = try await examine(here, settings, ends: 1)
        #expect(found["data folder"]?.help?.contains("chmod 700") == true)
        #expect(found["store of bob"]?.detail.contains("is damaged") == true)
        #expect(found["store of bob"]?.help?.contains("sysmaint restore") == true)
        #expect(found["store of alice"]?.outcome == "ok")
        #expect(found["state database"]?.detail.contains("cannot be opened") == true)
        #expect(found["relay database"]?.help?.contains("sysmaint admin audit verify") == true)
        #expect(found["certificate"]?.outcome == "ok")

        try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: here.file("passphrase"))
        try Data("no certificate".utf8).write(to: URL(fileURLWithPath: pem))
        let second = try await examine(here, settings, ends: 1)
        #expect(second["passphrase"]?.help?.contains("chmod 600") == true)
        #expect(second["certificate"]?.detail.contains("no certificate can be read") == true)
    }

    @Test func relayOfAnotherVersionAndOneThatIsNoneAreTold() async throws {
        var router = Router()
        for path in ["/health", "/ready"] {
            router.get(path) { _ in Health(status: "ok", version: "0.0.1", uptimeSeconds: 5) }
        }
        try await OwnServer.serve(router) { url in
            let older = try await examine(Installation(["RELAY_URL": url]), ends: 0)["relay"]
            #expect(older?.outcome == "warning")
            #expect(older?.detail.contains("runs version 0.0.1") == true)
            let stranger = try await examine(Installation(["RELAY_URL": "\(url)/elsewhere"]), ends: 1)[
                "relay"]
            #expect(stranger?.outcome == "failed")
        }
    }

    @Test func wrongSettingIsNamedAndWhatDependsOnItIsLeftOut() async throws {
        let here = try Installation()
        for (name, value) in [
            ("WEB_TOKEN", "short"), ("RELAY_RATES", "fast"), ("OPENAI_INPUT_USD_PER_1M", "cheap"),
            ("SYSMAINT_PROBE_INTERVAL_MS", "1"), ("RELAY_URL", "nowhere"), ("RELAY_PORT", "http"),
        ] {
            let found = try await examine(here, [name: value], ends: 1)
            #expect(found["settings"]?.outcome == "failed")
            #expect(found["settings"]?.detail.contains(name) == true)
            #expect(found["relay"] == nil && found["model"] == nil)
        }
    }
}
