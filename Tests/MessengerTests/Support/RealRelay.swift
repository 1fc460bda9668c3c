import Cryptography
import Foundation
import Logging
import RelayAPI
import RelayServer
import Services
import TestSupport

@testable import Messenger

/// Real relays over a real database file, one after the other at the same address.
struct RealRelay: Sendable {
    let folder: ScratchDirectory
    var limits = QueueLimits()
    var configuration = RelayConfiguration()

    init() throws { folder = try ScratchDirectory() }

    /// Runs a relay while `body` runs; port 0 takes any that is free.
    func serve<Value: Sendable>(
        port: Int = 0, _ body: @escaping @Sendable (RelayClient) async throws -> Value
    ) async throws -> Value {
        var configuration = configuration
        configuration.port = port
        let store = try SQLiteRelayStore(path: folder.file("relay.db"), limits: limits)
        return try await ServiceGroup.running { announce in
            let relay = try buildRelay(configuration, store: store, logger: .silent, onRunning: announce)
            return ServiceGroup([("relay", relay)], signals: [], logger: .silent)
        } _: { port, _ in
            try await body(RelayClient(url: "http://127.0.0.1:\(port)"))
        }
    }
}

extension RelayClient {
    var port: Int { URLComponents(string: url)?.port ?? 0 }
}

/// A relay whose sockets pass on only what they are told to, and that says when prekeys came.
struct FilteringRelay: Relay {
    let base: any Relay
    var uploaded = ChangeSignal()
    var passesOn: @Sendable (ClientFrame) -> Bool = { _ in true }

    var origin: RelayOrigin? { base.origin }
    func registrationNonce() async throws -> RegistrationNonce { try await base.registrationNonce() }
    func register(_ request: RegistrationRequest) async throws -> RegistrationResponse {
        try await base.register(request)
    }
    func uploadPreKeys(_ upload: PreKeyUpload, token: SecretText) async throws {
        try await base.uploadPreKeys(upload, token: token)
        uploaded.raise()
    }
    func bundle(of identity: IdentityID, token: SecretText) async throws -> IdentityBundle {
        try await base.bundle(of: identity, token: token)
    }
    func preKeyCounts(of identity: IdentityID, token: SecretText) async throws -> PreKeyCounts {
        try await base.preKeyCounts(of: identity, token: token)
    }
    func checkPreKeys(_ request: PreKeyCheckRequest, token: SecretText) async throws -> PreKeyCheckResponse {
        try await base.checkPreKeys(request, token: token)
    }
    func send(
        _ envelope: Envelope, if conditions: SendConditions, token: SecretText
    ) async throws -> MessageReceipt {
        try await base.send(envelope, if: conditions, token: token)
    }
    func withSocket<Value: Sendable>(
        of device: DeviceAddress, token: SecretText, _ body: @Sendable (RelaySocket) async throws -> Value
    ) async throws -> Value {
        try await base.withSocket(of: device, token: token) { [passesOn] socket in
            try await body(
                RelaySocket(frames: socket.frames) { frame in
                    if passesOn(frame) { try await socket.send(frame) }
                })
        }
    }
}
