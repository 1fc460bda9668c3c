/// One device of an account: the other end of a session.
public struct ProtocolAddress: Hashable, Sendable {
    /// The account's name. Compared exactly, without normalization.
    public let name: String
    /// The device number within the account: 1 to 127.
    public let deviceID: UInt8

    /// - Throws: `.invalidProtocolAddress` for a device id outside 1...127.
    public init(name: String, deviceID: some BinaryInteger) throws(SignalError) {
        guard (1...127).contains(deviceID) else {
            throw .invalidProtocolAddress(name: name, deviceID: UInt32(truncatingIfNeeded: deviceID))
        }
        self.name = name
        self.deviceID = UInt8(deviceID)
    }

    /// The name parsed as a service id; nil if it is not one.
    var serviceID: ServiceID? { ServiceID(name) }
}

extension ProtocolAddress: Comparable {
    /// Orders by name, then by device.
    public static func < (left: ProtocolAddress, right: ProtocolAddress) -> Bool {
        (left.name, left.deviceID) < (right.name, right.deviceID)
    }
}

extension ProtocolAddress: CustomStringConvertible {
    /// Name and device id, separated by a dot.
    public var description: String { "\(name).\(deviceID)" }
}
