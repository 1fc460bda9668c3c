import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import RelayAPI

/// A relay over HTTP.
package struct RelayClient: Relay {
    /// For a whole request; every answer is small and made at once.
    private static let timeout = TimeAmount.seconds(15)
    /// A bundle of 127 devices stays below.
    private static let maxAnswerByteCount = 1 << 20

    /// Without a path, as in `http://localhost:8080`.
    package let url: String
    private let client: HTTPClient
    private let tls: TLSConfiguration
    private let registrationSecret: String?
    private let heartbeat: Duration
    private let logger: Logger

    /// - Parameters:
    ///   - url: Of the forms `http://host:port` and `https://host:port`.
    ///   - client: For requests.
    ///   - tls: What a socket to an `https` address trusts; `client` has settings of its own.
    ///   - registrationSecret: What this relay asks of those who register, if it does.
    ///   - heartbeat: A relay that is silent for so long on a socket is asked, and given up after twice as long.
    ///   - logger: Is told of frames that are not understood.
    package init(
        url: String, client: HTTPClient = .shared, tls: TLSConfiguration = .makeClientConfiguration(),
        registrationSecret: String? = nil, heartbeat: Duration = .seconds(20),
        logger: Logger = Logger(label: "relay client")
    ) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.client = client
        self.tls = tls
        self.registrationSecret = registrationSecret
        self.heartbeat = heartbeat
        self.logger = logger
    }

    package func registrationNonce() async throws -> RegistrationNonce {
        try await answer(.GET, "/v1/register")
    }

    package func register(_ request: RegistrationRequest) async throws -> RegistrationResponse {
        var request = request
        request.registrationSecret = registrationSecret
        return try await answer(.POST, "/v1/register", body: JSONEncoder().encode(request))
    }

    package func uploadPreKeys(_ upload: PreKeyUpload, token: String) async throws {
        _ = try await bytes(.POST, "/v1/prekeys", body: JSONEncoder().encode(upload), token: token)
    }

    package func bundle(of identity: IdentityID, token: String) async throws -> IdentityBundle {
        try await answer(.GET, "/v1/prekeys/\(identity)", token: token)
    }

    package func preKeyCounts(of identity: IdentityID, token: String) async throws -> PreKeyCounts {
        try await answer(.GET, "/v1/prekeys/\(identity)/status", token: token)
    }

    package func checkPreKeys(
        _ request: PreKeyCheckRequest, token: String
    ) async throws -> PreKeyCheckResponse {
        try await answer(.POST, "/v1/prekeys/check", body: JSONEncoder().encode(request), token: token)
    }

    package func send(
        _ envelope: Envelope, if conditions: SendConditions, token: String
    ) async throws -> MessageReceipt {
        try await answer(
            .POST, "/v1/messages",
            body: JSONEncoder().encode(ConditionalEnvelope(envelope: envelope, conditions: conditions)),
            token: token)
    }

    package func withSocket<Value: Sendable>(
        of device: DeviceAddress, token: String, _ body: @Sendable (RelaySocket) async throws -> Value
    ) async throws -> Value {
        try await WebSocketClient(url: url, logger: logger, tls: tls, heartbeat: TimeAmount(heartbeat))
            .withSocket(of: device, token: token, body)
    }

    private func answer<Value: Decodable>(
        _ method: HTTPMethod, _ path: String, body: Data? = nil, token: String? = nil
    ) async throws -> Value {
        let bytes = try await bytes(method, path, body: body, token: token)
        do { return try JSONDecoder().decode(Value.self, from: bytes) } catch {
            throw MessengerError.unexpectedAnswer(reason: "\(method) \(path): not a \(Value.self)")
        }
    }

    private func bytes(
        _ method: HTTPMethod, _ path: String, body: Data?, token: String?
    ) async throws -> Data {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        let (status, bytes) = try await exchange(request)
        guard (200..<300).contains(status.code) else { throw Self.problem(status, bytes) }
        return bytes
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> (HTTPResponseStatus, Data) {
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            let body = try await response.body.collect(upTo: Self.maxAnswerByteCount)
            return (response.status, Data(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw MessengerError.unexpectedAnswer(reason: "more than \(Self.maxAnswerByteCount) bytes")
        } catch let error as CancellationError {
            throw error
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw MessengerError.relayUnreachable(url: url, reason: Self.reason(of: error))
        }
    }

    /// The relay's own account of a refusal, or what can be said without it.
    static func problem(_ status: HTTPResponseStatus, _ bytes: Data) -> any Error {
        if let problem = try? JSONDecoder().decode(Problem.self, from: bytes) { return problem }
        return MessengerError.unexpectedAnswer(reason: "status \(status.code) without a problem description")
    }

    static func reason(of error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case NIOSSLError.handshakeFailed:
            "no TLS connection; its certificate may not be trusted here, or not be made out to this name"
        case let error as NIOConnectionError: "no connection to \(error.host):\(error.port)"
        default: "\(error)"
        }
    }
}
