import FoundationEssentials
import SignalProtocol

/// A request that cannot be served, which is the caller's mistake.
struct BadRequest: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The library refused; `wrote` says whether it had written to the store before.
struct Refused: Error {
    let error: any Error
    let wrote: Bool
}

/// One request: `{"op": …, …}`.
struct Request {
    let fields: [String: JSON]

    func has(_ name: String) -> Bool {
        switch fields[name] {
        case nil, .null: false
        default: true
        }
    }

    func string(_ name: String) throws -> String {
        guard case .string(let value) = fields[name] else { throw BadRequest("\(name): a string is needed") }
        return value
    }

    func bytes(_ name: String) throws -> [UInt8] { try Self.bytes(fields[name], name) }

    static func bytes(_ value: JSON?, _ name: String) throws -> [UInt8] {
        guard case .string(let text) = value, let data = Data(base64Encoded: text) else {
            throw BadRequest("\(name): base64 is needed")
        }
        return Array(data)
    }

    func int(_ name: String) throws -> Int {
        switch fields[name] {
        case .int(let value): return value
        case .double(let value):
            guard let exact = Int(exactly: value) else { throw BadRequest("\(name): an integer is needed") }
            return exact
        default: throw BadRequest("\(name): an integer is needed")
        }
    }

    func int(_ name: String, or other: Int) throws -> Int { has(name) ? try int(name) : other }

    func uint32(_ name: String) throws -> UInt32 {
        guard let value = UInt32(exactly: try int(name)) else { throw BadRequest("\(name): not in 0..<2^32") }
        return value
    }

    func uint32(_ name: String, or other: UInt32) throws -> UInt32 { has(name) ? try uint32(name) : other }

    func count(_ name: String, or other: Int, atMost limit: Int) throws -> Int {
        let value = try int(name, or: other)
        guard (0...limit).contains(value) else { throw BadRequest("\(name): not in 0...\(limit)") }
        return value
    }

    func bool(_ name: String, or other: Bool = false) throws -> Bool {
        switch fields[name] {
        case nil, .null: return other
        case .bool(let value): return value
        default: throw BadRequest("\(name): true or false is needed")
        }
    }

    /// Whether a record is asked for in the compact form.
    func isCompact() throws -> Bool { try has("form") && string("form") == "compact" }

    func array(_ name: String) throws -> [JSON] {
        guard case .array(let values) = fields[name] else { throw BadRequest("\(name): an array is needed") }
        return values
    }

    func object(_ name: String) throws -> Request {
        guard case .object(let fields) = fields[name] else {
            throw BadRequest("\(name): an object is needed")
        }
        return Request(fields: fields)
    }

    /// Seconds since 1970, with a fraction if need be.
    func date(_ name: String) throws -> Date {
        switch fields[name] {
        case nil, .null: return Date()
        case .int(let value): return Date(timeIntervalSince1970: Double(value))
        case .double(let value): return Date(timeIntervalSince1970: value)
        default: throw BadRequest("\(name): seconds since 1970 are needed")
        }
    }

    // MARK: Types of the library

    func publicKey(_ name: String) throws -> PublicKey { try PublicKey(wire: try bytes(name)) }

    func privateKey(_ name: String) throws -> PrivateKey {
        try PrivateKey(rawRepresentation: try bytes(name))
    }

    /// `remoteName` and `remoteDevice`, or with another prefix.
    func address(_ prefix: String) throws -> ProtocolAddress {
        try ProtocolAddress(name: try string(prefix + "Name"), deviceID: try int(prefix + "Device", or: 1))
    }

    func distributionID() throws -> DistributionID {
        guard let id = DistributionID(try string("distributionId")) else {
            throw BadRequest("distributionId: a UUID is needed")
        }
        return id
    }

    func type() throws -> UInt8 {
        guard let type = UInt8(exactly: try int("type")) else { throw BadRequest("type: not in 0..<256") }
        return type
    }

    func message() throws -> CiphertextMessage {
        try CiphertextMessage(type: try type(), wire: try bytes("wire"))
    }
}

extension JSON {
    static func base64(_ bytes: [UInt8]) -> JSON { .string(Data(bytes).base64EncodedString()) }

    static func base64(_ bytes: [UInt8]?) -> JSON { bytes.map { .base64($0) } ?? .null }

    static func uint32(_ value: UInt32?) -> JSON { value.map { .int(Int($0)) } ?? .null }
}
