import Cryptography
import Foundation
import HTTP
import Networking
import RelayAPI
import SignalProtocol
import TestSupport

/// A client that keeps to no rule but those of the protocol that it wants to be heard by.
struct Intruder: Sendable {
    let address: DeviceAddress
    let identity: KeyPair
    let client: Client
    private(set) var token = ""

    /// Registers an account at a relay.
    init(_ name: String, device: Int = 1, identity: KeyPair = KeyPair(), at victim: Victim) async throws {
        address = DeviceAddress(try IdentityID(name), try DeviceID(device))
        self.identity = identity
        client = try Client.to(victim)
        let nonce = try await Self.patiently { try await client.ask(.get, "/v1/register") }
            .json(RegistrationNonce.self).nonce
        let proof = try Proof(name, device: device, identity, nonce: nonce, at: RelayOrigin(url: victim.url))
        let answer = try await Self.patiently {
            try await client.ask(.post, "/v1/register", json: proof.request())
        }
        token = try answer.json(RegistrationResponse.self).token.secret.exposed
    }

    /// Asks again after as long as the relay says, while it finds the requests too many.
    private static func patiently(_ ask: () async throws -> ClientResponse) async throws -> ClientResponse {
        for _ in 0..<60 {
            let answer = try await ask()
            guard answer.status == 429 else { return answer }
            try await Task.sleep(for: .seconds(try answer.json(Problem.self).retryAfter ?? 1))
        }
        return try await ask()
    }

    func envelope(to recipient: DeviceAddress, byteCount: Int, id: UUID = UUID()) throws -> Envelope {
        try Envelope(
            from: address, to: recipient, sessionID: "s", messageID: id, type: .whisper,
            body: [UInt8](repeating: 7, count: byteCount), timestamp: 1, class: .durable)
    }

    /// The bytes of a handshake for this device's socket.
    var handshake: [UInt8] {
        Array(
            """
            GET /ws?client_id=\(address) HTTP/1.1\r\nHost: relay\r\nAuthorization: Bearer \(token)\r\n\
            Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
            Sec-WebSocket-Protocol: \(SocketEncoding.protobufSubprotocol)\r\n\r\n
            """.utf8)
    }
}

/// A proof of possession of an identity key.
struct Proof {
    let id: IdentityID
    let device: DeviceID
    let key: Base64
    let nonce: Base64
    let relay: RelayOrigin?
    let signature: Base64

    init(
        _ name: String, device: Int = 1, _ identity: KeyPair, nonce: Base64, at relay: RelayOrigin?
    ) throws {
        (id, self.device) = (try IdentityID(name), try DeviceID(device))
        (self.nonce, self.relay, key) = (nonce, relay, Base64(identity.publicKey.wire))
        signature = Base64(
            identity.privateKey.signature(
                for: RegistrationRequest.signedBytes(
                    id: id, device: self.device, registrationId: 7, identityKey: key.bytes,
                    nonce: nonce.bytes,
                    relay: relay)))
    }

    func request() -> RegistrationRequest { request(claiming: relay) }

    /// With another name than the one that was signed.
    func request(claiming relay: RelayOrigin?) -> RegistrationRequest {
        RegistrationRequest(
            id: id, device: device, registrationId: 7, identityKey: key, nonce: nonce, relay: relay,
            signature: signature)
    }
}

extension Client {
    static func to(_ victim: Victim) throws -> Client {
        guard let endpoint = Endpoint(url: victim.url) else { throw Unexpected("no address: \(victim.url)") }
        return Client(endpoint)
    }

    func ask(
        _ method: HTTPMethod, _ path: String, token: String? = nil, body: [UInt8] = []
    ) async throws -> ClientResponse {
        var fields: HTTPFields = [:]
        if let token { fields["Authorization"] = "Bearer \(token)" }
        return try await send(method, path, fields: fields, body: body, within: .seconds(60))
    }

    func ask(
        _ method: HTTPMethod, _ path: String, token: String? = nil, json: some Encodable
    ) async throws -> ClientResponse {
        try await ask(method, path, token: token, body: Array(JSONEncoder().encode(json)))
    }
}

extension ClientResponse {
    func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
            throw Unexpected("status \(status): \(String(decoding: body, as: UTF8.self))")
        }
    }

    /// The code of a problem.
    var code: Problem.Code? { try? json(Problem.self).code }
}
