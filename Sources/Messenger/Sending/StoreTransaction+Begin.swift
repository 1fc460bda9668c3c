import KeyStore
import RelayAPI
import SignalProtocol

extension StoreTransaction {
    /// Begins the sessions with the devices of a bundle that are missing, and those with `broken` devices in any case;
    /// forgets devices that are not in it.
    ///
    /// - Returns: False where the bundle's identity key is not approved for sending; the change is noted, nothing begun.
    /// - Throws: `MessengerError.invalidBundle`, `.noDevices`.
    mutating func beginSessions(
        with bundle: IdentityBundle, broken: Set<DeviceID> = []
    ) throws -> Bool {
        let key = try Self.valid(bundle) { () throws(SignalError) in
            try PublicKey(wire: bundle.identityKey.bytes)
        }
        _ = try noteListedIdentity(key, of: bundle.id.description)
        guard
            try isTrusted(
                key, for: ProtocolAddress(name: bundle.id.description, deviceID: 1), direction: .sending)
        else { return false }
        let devices = bundle.devices.filter { DeviceAddress(bundle.id, $0.device) != ownAddress }
        guard !devices.isEmpty else { throw MessengerError.noDevices(bundle.id) }
        for device in devices {
            let address = DeviceAddress(bundle.id, device.device)
            if !broken.contains(device.device), try hasUsableSession(with: address, device, under: key) {
                continue
            }
            try begin(with: address, device, under: key, in: bundle)
        }
        let listed = Set(devices.map(\.device.rawValue))
        for gone in try pinnedIdentity(of: bundle.id.description)?.devices ?? [] where !listed.contains(gone)
        {
            try forgetDevice(ProtocolAddress(name: bundle.id.description, deviceID: gone))
        }
        return true
    }

    private func hasUsableSession(
        with address: DeviceAddress, _ device: DeviceBundle, under key: PublicKey
    ) throws -> Bool {
        guard try hasUsableSession(with: address, under: key) else { return false }
        return try session(for: ProtocolAddress(address))?.remoteRegistrationID == device.registrationId
    }

    private mutating func begin(
        with address: DeviceAddress, _ device: DeviceBundle, under key: PublicKey, in bundle: IdentityBundle
    ) throws {
        let remote = try ProtocolAddress(address)
        let preKeys = try Self.valid(bundle) { () throws(SignalError) in
            try PreKeyBundle(device, identityKey: key)
        }
        do {
            try SessionCipher(local: account.owner, remote: remote).process(preKeys, in: &self, now: now)
        } catch SignalError.signatureValidationFailed {
            throw MessengerError.invalidBundle(bundle.id, reason: "a signature is wrong")
        } catch SignalError.invalidKeyAgreement {
            throw MessengerError.invalidBundle(bundle.id, reason: "a key is degenerate")
        }
    }

    private var ownAddress: DeviceAddress? { try? DeviceAddress(account.owner) }

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
