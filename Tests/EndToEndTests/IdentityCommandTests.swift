import Foundation
import SystemSupport
import TestSupport
import Testing

/// What a person does with identities and their stores, without a relay.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct IdentityCommandTests {
    private struct Summary: Decodable, Equatable {
        let id: String
        let device: Int
        let registrationId: Int
        let identityKey: String
        let store: String
    }

    @Test func saysItsVersion() async throws {
        let output = try await Installation().attempt("--version")
        #expect(output.status == 0)
        #expect(output.text.wholeMatch(of: #/[0-9]+\.[0-9]+\.[0-9]+\n/#) != nil)
    }

    /// libcurl brings thirty libraries along: it is opened where a model is asked, and where its version is wanted.
    @Test func librariesAreNamedAndLibcurlIsLoadedOnlyWhereItIsNeeded() async throws {
        let debug = ["LD_DEBUG": "files"]
        let brief = try await Installation().attempt("--version", environment: debug)
        #expect(brief.log.contains("libcrypto.so") && !brief.log.contains("libcurl"))
        let verbose = try await Installation().attempt("--version", "--verbose", environment: debug)
        #expect(verbose.log.contains("libcurl.so"))
        #expect(
            verbose.lines.dropFirst().map { $0.prefix { $0 != " " } } == [
                "OpenSSL", "libsodium", "SQLite", "libevent", "wslay", "libcurl",
            ])
        #expect(verbose.lines.dropFirst().allSatisfy { $0.contains(#/ [0-9]+\.[0-9]+/#) })
        let relay = try Part(
            Installation(), "relay", "--port", "0", "--format", "json", environment: debug)
        let url = try await relay.announced("relay")
        let probe = try Part(
            Installation(["RELAY_URL": url]), "probe", "--format", "json", environment: debug)
        _ = try await probe.line()
        for log in [await relay.log, await probe.log] {
            #expect(log.contains("libevent") && !log.contains("libcurl"))
        }
    }

    /// So security updates arrive with a restart. The newer library is a copy of the system's that calls itself so.
    @Test func aNewerLibraryIsUsedFromTheNextStartOn() async throws {
        let here = try Installation()
        func version() async throws -> Substring? {
            let output = try await here.attempt(
                "--version", "--verbose", environment: ["LD_LIBRARY_PATH": here.scratch.url.path])
            return output.text.firstMatch(of: #/libsodium ([0-9.]+)/#)?.1
        }
        let old = try #require(await version())
        let new = String(old.dropLast()) + (old.last == "9" ? "8" : "9")
        let maps = try await here.attempt("--version", "--verbose", environment: ["LD_DEBUG": "files"]).log
        let path = try #require(maps.firstMatch(of: #/calling init: (\S*libsodium\S*)/#)?.1)
        var library = try Data(contentsOf: URL(fileURLWithPath: String(path)))
        let place = try #require(library.firstRange(of: Data("\(old)\0".utf8)))
        library.replaceSubrange(place, with: Data("\(new)\0".utf8))
        let name = URL(fileURLWithPath: String(path)).lastPathComponent
        try library.write(to: here.scratch.url.appendingPathComponent(name))
        #expect(try await version() == new[...])
    }

    @Test func identityIsMadeOnceAndShown() async throws {
        let installation = try Installation()
        let made = try await installation.run("init", "--id", "carol", "--device", "3", "--format", "json")
        let shown = try await installation.run("identity", "show", "--format", "json")
        #expect(made == shown)
        let summary = try JSONDecoder().decode(Summary.self, from: Data(made.utf8))
        #expect(summary.id == "carol")
        #expect(summary.device == 3)
        #expect(summary.store == installation.file("carol.signal.db"))

        let again = try await installation.attempt("init", "--id", "carol")
        #expect(again.status == 73)
        #expect(again.log.contains("exists"))
    }

    @Test func identityHasToBeNamedAmongSeveral() async throws {
        let installation = try Installation()
        let none = try await installation.attempt("identity", "show")
        #expect(none.status == 66)
        #expect(none.log.contains("sysmaint init"))
        try await installation.run("init", "--id", "carol")
        try await installation.run("init", "--id", "dave")
        let several = try await installation.attempt("identity", "show")
        #expect(several.status == 66)
        #expect(several.log.contains("carol, dave"))
        #expect(try await installation.run("identity", "show", "--id", "dave").contains("dave.1"))
    }

    @Test func wrongPassphraseIsDenied() async throws {
        let installation = try Installation()
        try await installation.run("init", "--id", "carol")
        let output = try await installation.attempt(
            "identity", "show", environment: ["MEGA_PASSPHRASE": "guess"])
        #expect(output.status == 77)
        #expect(output.log.contains("passphrase"))
        #expect(!output.log.contains("guess"))
    }

    @Test func passphraseIsMadeKeptAndChanged() async throws {
        let installation = try Installation(["MEGA_PASSPHRASE": ""])
        try await installation.run("init", "--id", "carol")
        let made = try String(contentsOfFile: installation.file("passphrase"), encoding: .utf8)
        #expect(made.count == 45)

        let new = installation.file("new")
        try Data("a new one\n".utf8).write(to: URL(fileURLWithPath: new))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: new)
        let readable = try await installation.attempt("passphrase", "change", "--new-passphrase-file", new)
        #expect(readable.status == 78)
        #expect(readable.log.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: new)
        try await installation.run("passphrase", "change", "--new-passphrase-file", new)

        #expect(try await installation.attempt("identity", "show").status == 77)
        try await installation.run("identity", "show", "--passphrase-file", new)
    }

    @Test func partsThatStartTogetherAgreeOnOnePassphrase() async throws {
        let installation = try Installation(["MEGA_PASSPHRASE": ""])
        let together = try ["carol", "dave", "erin", "frank"].map {
            try installation.start("init", "--id", $0)
        }
        for program in together { #expect(try await program.end().status == 0) }
        for name in ["carol", "dave", "erin", "frank"] {
            try await installation.run("identity", "show", "--id", name)
        }
    }

    @Test func noPassphraseAndNoTerminalIsExplained() async throws {
        let installation = try Installation()
        try await installation.run("init", "--id", "carol")
        let output = try await installation.attempt("identity", "show", environment: ["MEGA_PASSPHRASE": ""])
        #expect(output.status == 78)
        #expect(output.log.contains("MEGA_PASSPHRASE"))
    }

    @Test func wrongSettingNamesItsVariable() async throws {
        let output = try await Installation().attempt("status", environment: ["RELAY_PORT": "http"])
        #expect(output.status == 78)
        #expect(output.log.contains("RELAY_PORT is 'http'"))
    }

    @Test func wrongUsageEndsWith64() async throws {
        #expect(try await Installation().attempt("init").status == 64)
        #expect(try await Installation().attempt("init", "--id", "Carol").status == 64)
        #expect(try await Installation().attempt("chat", " ").status == 64)
        #expect(try await Installation().attempt("healthcheck", "localhost").status == 64)
    }

    @Test func absentRelayIsUnavailable() async throws {
        let output = try await Installation().attempt("status", "--relay-url", "http://127.0.0.1:1")
        #expect(output.status == 69)
    }

    @Test func doctorNamesWhatIsWrong() async throws {
        let installation = try Installation(["RELAY_URL": "http://127.0.0.1:1"])
        try await installation.run("init", "--id", "carol")
        let output = try await installation.attempt("doctor")
        #expect(output.status == 1)
        #expect(output.text.contains("ok       store of carol"))
        #expect(output.text.contains("FAILED   relay"))
    }

    @Test func selfTestSendsBothWaysAndLeavesNothing() async throws {
        let installation = try Installation()
        let before = try FileManager.default.contentsOfDirectory(atPath: installation.scratch.url.path)
        let output = try await installation.attempt("selftest")
        #expect(output.status == 0)
        #expect(output.text.hasPrefix("ok: 2 messages"))
        #expect(output.log.isEmpty)
        let after = try FileManager.default.contentsOfDirectory(atPath: installation.scratch.url.path)
        #expect(after == before)
    }

    @Test func healthIsAskedOfAnAddress() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let url = try await relay.announced("relay")
        try await Installation().run("healthcheck", "\(url)/ready")
        #expect(try await Installation().attempt("healthcheck", "\(url)/nothing").status == 66)
        try await relay.kill()
        #expect(try await Installation().attempt("healthcheck", "\(url)/ready").status == 69)
    }
}
