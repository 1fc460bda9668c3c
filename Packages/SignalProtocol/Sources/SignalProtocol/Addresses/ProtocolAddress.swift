/// One device of somebody: whom a session is with.
public struct ProtocolAddress: Hashable, Sendable {
    /// Who it is. Compared as it stands.
    public let name: String
    /// Which of their devices: 1 to 127.
    public let deviceID: UInt8

    /// - Throws: `.invalidProtocolAddress` for a device id outside 1...127.
    public init(name: String, deviceID: some BinaryInteger) throws(SignalError) {
        guard (1...127).contains(deviceID) else {
            throw .invalidProtocolAddress(name: name, deviceID: UInt32(truncatingIfNeeded: deviceID))
        }
        self.name = name
        self.deviceID = UInt8(deviceID)
    }

    /// The name as a service id, if it is one.
    var serviceID: ServiceID? { ServiceID(name) }
}

extension ProtocolAddress: CustomStringConvertible {
    /// Name and device id with a dot between.
    public var description: String { "\(name).\(deviceID)" }
}
