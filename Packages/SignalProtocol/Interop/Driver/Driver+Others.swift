import FoundationEssentials
import SignalProtocol

extension Driver {
    // MARK: Groups

    func groupCreate(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let message = try GroupCipher(sender: party.address)
                .distributionMessage(for: try request.distributionID(), in: &party.store)
            return Self.fields(message)
        }
    }

    static func fields(_ message: SenderKeyDistributionMessage) -> Fields {
        [
            "message": .base64(message.wire), "distributionId": .string(message.distributionID.description),
            "chainId": .uint32(message.chainID), "iteration": .uint32(message.iteration),
        ]
    }

    func distributionParse(_ request: Request) throws -> Fields {
        Self.fields(try SenderKeyDistributionMessage(wire: try request.bytes("message")))
    }

    func groupProcess(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let message = try SenderKeyDistributionMessage(wire: try request.bytes("message"))
            try GroupCipher(sender: try request.address("sender")).process(message, in: &party.store)
            return ["distributionId": .string(message.distributionID.description)]
        }
    }

    func groupEncrypt(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let message = try GroupCipher(sender: party.address).encrypt(
                try request.bytes("plaintext"), distributionID: try request.distributionID(), in: &party.store
            )
            return [
                "type": .int(Int(MessageKind.senderKey.rawValue)), "wire": .base64(message.wire),
                "chainId": .uint32(message.chainID), "iteration": .uint32(message.iteration),
            ]
        }
    }

    func groupDecrypt(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let message = try SenderKeyMessage(wire: try request.bytes("wire"))
            let plaintext = try GroupCipher(sender: try request.address("sender"))
                .decrypt(message, in: &party.store)
            return ["plaintext": .base64(plaintext)]
        }
    }

    func senderKeyExport(_ request: Request) throws -> Fields {
        let (_, party) = try party(request)
        let record = party.store.senderKey(
            for: try request.address("sender"), distributionID: try request.distributionID())
        return ["record": .base64(record?.serialized)]
    }

    func senderKeyImport(_ request: Request) throws -> Fields {
        try transact(request) { party in
            let bytes = try request.bytes("record")
            let record = try SenderKeyRecord(serialized: bytes)
            party.store.storeSenderKey(
                record, for: try request.address("sender"), distributionID: try request.distributionID())
            return ["same": .bool(record.serialized == bytes), "description": .string(record.description)]
        }
    }

    // MARK: Safety numbers

    func fingerprint(_ request: Request) throws -> Fields {
        let fingerprint = try Fingerprint(
            version: try request.uint32("version", or: 2),
            iterationCount: try request.int("iterations", or: Fingerprint.defaultIterationCount),
            local: .init(
                identifier: try request.bytes("localId"), identityKey: try request.publicKey("localKey")),
            remote: .init(
                identifier: try request.bytes("remoteId"), identityKey: try request.publicKey("remoteKey")))
        return [
            "displayable": .string(fingerprint.displayable),
            "scannable": .base64(fingerprint.scannable.serialized),
        ]
    }

    func fingerprintCompare(_ request: Request) throws -> Fields {
        let ours = try ScannableFingerprint(serialized: try request.bytes("ours"))
        return ["matches": .bool(try ours.matches(try request.bytes("theirs")))]
    }

    // MARK: Messages

    func messageParse(_ request: Request) throws -> Fields {
        switch try request.message() {
        case .whisper(let message): return Self.fields(message)
        case .preKey(let message):
            return Self.fields(message.message).merging([
                "kind": .string("preKey"), "version": .int(Int(message.version)),
                "registrationId": .uint32(message.registrationID), "preKeyId": .uint32(message.preKeyID),
                "signedPreKeyId": .uint32(message.signedPreKeyID),
                "kyberPreKeyId": .uint32(message.kyberPreKeyID), "baseKey": .base64(message.baseKey.wire),
                "identityKey": .base64(message.identityKey.wire), "innerWire": .base64(message.message.wire),
            ]) { $1 }
        case .senderKey(let message):
            return [
                "kind": .string("senderKey"), "version": .int(Int(message.version)),
                "distributionId": .string(message.distributionID.description),
                "chainId": .uint32(message.chainID), "iteration": .uint32(message.iteration),
            ]
        case .plaintext(let content):
            return ["kind": .string("plaintext"), "body": .base64(content.body)]
        }
    }

    private static func fields(_ message: SignalMessage) -> Fields {
        [
            "kind": .string("whisper"), "version": .int(Int(message.version)),
            "ratchetKey": .base64(message.ratchetKey.wire), "counter": .uint32(message.counter),
            "previousCounter": .uint32(message.previousCounter),
            "epoch": message.postQuantumEpoch.map { .int(Int(clamping: $0)) } ?? .null,
        ]
    }

    func decryptionErrorNew(_ request: Request) throws -> Fields {
        let timestamp = try request.int("timestamp")
        guard timestamp >= 0 else { throw BadRequest("timestamp: negative") }
        let error = try DecryptionErrorMessage(
            about: try request.message(), timestamp: UInt64(timestamp),
            deviceID: try request.uint32("deviceId"))
        return Self.fields(error)
    }

    func decryptionErrorParse(_ request: Request) throws -> Fields {
        Self.fields(try DecryptionErrorMessage(wire: try request.bytes("wire")))
    }

    private static func fields(_ error: DecryptionErrorMessage) -> Fields {
        [
            "wire": .base64(error.wire), "ratchetKey": .base64(error.ratchetKey?.wire),
            "timestamp": .int(Int(clamping: error.timestamp)), "deviceId": .uint32(error.deviceID),
        ]
    }

    func plaintextContentNew(_ request: Request) throws -> Fields {
        let content = PlaintextContent(try DecryptionErrorMessage(wire: try request.bytes("wire")))
        return ["wire": .base64(content.wire), "body": .base64(content.body)]
    }

    func plaintextContentParse(_ request: Request) throws -> Fields {
        let content = try PlaintextContent(wire: try request.bytes("wire"))
        guard let error = try content.decryptionError() else {
            return ["body": .base64(content.body), "error": .null]
        }
        return ["body": .base64(content.body), "decryptionError": .object(Self.fields(error))]
    }

    // MARK: Addresses

    func serviceID(_ request: Request) throws -> Fields {
        let id: ServiceID? =
            request.has("text")
            ? ServiceID(try request.string("text"))
            : request.has("binary")
                ? ServiceID(binary: try request.bytes("binary"))
                : ServiceID(fixedWidth: try request.bytes("fixedWidth"))
        guard let id else { return ["valid": .bool(false)] }
        return [
            "valid": .bool(true), "text": .string(id.description), "binary": .base64(id.binary),
            "fixedWidth": .base64(id.fixedWidth), "kind": .int(Int(id.kind.rawValue)),
            "uuid": .base64(id.uuid),
        ]
    }

    func address(_ request: Request) throws -> Fields {
        let address = try ProtocolAddress(
            name: try request.string("name"), deviceID: try request.int("deviceId"))
        return ["address": .string(address.description)]
    }
}
