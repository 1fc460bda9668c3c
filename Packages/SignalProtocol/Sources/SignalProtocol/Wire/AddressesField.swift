import Cryptography

/// The field with sender and recipient, which prevents a message from being forwarded unchanged to another recipient.
///
/// 36 bytes: sender's service id (17) and device (1), recipient's service id (17) and device (1).
enum AddressesField {
    /// The field; nil unless both names are service ids.
    static func bytes(sender: ProtocolAddress, recipient: ProtocolAddress) -> [UInt8]? {
        guard let from = sender.serviceID, let to = recipient.serviceID else { return nil }
        return from.fixedWidth + [sender.deviceID] + to.fixedWidth + [recipient.deviceID]
    }

    /// Whether the received field matches the receiver's view. An absent field always matches.
    static func isAcceptable(_ received: [UInt8]?, sender: ProtocolAddress, recipient: ProtocolAddress)
        -> Bool
    {
        guard let received else { return true }
        guard let expected = bytes(sender: sender, recipient: recipient) else { return false }
        return equalInConstantTime(received, expected)
    }
}
