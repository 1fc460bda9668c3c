import Cryptography
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import TestSupport

@testable import KeyStore

/// A store in a folder of its own.
struct StoreFixture {
    static let passphrase: SecretText = "correct horse battery staple"

    let scratch: ScratchDirectory
    let clock = WallClock()
    let path: String
    let owner: DeviceAddress

    init(owner: String = "alice") throws {
        scratch = try ScratchDirectory()
        path = scratch.file("identity.signal.db")
        self.owner = DeviceAddress(try IdentityID(owner))
    }

    func create() throws -> KeyStore {
        try KeyStore.create(
            at: path, passphrase: Self.passphrase, owner: owner, now: { [clock] in clock.now })
    }

    func open(_ passphrase: SecretText = passphrase) throws -> KeyStore {
        try KeyStore.open(at: path, passphrase: passphrase, now: { [clock] in clock.now })
    }

    /// Everything the store has on disk.
    func fileBytes() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, try Data(contentsOf: scratch.url.appendingPathComponent(name)))
            })
    }
}

extension KeyStore {
    /// A bundle of fresh prekeys, as a relay would hand it out.
    func bundle(isLastResort: Bool = false) async throws -> PreKeyBundle {
        try await write { store in
            let signed = try store.preKeys.currentSigned(maxAge: .seconds(7 * 86_400))
            let kyber =
                isLastResort
                ? try store.preKeys.currentLastResortKyber(maxAge: .seconds(30 * 86_400))
                : try store.preKeys.makeKyber(1)[0]
            let oneTime = isLastResort ? nil : try store.preKeys.make(1).first
            return try PreKeyBundle(
                registrationID: store.account.registrationID, deviceID: store.account.owner.device.rawValue,
                identityKey: store.account.identity.publicKey,
                signedPreKey: .init(id: signed.id, key: signed.publicKey(), signature: signed.signature),
                kyberPreKey: .init(id: kyber.id, key: kyber.publicKey(), signature: kyber.signature),
                oneTimePreKey: oneTime.map { .init(id: $0.id, key: try $0.publicKey()) })
        }
    }
}

extension KeyStore {
    /// Begins a session with somebody under the bundle's key, which is noted.
    func begin(with peer: DeviceAddress, bundle: PreKeyBundle) async throws {
        try await write { store in
            _ = try store.note(bundle.identityKey, of: peer.identity)
            try store.begin(with: bundle, of: peer)
        }
    }

    func encrypt(_ text: String, to peer: DeviceAddress) async throws -> CiphertextMessage {
        try await write { try $0.encrypt(Array(text.utf8), for: peer) }
    }

    func decrypt(_ message: CiphertextMessage, from peer: DeviceAddress) async throws -> String {
        try await write { store in
            let decrypted = try store.decrypt(message, from: peer, messageID: UUID())
            return String(decoding: decrypted.plaintext, as: UTF8.self)
        }
    }
}

extension Envelope {
    /// One that carries a text where the ciphertext stands.
    static func carrying(_ text: String, id: UUID = UUID(), to recipient: DeviceAddress) throws -> Envelope {
        try Envelope(
            from: DeviceAddress(IdentityID("alice")), to: recipient, sessionID: "session", messageID: id,
            type: .whisper, body: Array(text.utf8), timestamp: 1_800_000_000_000, class: .durable)
    }

    var text: String { String(decoding: body.bytes, as: UTF8.self) }
}

extension TypedMessage {
    static func chat(_ text: String) -> TypedMessage { TypedMessage(.userChat(UserChat(text: text))) }

    /// As it is stored.
    var content: Data { get throws { try JSONEncoder().encode(self) } }

    var text: String? { if case .userChat(let chat) = payload { chat.text } else { nil } }
}

let testRelay = {
    guard let origin = RelayOrigin(url: "http://relay.example") else { preconditionFailure("no origin") }
    return origin
}()
