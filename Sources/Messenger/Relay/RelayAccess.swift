import Cryptography
import Foundation
import KeyStore
import RelayAPI
import SignalProtocol

/// This device's access to its relay: proves who it is, keeps the token, gets a new one when the relay wants it.
///
/// Tokens are kept by relay: at another address, no token of an earlier one is sent.
package actor RelayAccess {
    private let store: KeyStore
    private let relay: any Relay
    private let owner: DeviceAddress
    private var token: SecretText?
    /// The registration in progress: everyone who needs a token waits for it.
    private var registration: Task<SecretText, any Error>?
    /// When the relay last rejected the token.
    private var replacements: [ContinuousClock.Instant] = []
    /// Whether the device had to register: what the relay had of it may be gone.
    private(set) var hasRegistered = false

    /// So many times within a minute a token that was replaced is replaced again.
    static let maxReplacementCount = 2

    init(store: KeyStore, relay: any Relay, owner: DeviceAddress) {
        self.store = store
        self.relay = relay
        self.owner = owner
    }

    /// Runs `body` with a token; if the relay rejects it, once again with a new one.
    func withToken<Value: Sendable>(
        _ body: @Sendable (any Relay, SecretText) async throws -> Value
    ) async throws -> Value {
        let token = try await currentToken()
        do { return try await body(relay, token) } catch  where error.isUnauthorized {
            return try await body(relay, try await renewedToken(insteadOf: token))
        }
    }

    /// The bundle of a peer; this uses up a prekey of each device.
    ///
    /// - Throws: `MessengerError.invalidBundle` if it is another identity's.
    func bundle(of peer: IdentityID) async throws -> IdentityBundle {
        let bundle = try await withToken { relay, token in
            try await relay.bundle(of: peer, token: token)
        }
        guard bundle.id == peer else {
            throw MessengerError.invalidBundle(peer, reason: "it is of \(bundle.id)")
        }
        return bundle
    }

    /// Registers again, even if there is a token.
    func register() async throws {
        // Our own doing: not a sign of another copy.
        let old = token
        token = nil
        _ = try await renewedToken(insteadOf: old)
    }

    /// Replaces a token older than `maxAge`, so that a leaked one is useful for a limited time only.
    func rotateToken(maxAge: Duration) async throws {
        guard let origin = relay.origin else { return }
        let age = try await store.read { try $0.settings.relayTokenAge(at: origin) }
        // After the clock was set back a token seems to be from the future; it is replaced too.
        if let age, abs(age.seconds) > maxAge.seconds { try await register() }
    }

    private func currentToken() async throws -> SecretText {
        if let token { return token }
        if let origin = relay.origin,
            let stored = try await store.read({ try $0.settings.relayToken(at: origin) })
        {
            token = token ?? stored
            return stored
        }
        return try await renewedToken(insteadOf: nil)
    }

    private func renewedToken(insteadOf old: SecretText?) async throws -> SecretText {
        if let token, token != old { return token }
        if let registration { return try await registration.value }
        if old != nil, token != nil { try noteReplacement() }
        // Not owned by a group: several callers wait for it, and it ends with the relay's answer or its time-out.
        let task = Task { [store, relay, owner] in
            try await Self.registered(as: owner, store: store, relay: relay)
        }
        registration = task
        defer { registration = nil }
        let token = try await task.value
        self.token = token
        hasRegistered = true
        return token
    }

    /// Two copies of a device replace each other's registration, which invalidates the other's token each time.
    private func noteReplacement() throws {
        let now = ContinuousClock.now
        replacements.removeAll { now - $0 > .seconds(60) }
        guard replacements.count < Self.maxReplacementCount else {
            throw MessengerError.usedElsewhere(owner)
        }
        replacements.append(now)
    }

    private static func registered(
        as owner: DeviceAddress, store: KeyStore, relay: any Relay
    ) async throws -> SecretText {
        let nonce = try await relay.registrationNonce().nonce
        let account = store.account
        let identityKey = account.identity.publicKey.wire
        let signed = RegistrationRequest.signedBytes(
            id: owner.identity, device: owner.device, registrationId: account.registrationID,
            identityKey: identityKey, nonce: nonce.bytes, relay: relay.origin)
        let request = RegistrationRequest(
            id: owner.identity, device: owner.device, registrationId: account.registrationID,
            identityKey: Base64(identityKey), nonce: nonce, relay: relay.origin,
            signature: Base64(account.identity.privateKey.signature(for: signed)))
        let token = try await relay.register(request).token.secret
        if let origin = relay.origin {
            do {
                try await store.write { try $0.settings.setRelayToken(token, at: origin) }
            } catch KeyStoreError.noRoom {
                // It serves as long as the process does.
            }
        }
        return token
    }
}

extension Problem {
    var isUnauthorized: Bool { status == 401 }
}

extension Error {
    /// Whether the relay has rejected the token.
    fileprivate var isUnauthorized: Bool {
        switch self {
        case let problem as Problem: problem.isUnauthorized
        case let closed as SocketClosed: closed.code == CloseCode.unauthorized
        default: false
        }
    }
}
