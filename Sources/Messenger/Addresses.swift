import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

// The relay's vocabulary and the protocol's name the same devices.

extension ProtocolAddress {
    package init(_ address: DeviceAddress) throws(SignalError) {
        try self.init(name: address.identity.description, deviceID: address.device.rawValue)
    }
}

extension DeviceAddress {
    package init(_ address: ProtocolAddress) throws(InvalidValue) {
        self.init(try IdentityID(address.name), try DeviceID(address.deviceID))
    }
}

extension KeyStore {
    /// Makes a store for a device of an identity.
    package static func create(
        at path: String, passphrase: String, owner: DeviceAddress
    ) throws -> KeyStore {
        try create(at: path, passphrase: passphrase, owner: ProtocolAddress(owner))
    }
}
