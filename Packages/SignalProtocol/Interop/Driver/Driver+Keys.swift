import FoundationEssentials
import SignalProtocol

extension Driver {
    // MARK: Identities

    func identityExport(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        let identity = party.store.identityKeyPair
        return [
            "identity": .base64(identity.serialized), "public": .base64(identity.publicKey.wire),
            "private": .base64(identity.privateKey.rawRepresentation),
            "registrationId": .uint32(party.store.localRegistrationID),
        ]
    }

    func identityParse(_ request: Request) throws -> Fields {
        let bytes = try request.bytes("identity")
        let identity = try IdentityKeyPair(serialized: bytes)
        return [
            "public": .base64(identity.publicKey.wire),
            "private": .base64(identity.privateKey.rawRepresentation),
            "serialized": .base64(identity.serialized), "same": .bool(identity.serialized == bytes),
        ]
    }

    func identityOf(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        return ["key": .base64(party.store.identity(for: try request.address("remote"))?.wire)]
    }

    /// What an application does once a person has approved of a new key.
    func trust(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let change = party.store.saveIdentity(
                try request.publicKey("key"), for: try request.address("remote"))
            return ["replaced": .bool(change == .replaced)]
        }
    }

    func isTrusted(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        let isSending = try request.string("direction") == "sending"
        return [
            "trusted": .bool(
                party.store.isTrusted(
                    try request.publicKey("key"), for: try request.address("remote"),
                    direction: isSending ? .sending : .receiving))
        ]
    }

    // MARK: Prekeys

    private enum Kind: String {
        case preKey, signed, kyber
    }

    private func kind(_ request: Request) throws -> Kind {
        guard let kind = Kind(rawValue: try request.string("kind")) else {
            throw BadRequest("kind: preKey, signed or kyber is needed")
        }
        return kind
    }

    /// A fresh prekey of a party.
    func preKeyNew(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let id = try request.uint32("id")
            let identity = party.store.identityKeyPair
            switch try kind(request) {
            case .preKey:
                let record = PreKeyRecord(id: id)
                party.store.storePreKey(record)
                return try Self.fields(record)
            case .signed:
                let record = SignedPreKeyRecord(
                    id: id, signedBy: identity, createdAt: try request.date("now"))
                party.store.storeSignedPreKey(record)
                return try Self.fields(record)
            case .kyber:
                let record = KyberPreKeyRecord(
                    id: id, signedBy: identity, createdAt: try request.date("now"))
                if try request.bool("lastResort") {
                    party.store.storeLastResortKyberPreKey(record)
                } else {
                    party.store.storeKyberPreKey(record)
                }
                return try Self.fields(record)
            }
        }
    }

    func preKeyExport(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        let id = try request.uint32("id")
        switch try kind(request) {
        case .preKey: return ["record": .base64(party.store.preKey(id: id)?.serialized)]
        case .signed: return ["record": .base64(party.store.signedPreKey(id: id)?.serialized)]
        case .kyber:
            guard let record = party.store.kyberPreKey(id: id) else { return ["record": .null] }
            return ["record": .base64(try request.isCompact() ? record.compactForm : record.serialized)]
        }
    }

    func preKeyImport(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let bytes = try request.bytes("record")
            switch try kind(request) {
            case .preKey:
                let record = try PreKeyRecord(serialized: bytes)
                party.store.storePreKey(record)
                return try Self.fields(record)
            case .signed:
                let record = try SignedPreKeyRecord(serialized: bytes)
                party.store.storeSignedPreKey(record)
                return try Self.fields(record)
            case .kyber:
                let record = try KyberPreKeyRecord(serialized: bytes)
                if try request.bool("lastResort") {
                    party.store.storeLastResortKyberPreKey(record)
                } else {
                    party.store.storeKyberPreKey(record)
                }
                return try Self.fields(record)
            }
        }
    }

    func preKeyRemove(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let id = try request.uint32("id")
            switch try kind(request) {
            case .preKey: party.store.removePreKey(id: id)
            case .signed: party.store.removeSignedPreKey(id: id)
            case .kyber: party.store.removeKyberPreKey(id: id)
            }
            return [:]
        }
    }

    func preKeyParse(_ request: Request) throws -> Fields {
        let bytes = try request.bytes("record")
        var fields: Fields
        switch try kind(request) {
        case .preKey: fields = try Self.fields(try PreKeyRecord(serialized: bytes))
        case .signed: fields = try Self.fields(try SignedPreKeyRecord(serialized: bytes))
        case .kyber: fields = try Self.fields(try KyberPreKeyRecord(serialized: bytes))
        }
        if case .string(let record) = fields["record"] {
            fields["same"] = .bool(Data(base64Encoded: record).map(Array.init) == bytes)
        }
        return fields
    }

    /// A record of keys that are there already.
    func preKeyMake(_ request: Request) throws -> Fields {
        let id = try request.uint32("id")
        switch try kind(request) {
        case .preKey:
            return try Self.fields(PreKeyRecord(id: id, keyPair: KeyPair(try request.privateKey("private"))))
        case .signed:
            return try Self.fields(
                SignedPreKeyRecord(
                    id: id, keyPair: KeyPair(try request.privateKey("private")),
                    signature: try request.bytes("signature"), createdAt: try request.date("now")))
        case .kyber:
            guard let keyPair = kemKeyPairs[try request.int("handle")] else {
                throw BadRequest("no such handle")
            }
            let record = KyberPreKeyRecord(
                id: id, keyPair: keyPair, signature: try request.bytes("signature"),
                createdAt: try request.date("now"))
            return try Self.fields(record)
        }
    }

    private static func fields(_ record: PreKeyRecord) throws -> Fields {
        let keyPair = try record.keyPair()
        return [
            "id": .uint32(record.id), "public": .base64(keyPair.publicKey.wire),
            "private": .base64(keyPair.privateKey.rawRepresentation), "record": .base64(record.serialized),
        ]
    }

    private static func fields(_ record: SignedPreKeyRecord) throws -> Fields {
        let keyPair = try record.keyPair()
        return [
            "id": .uint32(record.id), "public": .base64(keyPair.publicKey.wire),
            "private": .base64(keyPair.privateKey.rawRepresentation), "signature": .base64(record.signature),
            "timestamp": .int(milliseconds(record.createdAt)), "record": .base64(record.serialized),
        ]
    }

    private static func fields(_ record: KyberPreKeyRecord) throws -> Fields {
        [
            "id": .uint32(record.id), "public": .base64(try record.keyPair().publicKey.wire),
            "signature": .base64(record.signature), "timestamp": .int(milliseconds(record.createdAt)),
            "record": .base64(record.serialized),
        ]
    }

    private static func milliseconds(_ date: Date) -> Int {
        Int(exactly: (date.timeIntervalSince1970 * 1000).rounded()) ?? -1
    }

    // MARK: KEM

    func kemGenerate(_ request: Request) throws -> Fields {
        let keyPair = KEMKeyPair()
        let handle = (kemKeyPairs.keys.max() ?? 0) + 1
        if kemKeyPairs.count > 10_000 { kemKeyPairs = [:] }
        kemKeyPairs[handle] = keyPair
        return ["handle": .int(handle), "public": .base64(keyPair.publicKey.wire)]
    }

    func kemParse(_ request: Request) throws -> Fields {
        ["public": .base64(try KEMPublicKey(wire: try request.bytes("public")).wire)]
    }

    // MARK: Curve

    func keyPair(_ request: Request) throws -> Fields {
        let keyPair = request.has("private") ? KeyPair(try request.privateKey("private")) : KeyPair()
        return [
            "private": .base64(keyPair.privateKey.rawRepresentation),
            "public": .base64(keyPair.publicKey.wire),
            "identity": .base64(IdentityKeyPair(keyPair).serialized),
        ]
    }

    func publicKeyParse(_ request: Request) throws -> Fields {
        let key = try request.publicKey("public")
        return ["public": .base64(key.wire), "raw": .base64(key.rawRepresentation)]
    }

    func sign(_ request: Request) throws -> Fields {
        ["signature": .base64(try request.privateKey("private").signature(for: try request.bytes("message")))]
    }

    func verify(_ request: Request) throws -> Fields {
        [
            "valid": .bool(
                try request.publicKey("public").isValidSignature(
                    try request.bytes("signature"), for: try request.bytes("message")))
        ]
    }

    func agree(_ request: Request) throws -> Fields {
        [
            "secret": .base64(
                try request.privateKey("private").sharedSecret(with: try request.publicKey("public")))
        ]
    }

    func hkdf(_ request: Request) throws -> Fields {
        [
            "output": .base64(
                try HKDF.derive(
                    secret: try request.bytes("secret"),
                    salt: request.has("salt") ? try request.bytes("salt") : [],
                    info: try request.bytes("info"), byteCount: try request.int("length")))
        ]
    }

    func signAlternateIdentity(_ request: Request) throws -> Fields {
        let identity = IdentityKeyPair(KeyPair(try request.privateKey("private")))
        return [
            "signature": .base64(
                identity.signAlternateIdentity(try request.publicKey("other")))
        ]
    }

    func verifyAlternateIdentity(_ request: Request) throws -> Fields {
        [
            "valid": .bool(
                try request.publicKey("public").hasSigned(
                    alternateIdentity: try request.publicKey("other"),
                    signature: try request.bytes("signature")))
        ]
    }
}
