import Database
import Foundation
import RelayAPI
import SignalProtocol

/// The store's owner: chosen once, never changed.
package struct Account: Sendable {
    package let owner: DeviceAddress
    /// 1…16,383, random: distinguishes registrations of the same device.
    package let registrationID: UInt32
    package let identity: IdentityKeyPair
}

extension Account: Codable {
    private enum Key: String, CodingKey { case name, device, registrationID, identity }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        owner = DeviceAddress(
            try fields.decode(IdentityID.self, forKey: .name),
            try fields.decode(DeviceID.self, forKey: .device))
        registrationID = try fields.decode(UInt32.self, forKey: .registrationID)
        identity = try IdentityKeyPair(serialized: fields.decode(Data.self, forKey: .identity))
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(owner.identity, forKey: .name)
        try fields.encode(owner.device, forKey: .device)
        try fields.encode(registrationID, forKey: .registrationID)
        try fields.encode(Data(identity.serialized), forKey: .identity)
    }
}

extension Account {
    init(sealedIn database: Connection, sealer: RowSealer) throws {
        guard let account = try Setting.account.read(from: database, sealer: sealer) else {
            throw DamagedRow(table: "setting")
        }
        self = account
    }
}
