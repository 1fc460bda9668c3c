import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import Testing
import TestSupport
import VectorSupport

@testable import KeyStore

/// Stores and backups whose files were damaged by chance: an error that says so, or everything that was there.
@Suite(.timeLimit(.minutes(5)))
struct DamagedStoreTests {
    /// Changes some bytes, as a bad disk or a copy that was cut short does.
    private static func damage(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1:
            bytes[Int.random(in: bytes.indices, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
        case 2:
            for _ in 0..<50 {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
        case 3: bytes.cutShort(using: &random)
        case 4: bytes.blankPage(using: &random)
        default: bytes.exchangePages(using: &random)
        }
    }

    private func texts(in store: KeyStore) async throws -> [String?] {
        try await store.messages { try $0.history.page(after: 0, limit: 1000) }.messages.map(\.message.text)
    }

    @Test(arguments: 1...4) func damagedStoreSaysSoOrIsWhole(seed: UInt64) async throws {
        let fixture = try StoreFixture()
        let store = try fixture.create()
        let bob = try IdentityID("bob")
        let said = (1...60).map { "text \($0) " + String(repeating: "and more ", count: 30) }
        try await store.write { store in
            for text in said {
                try store.history.append(TypedMessage.chat(text).content, messageID: UUID(), .sent, peer: bob)
            }
            _ = try store.preKeys.make(20)
        }
        let backup = fixture.scratch.file("backup.db")
        try store.backUp(to: backup)
        store.close()
        let originals = try [fixture.path, backup].map { [UInt8](try Data(contentsOf: URL(filePath: $0))) }

        var random = SeededRandom(seed: seed)
        for _ in 1...25 {
            for (index, original) in originals.enumerated() {
                var bytes = original
                Self.damage(&bytes, using: &random)
                let folder = try ScratchDirectory()
                let (damaged, path) = (folder.file("damaged.db"), folder.file("restored.db"))
                try Data(bytes).write(to: URL(filePath: damaged))
                do {
                    let opened =
                        index == 0
                        ? try KeyStore.open(at: damaged, passphrase: StoreFixture.passphrase)
                        : try KeyStore.restore(from: damaged, to: path, passphrase: StoreFixture.passphrase)
                    defer { opened.close() }
                    let texts = try await texts(in: opened)
                    // Exchanged pages of a store may exchange messages; a backup shows that, too.
                    #expect(index == 0 ? Set(texts) == Set(said) : texts == said)
                } catch let error as KeyStoreError {
                    // Damaged, or in the header a version that was never written or keys that are not there.
                    #expect(!error.description.isEmpty)
                }
                if index == 1 {
                    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
                    let isRestored = left.contains("restored.db")
                    #expect(isRestored || !left.contains { $0.hasPrefix("restored.db") })
                }
            }
        }
    }
}
