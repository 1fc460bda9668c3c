import Foundation
import RelayAPI
import SignalProtocol
import SystemSupport
import TestSupport
import Testing

/// A store that is backed up while it stands, goes on, is lost, and is restored somewhere else.
@Suite(.inTurns, .timeLimit(.minutes(15)))
struct BackupTests {
    private struct Shown: Decodable {
        let from: String
        let text: String
    }

    private struct Summary: Decodable {
        let id: String
        let registrationId: Int
        let identityKey: String
        let store: String
        var isKnownToBeWhole: Bool?
    }

    private struct BackupSummary: Decodable, Equatable {
        let id: String
        let device: Int
        let backup: String
    }

    private func summary(_ output: String) throws -> Summary {
        try JSONDecoder().decode(Summary.self, from: Data(output.utf8))
    }

    /// New messages since the last time, as "sender: text".
    private func inbox(of person: Installation) async throws -> [String] {
        let lines = try await person.run("inbox", "--format", "json")
        return try JSONDecoder().decode([Shown].self, from: Data(lines.utf8)).map { "\($0.from): \($0.text)" }
    }

    /// The ratchet keys in the envelopes that a sender posted.
    private func ratchetKeys(of sender: String, in bytes: [UInt8]) throws -> Set<[UInt8]> {
        // Bodies of HTTP requests stand in the clear and hold no line break.
        var keys: Set<[UInt8]> = []
        for line in bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            guard let begin = line.firstIndex(of: UInt8(ascii: "{")),
                let end = line.lastIndex(of: UInt8(ascii: "}")),
                begin < end,
                let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(line[begin...end])),
                envelope.senderId.description == sender
            else { continue }
            let kind: MessageKind = envelope.type == .prekey ? .preKey : .whisper
            switch try CiphertextMessage(type: kind.rawValue, wire: envelope.body.bytes) {
            case .whisper(let message): keys.insert(message.ratchetKey.wire)
            case .preKey(let message): keys.insert(message.message.ratchetKey.wire)
            default: throw Unexpected("a message of another kind")
            }
        }
        return keys
    }

    @Test func restoredIdentityGoesOnInNewSessionsAndLosesNothingThatWaits() async throws {
        let port = try freePort()
        let proxy = try RecordingProxy(to: port)
        let relay = try Part(
            Installation(), "relay", "--port", "\(port)", "--format", "json",
            environment: ["RELAY_PUBLIC_URL": "http://127.0.0.1:\(proxy.port)"])
        let url = try await relay.announced("relay")
        let passphrase = "correct horse \(UUID().uuidString)"
        let carolsSettings = [
            "RELAY_URL": "http://127.0.0.1:\(proxy.port)", "MEGA_PASSPHRASE": passphrase,
        ]
        let carol = try Installation(carolsSettings)
        let dave = try Installation(["RELAY_URL": url])
        let made = try summary(await carol.run("init", "--id", "carol", "--format", "json"))
        try await dave.run("init", "--id", "dave")
        for person in [carol, dave] { try await person.run("register") }

        let letter = "a letter of \(UUID())"
        try await carol.run("send", "dave", letter)
        #expect(try await inbox(of: dave) == ["carol: \(letter)"])
        try await dave.run("send", "carol", "two")
        #expect(try await inbox(of: carol) == ["dave: two"])

        let file = carol.scratch.file("carol.backup")
        let written = try await carol.run("backup", file, "--format", "json")
        #expect(
            try JSONDecoder().decode(BackupSummary.self, from: Data(written.utf8))
                == BackupSummary(id: "carol", device: 1, backup: file))
        let backup = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(!Trace(backup).holds(letter))

        // The original goes on in the sessions that the backup holds too.
        try await carol.run("send", "dave", "three")
        #expect(try await inbox(of: dave) == ["carol: three"])
        try await dave.run("send", "carol", "four")
        #expect(try await inbox(of: carol) == ["dave: four"])
        try await carol.run("send", "dave", "five")
        try await dave.run("send", "carol", "six, for whoever comes")
        let before = try ratchetKeys(of: "carol", in: proxy.bytes)
        #expect(before.count >= 2)
        let begin = proxy.bytes.count

        let restored = try Installation(carolsSettings)
        let summary = try summary(await restored.run("restore", file, "--format", "json"))
        #expect(summary.id == "carol")
        #expect(summary.identityKey == made.identityKey)
        #expect(summary.registrationId != made.registrationId)
        #expect(summary.store == restored.file("carol.signal.db"))
        #expect(summary.isKnownToBeWhole == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == backup)

        // Each side gets what waited, once, and then what is new.
        #expect(try await inbox(of: restored) == ["dave: six, for whoever comes"])
        try await restored.run("send", "dave", "seven")
        #expect(try await inbox(of: dave) == ["carol: five", "carol: seven"])
        try await dave.run("send", "carol", "eight")
        #expect(try await inbox(of: restored) == ["dave: eight"])
        try await restored.run("send", "dave", "nine")
        #expect(try await inbox(of: dave) == ["carol: nine"])
        #expect(try await inbox(of: restored) == [])

        let after = try ratchetKeys(of: "carol", in: Array(proxy.bytes[begin...]))
        #expect(!after.isEmpty && after.isDisjoint(with: before))
    }

    @Test func nothingIsOverwrittenAndErrorsSayWhatToDo() async throws {
        let carol = try Installation()
        try await carol.run("init", "--id", "carol")
        let file = carol.scratch.file("carol.backup")
        try await carol.run("backup", file)

        let again = try await carol.attempt("backup", file)
        #expect(again.status == 73)
        #expect(again.log.contains("the file \(file) already exists"))
        let onto = try await carol.attempt("restore", file)
        #expect(onto.status == 73)
        #expect(onto.log.contains("Nothing was overwritten"))
        let denied = try await carol.attempt(
            "restore", file, "--home", carol.scratch.file("other"), environment: ["MEGA_PASSPHRASE": "guess"])
        #expect(denied.status == 77)
        #expect(!denied.log.contains("guess"))
        let missing = try await carol.attempt("restore", carol.scratch.file("nothing"))
        #expect(missing.status == 66)
        let text = carol.scratch.file("text")
        try Data(String(repeating: "no backup ", count: 100).utf8).write(to: URL(fileURLWithPath: text))
        let broken = try await carol.attempt("restore", text)
        #expect(broken.status == 65)
        #expect(broken.log.contains("is not a key store backup"))
        let nobody = try await carol.attempt("backup", carol.scratch.file("new"), "--id", "dave")
        #expect(nobody.status == 66)
        #expect(!FileManager.default.fileExists(atPath: carol.scratch.file("new")))
    }

    @Test func changedBackupIsRejectedAndLeavesNothingBehind() async throws {
        let carol = try Installation()
        try await carol.run("init", "--id", "carol")
        let file = carol.scratch.file("carol.backup")
        try await carol.run("backup", file)
        try await carol.change(file, "DELETE FROM setting WHERE name = 'isBackup'")

        let home = carol.scratch.file("restored")
        let rejected = try await carol.attempt("restore", file, "--home", home)
        #expect(rejected.status == 65)
        #expect(rejected.log.contains("does not hold what was backed up"))
        #expect(rejected.log.contains("Nothing was changed"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: home) == [])
    }

    @Test func backupThatCannotShowThatItIsWholeIsRestoredWithANote() async throws {
        let carol = try Installation()
        try await carol.run("init", "--id", "carol")
        // As an earlier version made it.
        let file = carol.scratch.file("carol.backup")
        try FileManager.default.copyItem(atPath: carol.file("carol.signal.db"), toPath: file)
        let restored = try await carol.attempt(
            "restore", file, "--home", carol.scratch.file("restored"), "--format", "json")
        #expect(restored.status == 0)
        #expect(try summary(restored.text).isKnownToBeWhole == false)
        #expect(restored.log.contains(#"{"note":"the backup is not sealed as a whole"#))
    }

    @Test func storeInUseNamesItsOwner() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let carol = try Installation(["RELAY_URL": try await relay.announced("relay")])
        try await carol.run("init", "--id", "carol")
        try await carol.run("register")
        let listener = try carol.start("listen")
        let lock = carol.file("carol.signal.db.lock")
        _ = try await eventually("the listener's lock") {
            (try? String(contentsOfFile: lock, encoding: .utf8))?.contains("listen") == true ? true : nil
        }
        let output = try await carol.attempt("bundle", "export")
        #expect(output.status == 75)
        #expect(output.log.contains("listen"))
        listener.send(SIGKILL)
        try await listener.end()
        try await carol.run("backup", carol.scratch.file("carol.backup"))
    }
}
