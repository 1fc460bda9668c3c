import Cryptography
import Foundation

@testable import SignalProtocol

/// Two parties write to each other and stop, so that somebody else can look through this process's memory.
///
/// After each message all live root and chain keys are written to the standard output, with every bit turned over: the
/// keys themselves must not be in memory because of this.
enum Conversation {
    private struct Party {
        let address: ProtocolAddress
        var store: SubjectStore
    }

    /// `leak-checks converse COUNT memory|bytes`: the store keeps values, or their stored forms as a database does.
    static func run() throws {
        let arguments = CommandLine.arguments
        let count = arguments.count > 2 ? Int(arguments[2]) ?? 0 : 0
        let keepsBytes = arguments.count > 3 && arguments[3] == "bytes"
        var parties = try ["9d0652a3-dcc3-4d11-975f-74d61598733f", "796abedb-ca4e-4f18-8803-1fde5b921f9f"].map
        {
            Party(
                address: try ProtocolAddress(name: $0, deviceID: 1),
                store: SubjectStore(
                    memory: MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 1),
                    keepsBytes: keepsBytes))
        }
        try begin(&parties)
        // Bursts of three, so that chains go on and the ratchet turns.
        for number in 0..<count {
            let (sender, receiver) = (number / 3 % 2, 1 - number / 3 % 2)
            let message = try SessionCipher(local: parties[sender].address, remote: parties[receiver].address)
                .encrypt(Array("message".utf8), in: &parties[sender].store, now: .now)
            let received = try CiphertextMessage(type: message.type, wire: message.wire)
            _ = try SessionCipher(local: parties[receiver].address, remote: parties[sender].address)
                .decrypt(received, in: &parties[receiver].store)
            tell(parties)
        }
        raise(SIGSTOP)
        withExtendedLifetime(parties) {}
    }

    private static func begin(_ parties: inout [Party]) throws {
        var random = SystemRandomNumberGenerator()
        let identity = parties[1].store.identityKeyPair
        let signed = SignedPreKeyRecord(id: 1, signedBy: identity, createdAt: .now, using: &random)
        let kyber = KyberPreKeyRecord(id: 1, signedBy: identity, createdAt: .now, using: &random)
        parties[1].store.memory.storeSignedPreKey(signed)
        parties[1].store.memory.storeKyberPreKey(kyber)
        let bundle = try PreKeyBundle(
            of: parties[1].address, identityKey: identity.publicKey, registrationID: 1, signedPreKey: signed,
            kyberPreKey: kyber)
        try SessionCipher(local: parties[0].address, remote: parties[1].address)
            .process(bundle, in: &parties[0].store, now: .now)
    }

    // MARK: Telling

    private static func tell(_ parties: [Party]) {
        let keys = [0, 1].flatMap { parties[$0].store.keys(with: parties[1 - $0].address) }
        var bytes = withUnsafeBytes(of: UInt32(keys.count).littleEndian, Array.init)
        for key in keys { key.withUnsafeBytes { for byte in $0 { bytes.append(~byte) } } }
        bytes.withUnsafeBytes { bytes in
            precondition(
                write(1, bytes.baseAddress, bytes.count) == bytes.count, "the pipe takes what is told")
        }
    }
}

/// A store in memory, whose sessions are values or bytes.
private struct SubjectStore: IdentityStore, SessionStore, PreKeyStore, SignedPreKeyStore, KyberPreKeyStore {
    var memory: MemoryStore
    let keepsBytes: Bool
    private var sessions: [ProtocolAddress: [UInt8]] = [:]

    init(memory: MemoryStore, keepsBytes: Bool) {
        self.memory = memory
        self.keepsBytes = keepsBytes
    }

    var identityKeyPair: IdentityKeyPair { memory.identityKeyPair }
    var localRegistrationID: UInt32 { memory.localRegistrationID }
    func isTrusted(_ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection) -> Bool { true }
    mutating func saveIdentity(_ key: PublicKey, for address: ProtocolAddress) -> IdentityChange {
        memory.saveIdentity(key, for: address)
    }
    func identity(for address: ProtocolAddress) -> PublicKey? { memory.identity(for: address) }
    func session(for address: ProtocolAddress) throws -> SessionRecord? {
        guard keepsBytes else { return memory.session(for: address) }
        return try sessions[address].map { try SessionRecord(serialized: $0) }
    }
    mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) {
        if keepsBytes {
            sessions[address] = record.serialized
        } else {
            memory.storeSession(record, for: address)
        }
    }
    func preKey(id: UInt32) -> PreKeyRecord? { memory.preKey(id: id) }
    mutating func storePreKey(_ record: PreKeyRecord) { memory.storePreKey(record) }
    mutating func removePreKey(id: UInt32) { memory.removePreKey(id: id) }
    func signedPreKey(id: UInt32) -> SignedPreKeyRecord? { memory.signedPreKey(id: id) }
    mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) { memory.storeSignedPreKey(record) }
    func kyberPreKey(id: UInt32) -> KyberPreKeyRecord? { memory.kyberPreKey(id: id) }
    mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) { memory.storeKyberPreKey(record) }
    mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
        try memory.markKyberPreKeyUsed(id: id, signedPreKeyID: signedPreKeyID, baseKey: baseKey)
    }

    /// The root and chain keys of the current session, of both ratchets.
    func keys(with address: ProtocolAddress) -> [SecretBytes] {
        guard let state = try? session(for: address)?.currentState() else { return [] }
        var keys = [state.rootKey.key]
        if let chain = state.sendingChain { keys.append(chain.chainKey.key) }
        for case .usable(let chain) in state.receivingChains { keys.append(chain.chainKey.key) }
        if let chains = (try? state.postQuantumRatchet.loaded())?.active?.chains {
            keys.append(chains.rootKey)
            for link in chains.links {
                keys += [link.sending.key, link.receiving.chain.key].compactMap(\.self)
            }
        }
        return keys
    }
}
