import Cryptography
import Foundation
import HTTP
import Logging
import Networking
import RelayAPI

/// A relay over HTTP.
///
///     let relay = RelayClient(url: "http://localhost:8080")
///     let bundle = try await relay.bundle(of: peer, token: token)
///
/// All clients of a process share one event loop. Redirects are not followed and proxies not used: the relay's address is what
/// it says.
package struct RelayClient: Relay {
    /// Enough for a bundle of 127 devices.
    private static let maxAnswerByteCount = 1 << 20

    /// Without a slash at its end, as in `http://localhost:8080`.
    package let url: String
    /// The relay as this device knows it.
    package internal(set) var origin: RelayOrigin?
    /// Where the relay's paths begin behind a proxy that serves more than it; empty where they begin at the root.
    let basePath: String
    /// Nil if the address is not an HTTP URL.
    private let client: Client?
    private let registrationSecret: SecretText?
    let heartbeat: Duration
    let logger: Logger
    /// Time limit of a whole request; all responses are small and immediate.
    var timeout = Duration.seconds(15)

    /// - Parameters:
    ///   - url: `http://host:port` or `https://host:port`, with a path if a proxy serves the relay below one.
    ///   - tls: The authorities trusted for `https`; if nil, the system's.
    ///   - registrationSecret: The secret that this relay requires to register, if any.
    ///   - heartbeat: A relay that is silent for so long on a socket is asked, and given up after twice as long.
    ///   - logger: Logs frames that are not understood.
    package init(
        url: String, tls: TLSContext? = nil, registrationSecret: SecretText? = nil,
        heartbeat: Duration = .seconds(20), logger: Logger = Logger(label: "relay client")
    ) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        origin = RelayOrigin(url: url)
        basePath = URLComponents(string: self.url)?.percentEncodedPath ?? ""
        client = Endpoint(url: self.url).map { Client($0, tls: tls) }
        self.registrationSecret = registrationSecret
        self.heartbeat = heartbeat
        self.logger = logger
    }

    package func registrationNonce() async throws -> RegistrationNonce {
        try await answer(.get, "/v1/register")
    }

    package func register(_ request: RegistrationRequest) async throws -> RegistrationResponse {
        var request = request
        request.registrationSecret = registrationSecret.map(SentSecret.init)
        return try await answer(.post, "/v1/register", body: JSONEncoder().encode(request))
    }

    package func uploadPreKeys(_ upload: PreKeyUpload, token: SecretText) async throws {
        _ = try await bytes(.post, "/v1/prekeys", body: JSONEncoder().encode(upload), token: token)
    }

    package func bundle(of identity: IdentityID, token: SecretText) async throws -> IdentityBundle {
        try await answer(.get, "/v1/prekeys/\(identity)", token: token)
    }

    package func preKeyCounts(of identity: IdentityID, token: SecretText) async throws -> PreKeyCounts {
        try await answer(.get, "/v1/prekeys/\(identity)/status", token: token)
    }

    package func checkPreKeys(
        _ request: PreKeyCheckRequest, token: SecretText
    ) async throws -> PreKeyCheckResponse {
        try await answer(.post, "/v1/prekeys/check", body: JSONEncoder().encode(request), token: token)
    }

    package func send(
        _ envelope: Envelope, if conditions: SendConditions, token: SecretText
    ) async throws -> MessageReceipt {
        try await answer(
            .post, "/v1/messages",
            body: JSONEncoder().encode(ConditionalEnvelope(envelope: envelope, conditions: conditions)),
            token: token)
    }

    private func answer<Value: Decodable>(
        _ method: HTTPMethod, _ path: String, body: Data? = nil, token: SecretText? = nil
    ) async throws -> Value {
        let bytes = try await bytes(method, path, body: body, token: token)
        do { return try JSONDecoder().decode(Value.self, from: bytes) } catch {
            throw MessengerError.unexpectedAnswer(
                reason: ForeignAnswer.isWebPage(bytes)
                    ? "\(method.rawValue) \(path): a web page, not the relay; check RELAY_URL and any proxy in between"
                    : "\(method.rawValue) \(path): not a \(Value.self)")
        }
    }

    private func bytes(
        _ method: HTTPMethod, _ path: String, body: Data?, token: SecretText?
    ) async throws -> Data {
        var fields: HTTPFields = [:]
        if let token { fields["Authorization"] = "Bearer \(token.exposed)" }
        if body != nil { fields["Content-Type"] = "application/json" }
        let response = try await connected { client throws(ConnectionError) in
            try await client.send(
                method, basePath + path, fields: fields, body: body.map { Array($0) } ?? [], within: timeout,
                maxBody: Self.maxAnswerByteCount)
        }
        guard (200..<300).contains(response.status) else { throw Self.refusal(response) }
        return Data(response.body)
    }

    /// Calls the client; connection errors are reported with the relay's address.
    func connected<Value>(_ call: (Client) async throws(ConnectionError) -> Value) async throws -> Value {
        guard let client else {
            throw MessengerError.relayUnreachable(
                url: url, reason: "an address of the form http://host:port or https://host:port is needed")
        }
        do { return try await call(client) } catch {
            try Task.checkCancellation()
            if case .invalidAnswer(let reason) = error {
                throw MessengerError.unexpectedAnswer(reason: reason)
            }
            throw MessengerError.relayUnreachable(url: url, reason: error.description)
        }
    }

    /// The relay's own account of a refusal, or what can be said without it.
    static func refusal(_ response: ClientResponse) -> any Error {
        if let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body)) { return problem }
        return MessengerError.unexpectedAnswer(reason: ForeignAnswer(response).description)
    }
}
