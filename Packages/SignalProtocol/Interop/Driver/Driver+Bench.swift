import FoundationEssentials
import SignalProtocol

/// Nanoseconds of each repetition.
struct Nanoseconds {
    private let clock = ContinuousClock()
    private var times: [Double] = []

    mutating func time<Value>(_ body: () throws -> Value) rethrows -> Value {
        let start = clock.now
        let value = try body()
        let duration = clock.now - start
        times.append(
            Double(duration.components.seconds) * 1e9 + Double(duration.components.attoseconds) / 1e9)
        return value
    }

    var json: JSON {
        let sorted = times.sorted()
        guard !sorted.isEmpty else { return .null }
        func quantile(_ share: Double) -> JSON { .double(sorted[Int(Double(sorted.count - 1) * share)]) }
        return .object([
            "count": .int(sorted.count), "mean": .double(sorted.reduce(0, +) / Double(sorted.count)),
            "median": quantile(0.5), "p90": quantile(0.9), "p99": quantile(0.99), "min": quantile(0),
            "max": quantile(1),
        ])
    }
}

/// A store that keeps sessions as bytes, as the stores of the official library's bindings do.
struct SerializingStore: IdentityStore, SessionStore, PreKeyStore, SignedPreKeyStore, KyberPreKeyStore {
    var inner: MemoryStore
    var sessions: [ProtocolAddress: [UInt8]] = [:]

    var identityKeyPair: IdentityKeyPair { inner.identityKeyPair }
    var localRegistrationID: UInt32 { inner.localRegistrationID }
    func isTrusted(_ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection) throws -> Bool {
        inner.isTrusted(key, for: address, direction: direction)
    }
    mutating func saveIdentity(_ key: PublicKey, for address: ProtocolAddress) throws -> IdentityChange {
        inner.saveIdentity(key, for: address)
    }
    func identity(for address: ProtocolAddress) throws -> PublicKey? { inner.identity(for: address) }
    func session(for address: ProtocolAddress) throws -> SessionRecord? {
        try sessions[address].map { bytes in try SessionRecord(serialized: bytes) }
    }
    mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) throws {
        sessions[address] = record.serialized
    }
    func preKey(id: UInt32) throws -> PreKeyRecord? { inner.preKey(id: id) }
    mutating func storePreKey(_ record: PreKeyRecord) throws { inner.storePreKey(record) }
    mutating func removePreKey(id: UInt32) throws { inner.removePreKey(id: id) }
    func signedPreKey(id: UInt32) throws -> SignedPreKeyRecord? { inner.signedPreKey(id: id) }
    mutating func storeSignedPreKey(_ record: SignedPreKeyRecord) throws { inner.storeSignedPreKey(record) }
    func kyberPreKey(id: UInt32) throws -> KyberPreKeyRecord? { inner.kyberPreKey(id: id) }
    mutating func storeKyberPreKey(_ record: KyberPreKeyRecord) throws { inner.storeKyberPreKey(record) }
    mutating func markKyberPreKeyUsed(id: UInt32, signedPreKeyID: UInt32, baseKey: PublicKey) throws {
        try inner.markKyberPreKeyUsed(id: id, signedPreKeyID: signedPreKeyID, baseKey: baseKey)
    }
}

/// Two devices and their stores, of whatever kind.
private struct Pair<Store: ProtocolStore> {
    let toBob: SessionCipher
    let toAlice: SessionCipher
    var alice: Store
    var bob: Store
    let bundle: PreKeyBundle

    init(_ wrap: (MemoryStore) -> Store) throws {
        let a = try ProtocolAddress(name: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceID: 1)
        let b = try ProtocolAddress(name: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceID: 1)
        toBob = SessionCipher(local: a, remote: b)
        toAlice = SessionCipher(local: b, remote: a)
        alice = wrap(MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 1))
        let identity = IdentityKeyPair()
        var store = MemoryStore(identityKeyPair: identity, registrationID: 2)
        let signed = SignedPreKeyRecord(id: 1, signedBy: identity, createdAt: .now)
        let kyber = KyberPreKeyRecord(id: 2, signedBy: identity, createdAt: .now)
        let oneTime = PreKeyRecord(id: 3)
        store.storeSignedPreKey(signed)
        store.storeKyberPreKey(kyber)
        store.storePreKey(oneTime)
        bundle = try PreKeyBundle(
            of: b, identityKey: identity.publicKey, registrationID: 2, signedPreKey: signed,
            kyberPreKey: kyber,
            oneTimePreKey: oneTime)
        bob = wrap(store)
    }

    mutating func acquaint() throws {
        try toBob.process(bundle, in: &alice, now: .now)
        let first = try toBob.encrypt([1], in: &alice, now: .now)
        _ = try toAlice.decrypt(try first.reparsed(), in: &bob)
        let answer = try toAlice.encrypt([2], in: &bob, now: .now)
        _ = try toBob.decrypt(try answer.reparsed(), in: &alice)
    }
}

extension CiphertextMessage {
    fileprivate func reparsed() throws -> CiphertextMessage { try CiphertextMessage(type: type, wire: wire) }
}

extension Driver {
    /// `n` messages of `size` bytes in a session that is there; the messages come along unless `keep` is false.
    func encryptMany(_ request: Request) throws -> Fields {
        let count = try request.count("n", or: 1000, atMost: 100_000)
        let plaintext = [UInt8](
            repeating: 0x5A, count: try request.count("size", or: 100, atMost: 1 << 20))
        let keep = try request.bool("keep", or: true)
        return try transact(request) { party in
            let cipher = SessionCipher(local: party.address, remote: try request.address("remote"))
            var times = Nanoseconds()
            var messages: [JSON] = []
            for _ in 0..<count {
                let message = try times.time { try cipher.encrypt(plaintext, in: &party.store, now: .now) }
                if keep {
                    messages.append(
                        .object(["type": .int(Int(message.type)), "wire": .base64(message.wire)]))
                }
            }
            return ["encrypt": times.json, "messages": .array(messages)]
        }
    }

    func decryptMany(_ request: Request) throws -> Fields {
        let messages = try request.array("messages").map { value in
            guard case .object(let fields) = value else { throw BadRequest("messages: objects are needed") }
            let message = Request(fields: fields)
            return (try message.type(), try message.bytes("wire"))
        }
        return try transact(request) { party in
            let cipher = SessionCipher(local: party.address, remote: try request.address("remote"))
            var times = Nanoseconds()
            for (type, wire) in messages {
                _ = try times.time {
                    try cipher.decrypt(try CiphertextMessage(type: type, wire: wire), in: &party.store)
                }
            }
            return ["decrypt": times.json]
        }
    }

    /// Two devices of their own write to each other, in this process. `pattern`: pingpong, oneSided or burst10;
    /// `store`: memory, or serialized as the bindings of the official library have it.
    func bench(_ request: Request) throws -> Fields {
        let store = request.has("store") ? try request.string("store") : "memory"
        switch store {
        case "memory": return try bench(request) { $0 }
        case "serialized": return try bench(request) { SerializingStore(inner: $0) }
        default: throw BadRequest("store: memory or serialized is needed")
        }
    }

    private func bench<Store: ProtocolStore>(
        _ request: Request, _ wrap: (MemoryStore) -> Store
    ) throws -> Fields {
        let count = try request.count("n", or: 2000, atMost: 1_000_000)
        let plaintext = [UInt8](repeating: 1, count: try request.count("size", or: 100, atMost: 1 << 20))
        let burst: Int =
            switch request.has("pattern") ? try request.string("pattern") : "pingpong" {
            case "pingpong": 1
            case "burst10": 10
            case "oneSided": .max
            default: throw BadRequest("pattern: pingpong, burst10 or oneSided is needed")
            }
        var pair = try Pair(wrap)
        try pair.acquaint()
        var encrypt = Nanoseconds()
        var decrypt = Nanoseconds()
        for index in 0..<count {
            if (index / burst).isMultiple(of: 2) {
                let message = try encrypt.time {
                    try pair.toBob.encrypt(plaintext, in: &pair.alice, now: .now)
                }
                let (type, wire) = (message.type, message.wire)
                _ = try decrypt.time {
                    try pair.toAlice.decrypt(try CiphertextMessage(type: type, wire: wire), in: &pair.bob)
                }
            } else {
                let message = try encrypt.time {
                    try pair.toAlice.encrypt(plaintext, in: &pair.bob, now: .now)
                }
                let (type, wire) = (message.type, message.wire)
                _ = try decrypt.time {
                    try pair.toBob.decrypt(try CiphertextMessage(type: type, wire: wire), in: &pair.alice)
                }
            }
        }
        return ["encrypt": encrypt.json, "decrypt": decrypt.json]
    }

    func benchHandshake(_ request: Request) throws -> Fields {
        let count = try request.count("n", or: 200, atMost: 100_000)
        var process = Nanoseconds()
        var first = Nanoseconds()
        var accept = Nanoseconds()
        for _ in 0..<count {
            var pair = try Pair { $0 }
            let bundle = pair.bundle
            try process.time { try pair.toBob.process(bundle, in: &pair.alice, now: .now) }
            let message = try first.time { try pair.toBob.encrypt([1], in: &pair.alice, now: .now) }
            let (type, wire) = (message.type, message.wire)
            _ = try accept.time {
                try pair.toAlice.decrypt(try CiphertextMessage(type: type, wire: wire), in: &pair.bob)
            }
        }
        return ["processBundle": process.json, "encryptFirst": first.json, "decryptFirst": accept.json]
    }

    func benchKeys(_ request: Request) throws -> Fields {
        let count = try request.count("n", or: 2000, atMost: 1_000_000)
        let (ours, theirs) = (KeyPair(), KeyPair())
        let text = [UInt8](repeating: 7, count: 33)
        var (generate, sign, verify, agree, kem) = (
            Nanoseconds(), Nanoseconds(), Nanoseconds(), Nanoseconds(), Nanoseconds()
        )
        for _ in 0..<count {
            _ = generate.time { KeyPair() }
            let signature = sign.time { ours.privateKey.signature(for: text) }
            guard verify.time({ ours.publicKey.isValidSignature(signature, for: text) }) else {
                throw BadRequest("a signature is not valid")
            }
            _ = try agree.time { try ours.privateKey.sharedSecret(with: theirs.publicKey) }
            _ = kem.time { KEMKeyPair() }
        }
        return [
            "generate": generate.json, "sign": sign.json, "verify": verify.json, "agree": agree.json,
            "kemGenerate": kem.json,
        ]
    }

    func benchGroup(_ request: Request) throws -> Fields {
        let count = try request.count("n", or: 2000, atMost: 1_000_000)
        let plaintext = [UInt8](repeating: 1, count: try request.count("size", or: 100, atMost: 1 << 20))
        guard let distribution = DistributionID("d1d1d1d1-7000-11eb-b32a-33b8a8a487a6") else { return [:] }
        let sender = GroupCipher(sender: try ProtocolAddress(name: "sender", deviceID: 1))
        var ours = MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 1)
        var theirs = MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 2)
        try sender.process(try sender.distributionMessage(for: distribution, in: &ours), in: &theirs)
        var encrypt = Nanoseconds()
        var decrypt = Nanoseconds()
        for _ in 0..<count {
            let wire = try encrypt.time {
                try sender.encrypt(plaintext, distributionID: distribution, in: &ours)
            }.wire
            _ = try decrypt.time { try sender.decrypt(try SenderKeyMessage(wire: wire), in: &theirs) }
        }
        return ["encrypt": encrypt.json, "decrypt": decrypt.json]
    }
}
