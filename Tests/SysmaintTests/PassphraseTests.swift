import Cryptography
import Foundation
import TestSupport
import Testing

@testable import sysmaint

struct PassphraseTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func source(file: String? = nil, environment: [String: String] = [:]) throws -> PassphraseSource {
        let environment = environment.merging(["SYSMAINT_HOME": scratch.file("home")]) { $1 }
        let reader = SettingsReader(flags: [:], environment: environment)
        return PassphraseSource(file: file, settings: try Settings(reader))
    }

    private func write(_ text: String, mode: Int) throws -> String {
        let path = scratch.file("file")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test func isMadeOnceForItsOwnerAlone() throws {
        let source = try source()
        let made = try source.passphrase(whenAbsent: .create)
        #expect(made.exposed.count == 44)
        #expect(try source.passphrase(whenAbsent: .create) == made)
        let attributes = try FileManager.default.attributesOfItem(atPath: source.homeFile)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test func fileBeatsEnvironment() throws {
        let path = try write("from file\nrest\n", mode: 0o600)
        let environment = ["MEGA_PASSPHRASE": "from environment"]
        #expect(try source(file: path, environment: environment).passphrase(whenAbsent: .ask) == "from file")
        #expect(try source(environment: environment).passphrase(whenAbsent: .ask) == "from environment")
    }

    @Test func fileThatOthersMayReadIsRefused() throws {
        let path = try write("secret", mode: 0o640)
        let failure = #expect(throws: Failure.self) { try PassphraseSource.read(path) }
        #expect(failure?.code == .configuration)
        #expect(failure?.message.contains("mode 640") == true)
    }

    @Test func fileThatIsNoSecretIsNotReadToItsEnd() throws {
        let longest = String(repeating: "p", count: 64 << 10)
        #expect(try PassphraseSource.read(write(longest, mode: 0o600)).exposed == longest)
        let path = try write(longest + "\n", mode: 0o600)
        let failure = #expect(throws: Failure.self) { try PassphraseSource.read(path) }
        #expect(failure?.message.contains("too large for a secret") == true)
        // Never ends; read as a whole, it would take all memory.
        let endless = scratch.file("endless")
        guard mknod(endless, S_IFCHR | 0o600, 0x105) == 0 else { return }
        #expect(throws: Failure.self) { try PassphraseSource.read(endless) }
    }

    /// Whoever can exchange files there decides what is read.
    @Test func dataFolderThatOthersCanChangeIsNotUsed() throws {
        let source = try source(environment: ["MEGA_PASSPHRASE": "from environment"])
        let home = scratch.file("home")
        try source.settings.makeHome()
        for (mode, isUsed) in [(0o700, true), (0o755, true), (0o1777, true), (0o777, false), (0o703, false)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: home)
            for use in [
                { _ = try source.passphrase(whenAbsent: .create) }, { try source.settings.makeHome() },
                { try Settings.makeFolder(of: home + "/relay.db") },
            ] {
                guard !isUsed else { try use(); continue }
                let failure = #expect(throws: Failure.self) { try use() }
                #expect(failure?.code == .denied)
                #expect(failure?.message.contains("mode \(String(mode, radix: 8))") == true)
                #expect(failure?.help?.contains("chmod 700") == true)
            }
        }
    }

    @Test func emptyFileIsRefused() throws {
        let path = try write("", mode: 0o600)
        #expect(throws: Failure.self) { try PassphraseSource.read(path) }
    }
}
