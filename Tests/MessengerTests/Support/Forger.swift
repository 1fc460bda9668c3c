import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import TestSupport

@testable import Messenger

/// Whoever runs a relay: takes the victim's bundle, begins a session under the name of somebody else and a key of its own,
/// and puts envelopes into the victim's queue.
struct Forger {
    /// Has the name, not the key.
    let party: Party
    private let relay: MemoryRelay

    init(as name: IdentityID, relay: MemoryRelay) throws {
        party = try Party("\(name)", relay: relay)
        self.relay = relay
    }

    var key: PublicKey { party.store.account.identity.publicKey }

    /// Puts an envelope into the victim's queue.
    @discardableResult
    func write(_ message: TypedMessage, to victim: Party) async throws -> Envelope {
        if try await party.messenger.identities().isEmpty {
            let bundle = try await victim.messenger.access.withToken { relay, token in
                try await relay.bundle(of: victim.id, token: token)
            }
            try await party.messenger.startSession(with: bundle)
        }
        let envelope = try await party.messenger.encrypt(message, to: victim.id)[0]
        relay.update(victim.address) { $0.queue.append(envelope) }
        return envelope
    }

    /// The safety number that the victim sees for the forged key.
    func safetyNumber(with victim: Party) throws -> String {
        try victim.messenger.fingerprint(of: key, party.id).displayable
    }
}
