import FoundationEssentials
import SignalProtocol

/// A device with its store.
struct Party {
    let address: ProtocolAddress
    var store: MemoryStore
    var nextID: UInt32 = 1
    /// The prekeys of the last bundle, so that it can be handed out once more.
    var lastBundle: PreKeyBundle?
}

/// Keeps the parties, and serves requests.
final class Driver {
    var parties: [String: Party] = [:]
    var snapshots: [String: Party] = [:]
    var kemKeyPairs: [Int: KEMKeyPair] = [:]
    private(set) var isFinished = false

    typealias Fields = [String: JSON]
    typealias Operation = (Driver) -> (Request) throws -> Fields

    let operations: [String: Operation] = [
        "hello": Driver.hello, "quit": Driver.quit, "newParty": Driver.newParty,
        "dropParty": Driver.dropParty,
        "snapshot": Driver.snapshot, "restore": Driver.restore, "unchanged": Driver.unchanged,

        "bundle": Driver.bundle, "processBundle": Driver.processBundle, "verifyBundle": Driver.verifyBundle,
        "encrypt": Driver.encrypt, "decrypt": Driver.decrypt,
        "exportSession": Driver.exportSession, "importSession": Driver.importSession,
        "archiveSession": Driver.archiveSession, "sessionInfo": Driver.sessionInfo,
        "recordInfo": Driver.recordInfo, "ratchetKeyMatches": Driver.ratchetKeyMatches,

        "identityExport": Driver.identityExport, "identityParse": Driver.identityParse,
        "identityOf": Driver.identityOf, "trust": Driver.trust, "isTrusted": Driver.isTrusted,
        "preKeyNew": Driver.preKeyNew, "preKeyExport": Driver.preKeyExport,
        "preKeyImport": Driver.preKeyImport,
        "preKeyRemove": Driver.preKeyRemove, "preKeyParse": Driver.preKeyParse,
        "preKeyMake": Driver.preKeyMake,
        "kemGenerate": Driver.kemGenerate, "kemParse": Driver.kemParse,

        "groupCreate": Driver.groupCreate, "groupProcess": Driver.groupProcess,
        "groupEncrypt": Driver.groupEncrypt, "groupDecrypt": Driver.groupDecrypt,
        "senderKeyExport": Driver.senderKeyExport, "senderKeyImport": Driver.senderKeyImport,
        "distributionParse": Driver.distributionParse,

        "fingerprint": Driver.fingerprint, "fingerprintCompare": Driver.fingerprintCompare,
        "keyPair": Driver.keyPair, "publicKeyParse": Driver.publicKeyParse,
        "sign": Driver.sign, "verify": Driver.verify, "agree": Driver.agree, "hkdf": Driver.hkdf,
        "signAlternateIdentity": Driver.signAlternateIdentity,
        "verifyAlternateIdentity": Driver.verifyAlternateIdentity,
        "messageParse": Driver.messageParse,
        "decryptionErrorNew": Driver.decryptionErrorNew, "decryptionErrorParse": Driver.decryptionErrorParse,
        "plaintextContentNew": Driver.plaintextContentNew,
        "plaintextContentParse": Driver.plaintextContentParse,
        "serviceId": Driver.serviceID, "address": Driver.address,

        "encryptMany": Driver.encryptMany, "decryptMany": Driver.decryptMany, "bench": Driver.bench,
        "benchHandshake": Driver.benchHandshake, "benchKeys": Driver.benchKeys,
        "benchGroup": Driver.benchGroup,
    ]

    func reply(to line: [UInt8]) -> [UInt8] {
        var fields: Fields
        do {
            guard case .object(let request) = try JSON(parsing: line) else {
                throw BadRequest("an object is needed")
            }
            let name = try Request(fields: request).string("op")
            guard let operation = operations[name] else { throw BadRequest("no operation \(name)") }
            fields = try operation(self)(Request(fields: request))
            fields["ok"] = .bool(true)
        } catch let refused as Refused {
            fields = Self.failure(refused.error)
            fields["wrote"] = .bool(refused.wrote)
        } catch {
            fields = Self.failure(error)
        }
        return JSON.object(fields).encoded
    }

    private static func failure(_ error: any Error) -> Fields {
        let detail = String(describing: error)
        let kind = String(detail.prefix { $0 != "(" })
        return switch error {
        case is SignalError:
            [
                "ok": .bool(false), "error": .string("SignalError.\(detail)"), "kind": .string(kind),
                "isLibraryError": .bool(true),
            ]
        case is BadRequest, is JSONError:
            ["ok": .bool(false), "error": .string("BadRequest: \(detail)"), "kind": .string("badRequest")]
        default:
            [
                "ok": .bool(false), "error": .string("\(type(of: error)): \(detail)"),
                "kind": .string("other"),
            ]
        }
    }

    // MARK: Parties

    func hello(_ request: Request) throws -> Fields {
        [
            "driver": .int(1), "library": .string("SysMaint SignalProtocol"),
            "ops": .array(operations.keys.sorted().map { .string($0) }),
        ]
    }

    func quit(_ request: Request) throws -> Fields {
        isFinished = true
        return [:]
    }

    func party(_ request: Request) throws -> (String, Party) {
        let name = try request.string("party")
        guard let party = parties[name] else { throw BadRequest("no party \(name)") }
        return (name, party)
    }

    /// Runs an operation on a copy of the store, and keeps the copy if it succeeds: a transaction.
    func transact<Value>(_ request: Request, _ body: (inout Party) throws -> Value) throws -> Value {
        let (name, party) = try party(request)
        var changed = party
        do {
            let value = try body(&changed)
            parties[name] = changed
            return value
        } catch {
            throw Refused(error: error, wrote: changed.store != party.store)
        }
    }

    /// `party`: what we call it. `name`, `deviceId`: its address. `identity` (serialised) and `registrationId` may be
    /// given.
    func newParty(_ request: Request) throws -> Fields {
        let name = try request.string("party")
        let address = try ProtocolAddress(
            name: request.has("name") ? try request.string("name") : name,
            deviceID: try request.int("deviceId", or: 1))
        let identity =
            request.has("identity")
            ? try IdentityKeyPair(serialized: try request.bytes("identity")) : IdentityKeyPair()
        let store = MemoryStore(
            identityKeyPair: identity,
            registrationID: try request.uint32("registrationId", or: UInt32.random(in: 1...0x3FFF)))
        parties[name] = Party(address: address, store: store)
        return [
            "identityKey": .base64(identity.publicKey.wire),
            "registrationId": .uint32(store.localRegistrationID),
            "address": .string(address.description),
        ]
    }

    func dropParty(_ request: Request) throws -> Fields {
        let name = try request.string("party")
        parties[name] = nil
        snapshots[name] = nil
        return [:]
    }

    func snapshot(_ request: Request) throws -> Fields {
        let (name, party) = try party(request)
        snapshots[name] = party
        return [:]
    }

    func restore(_ request: Request) throws -> Fields {
        let name = try request.string("party")
        guard let snapshot = snapshots[name] else { throw BadRequest("no snapshot of \(name)") }
        parties[name] = snapshot
        return [:]
    }

    /// Whether the store is what it was at the snapshot.
    func unchanged(_ request: Request) throws -> Fields {
        let (name, party) = try party(request)
        guard let snapshot = snapshots[name] else { throw BadRequest("no snapshot of \(name)") }
        return ["unchanged": .bool(party.store == snapshot.store)]
    }
}
