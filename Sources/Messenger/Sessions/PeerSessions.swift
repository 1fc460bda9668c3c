import KeyStore
import RelayAPI
import SignalProtocol

/// The sessions with the devices of one peer.
struct PeerSessions {
    let peer: IdentityID

    /// The peer's known devices under the approved key.
    func devices(in transaction: Transaction) throws -> [DeviceAddress] {
        try transaction.peers.peer(peer)?.devices.map { DeviceAddress(peer, $0) } ?? []
    }

    /// The peer's devices, if there is a session under the approved key to send in with each of them. Other keys that wait
    /// for a decision change nothing.
    ///
    /// - Throws: `MessengerError.identityChanged` where the approved key was rejected.
    func usableDevices(in transaction: Transaction) throws -> [DeviceAddress]? {
        guard let identity = try transaction.peers.peer(peer) else { return nil }
        guard let key = identity.approvedKey else { throw MessengerError.identityChanged(peer) }
        let devices = try devices(in: transaction)
        let isComplete = try devices.allSatisfy {
            try usableSession(with: $0, under: key, in: transaction) != nil
        }
        return isComplete && !devices.isEmpty ? devices : nil
    }

    private func usableSession(
        with device: DeviceAddress, under key: PublicKey, in transaction: Transaction
    ) throws -> SessionRecord? {
        guard let record = try transaction.sessions.session(with: device, under: key) else { return nil }
        // A damaged session does not count, nor does one from before the post-quantum ratchet: the next bundle puts
        // it aside, and what arrives in it is still read.
        let requirements: SessionRecord.Requirements = [
            .notStale, .establishedWithPQXDH, .postQuantumRatchet,
        ]
        let isUsable =
            (try? record.hasUsableSession(meeting: requirements, now: transaction.now)) ?? false
        return isUsable ? record : nil
    }

    /// Begins the sessions with the devices of the peer's bundle that are missing, and those with `broken` devices in any
    /// case; forgets devices that are not in it.
    ///
    /// Sessions under an unapproved key are started too, apart from the others, and nothing is sent in them:
    /// once the key is approved, what waits can go without asking the relay again.
    ///
    /// - Returns: False if the bundle's identity key is not approved for sending.
    /// - Throws: `MessengerError.invalidBundle`, `.noDevices`, `.ownIdentity`.
    static func begin(
        with bundle: IdentityBundle, broken: Set<DeviceID> = [], in transaction: inout Transaction
    ) throws -> Bool {
        let key = try valid(bundle) { () throws(SignalError) in
            try PublicKey(wire: bundle.identityKey.bytes)
        }
        let isApproved: Bool
        switch try transaction.note(key, of: bundle.id) {
        case .approved: isApproved = true
        case .unapproved: isApproved = false
        case .rejected, .tooMany: return false
        }
        let owner = transaction.account.owner
        let devices = bundle.devices.filter { DeviceAddress(bundle.id, $0.device) != owner }
        guard !devices.isEmpty else {
            throw bundle.id == owner.identity
                ? MessengerError.ownIdentity(bundle.id) : MessengerError.noDevices(bundle.id)
        }
        let sessions = PeerSessions(peer: bundle.id)
        for device in devices {
            let address = DeviceAddress(bundle.id, device.device)
            let session = try sessions.usableSession(with: address, under: key, in: transaction)
            if !broken.contains(device.device), let session,
                session.remoteRegistrationID == device.registrationId
            {
                continue
            }
            try begin(with: address, device, under: key, in: bundle, &transaction)
        }
        guard isApproved else { return false }
        let listed = Set(devices.map(\.device))
        for gone in try sessions.devices(in: transaction) where !listed.contains(gone.device) {
            try transaction.sessions.forget(gone)
        }
        return true
    }

    private static func begin(
        with address: DeviceAddress, _ device: DeviceBundle, under key: PublicKey, in bundle: IdentityBundle,
        _ transaction: inout Transaction
    ) throws {
        let preKeys = try valid(bundle) { () throws(SignalError) in
            try PreKeyBundle(device, identityKey: key)
        }
        do {
            try transaction.begin(with: preKeys, of: address)
        } catch SignalError.signatureValidationFailed {
            throw MessengerError.invalidBundle(bundle.id, reason: "a signature is wrong")
        } catch SignalError.invalidKeyAgreement {
            throw MessengerError.invalidBundle(bundle.id, reason: "a key is degenerate")
        } catch is SignalError {
            throw MessengerError.invalidBundle(bundle.id, reason: "its keys lead to no session")
        }
    }

    private static func valid<Value>(
        _ bundle: IdentityBundle, _ parse: () throws(SignalError) -> Value
    ) throws -> Value {
        do { return try parse() } catch {
            throw MessengerError.invalidBundle(bundle.id, reason: "a key is malformed")
        }
    }
}

extension PreKeyBundle {
    init(_ device: DeviceBundle, identityKey: PublicKey) throws(SignalError) {
        let signed = device.signedPreKey
        let kyber = device.kyberPreKey
        let oneTime: OneTimePreKey? =
            if let key = device.oneTimePreKey {
                OneTimePreKey(id: key.id, key: try PublicKey(wire: key.publicKey.bytes))
            } else {
                nil
            }
        self.init(
            registrationID: device.registrationId, deviceID: device.device.rawValue, identityKey: identityKey,
            signedPreKey: SignedPreKey(
                id: signed.id, key: try PublicKey(wire: signed.publicKey.bytes),
                signature: signed.signature.bytes),
            kyberPreKey: KyberPreKey(
                id: kyber.id, key: try KEMPublicKey(wire: kyber.publicKey.bytes),
                signature: kyber.signature.bytes),
            oneTimePreKey: oneTime)
    }
}
