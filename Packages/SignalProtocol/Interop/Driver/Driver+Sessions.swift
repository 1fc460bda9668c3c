import FoundationEssentials
import SignalProtocol

extension Driver {
    // MARK: Bundles

    /// Fresh prekeys, stored and published; `again` gives the last bundle once more.
    func bundle(_ request: Request) throws -> Fields {
        try transact(request) { party in
            if try request.bool("again") {
                guard let bundle = party.lastBundle else { throw BadRequest("no bundle was made before") }
                return Self.fields(bundle)
            }
            let identity = party.store.identityKeyPair
            let now = Date()
            func id(_ name: String) throws -> UInt32 {
                if request.has(name) { return try request.uint32(name) }
                defer { party.nextID &+= 1 }
                return party.nextID
            }
            let signed = SignedPreKeyRecord(
                id: try id("signedPreKeyId"), signedBy: identity, createdAt: now)
            let kyber = KyberPreKeyRecord(
                id: try id("kyberPreKeyId"), signedBy: identity, createdAt: now,
                isLastResort: try request.bool("lastResort"))
            party.store.storeSignedPreKey(signed)
            party.store.storeKyberPreKey(kyber)
            var oneTime: PreKeyRecord?
            if try request.bool("oneTime", or: true) {
                let record = PreKeyRecord(id: try id("preKeyId"))
                party.store.storePreKey(record)
                oneTime = record
            }
            let bundle = try PreKeyBundle(
                of: party.address, identityKey: identity.publicKey,
                registrationID: party.store.localRegistrationID, signedPreKey: signed, kyberPreKey: kyber,
                oneTimePreKey: oneTime)
            party.lastBundle = bundle
            return Self.fields(bundle)
        }
    }

    static func fields(_ bundle: PreKeyBundle) -> Fields {
        [
            "registrationId": .uint32(bundle.registrationID), "deviceId": .int(Int(bundle.deviceID)),
            "identityKey": .base64(bundle.identityKey.wire),
            "signedPreKeyId": .uint32(bundle.signedPreKey.id),
            "signedPreKey": .base64(bundle.signedPreKey.key.wire),
            "signedPreKeySignature": .base64(bundle.signedPreKey.signature),
            "kyberPreKeyId": .uint32(bundle.kyberPreKey.id),
            "kyberPreKey": .base64(bundle.kyberPreKey.key.wire),
            "kyberPreKeySignature": .base64(bundle.kyberPreKey.signature),
            "preKeyId": .uint32(bundle.oneTimePreKey?.id), "preKey": .base64(bundle.oneTimePreKey?.key.wire),
        ]
    }

    private func preKeyBundle(_ request: Request) throws -> PreKeyBundle {
        guard let device = UInt8(exactly: try request.int("deviceId")) else {
            throw BadRequest("deviceId: not in 0..<256")
        }
        return PreKeyBundle(
            registrationID: try request.uint32("registrationId"), deviceID: device,
            identityKey: try request.publicKey("identityKey"),
            signedPreKey: .init(
                id: try request.uint32("signedPreKeyId"), key: try request.publicKey("signedPreKey"),
                signature: try request.bytes("signedPreKeySignature")),
            kyberPreKey: .init(
                id: try request.uint32("kyberPreKeyId"),
                key: try KEMPublicKey(wire: try request.bytes("kyberPreKey")),
                signature: try request.bytes("kyberPreKeySignature")),
            oneTimePreKey: request.has("preKey")
                ? .init(id: try request.uint32("preKeyId"), key: try request.publicKey("preKey")) : nil)
    }

    func verifyBundle(_ request: Request) throws -> Fields {
        try preKeyBundle(try request.object("bundle")).verifySignatures()
        return [:]
    }

    func processBundle(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let bundle = try preKeyBundle(try request.object("bundle"))
            try SessionCipher(local: party.address, remote: try request.address("remote"))
                .process(bundle, in: &party.store, now: try request.date("now"))
            return [:]
        }
    }

    // MARK: Messages

    func encrypt(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let message = try SessionCipher(local: party.address, remote: try request.address("remote"))
                .encrypt(try request.bytes("plaintext"), in: &party.store, now: try request.date("now"))
            return ["type": .int(Int(message.type)), "wire": .base64(message.wire)]
        }
    }

    func decrypt(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let plaintext = try SessionCipher(local: party.address, remote: try request.address("remote"))
                .decrypt(try request.message(), in: &party.store)
            return ["plaintext": .base64(plaintext)]
        }
    }

    // MARK: Records

    /// `form`: "official", which is the usual one, or "compact".
    func exportSession(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        guard let record = party.store.session(for: try request.address("remote")) else {
            return ["record": .null]
        }
        return [
            "record": .base64(try request.isCompact() ? record.compactForm : record.serialized)
        ].merging(Self.info(record)) { left, _ in left }
    }

    func importSession(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let record = try SessionRecord(serialized: try request.bytes("record"))
            let address = try request.address("remote")
            party.store.storeSession(record, for: address)
            // The official library notes an identity with each message, so a session without one does not occur.
            if try request.bool("saveIdentity", or: true), let identity = record.remoteIdentityKey {
                _ = party.store.saveIdentity(identity, for: address)
            }
            return Self.info(record)
        }
    }

    func archiveSession(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let address = try request.address("remote")
            guard var record = party.store.session(for: address) else { throw BadRequest("no session") }
            record.archiveCurrentState()
            party.store.storeSession(record, for: address)
            return Self.info(record)
        }
    }

    func sessionInfo(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        guard let record = party.store.session(for: try request.address("remote")) else {
            return ["exists": .bool(false)]
        }
        let now = try request.date("now")
        return Self.info(record).merging([
            "exists": .bool(true),
            "usable": .bool(try record.hasUsableSession(now: now)),
            "usablePostQuantum": .bool(
                try record.hasUsableSession(
                    meeting: [.notStale, .establishedWithPQXDH, .postQuantumRatchet], now: now)),
        ]) { left, _ in left }
    }

    /// What can be said of a serialised record, and whether it comes out as it went in.
    func recordInfo(_ request: Request) throws -> Fields {
        let bytes = try request.bytes("record")
        let record = try SessionRecord(serialized: bytes)
        return Self.info(record).merging([
            "same": .bool(record.serialized == bytes), "serialized": .base64(record.serialized),
            "usable": .bool(try record.hasUsableSession(now: try request.date("now"))),
        ]) { left, _ in left }
    }

    static func info(_ record: SessionRecord) -> Fields {
        let progress = record.progress
        return [
            "remoteRegistrationId": .uint32(record.remoteRegistrationID),
            "remoteIdentityKey": .base64(record.remoteIdentityKey?.wire),
            "baseKey": .base64(record.baseKey), "isUnacknowledged": .bool(record.isUnacknowledged),
            "sentCount": .uint32(progress?.sentCount), "receivedCount": .uint32(progress?.receivedCount),
            "ourRatchetKey": .base64(progress?.ourRatchetKey?.wire),
            "theirRatchetKey": .base64(progress?.theirRatchetKey?.wire),
            "epoch": progress?.postQuantumEpoch.map { .int(Int(clamping: $0)) } ?? .null,
            "hasSeed": .bool(record.compactForm != record.serialized),
            "previous": .int(record.archivedSessionCount), "version": .uint32(record.sessionVersion),
            "localRegistrationId": .uint32(record.localRegistrationID),
            "description": .string(record.description),
        ]
    }

    func ratchetKeyMatches(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        guard let record = party.store.session(for: try request.address("remote")) else {
            throw BadRequest("no session")
        }
        return ["matches": .bool(record.currentRatchetKeyMatches(try request.publicKey("key")))]
    }
}
