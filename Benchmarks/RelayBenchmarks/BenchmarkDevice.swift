import Cryptography
import Foundation
import RelayAPI

@testable import RelayServer

/// A device that is registered straight in the relay's database.
struct BenchmarkDevice: Sendable {
    let address: DeviceAddress
    /// What it shows to the relay.
    let token: String
    private let tokenHash: [UInt8]

    init(_ name: String) throws {
        address = DeviceAddress(try IdentityID(name))
        let token = SecretText.accessToken()
        (self.token, tokenHash) = (token.exposed, token.hash)
    }

    /// So many devices with names of their own.
    static func registered(_ names: [String], in store: SQLiteRelayStore) async throws -> [BenchmarkDevice] {
        let devices = try names.map(BenchmarkDevice.init)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for device in devices {
                group.addTask {
                    try await store.register(
                        RegisteredDevice(
                            address: device.address, registrationID: 1,
                            identityKey: [5] + (0..<32).map { _ in UInt8.random(in: 0...255) },
                            registeredAt: 1),
                        tokenHash: device.tokenHash, at: 1)
                }
            }
            try await group.waitForAll()
        }
        return devices
    }

    /// A message whose body begins with the moment at which it was made.
    func envelope(to recipient: DeviceAddress, byteCount: Int) throws -> Envelope {
        let moment = DispatchTime.now().uptimeNanoseconds
        var body = withUnsafeBytes(of: moment.littleEndian, Array.init)
        body += [UInt8](repeating: 0x5A, count: byteCount - body.count)
        return try Envelope(
            from: address, to: recipient, sessionID: "benchmark", messageID: .timeOrdered(),
            type: .whisper, body: body,
            timestamp: Date().milliseconds, class: .durable)
    }
}

extension Envelope {
    /// Microseconds since the message was made.
    var age: Double {
        let made = body.bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Double(DispatchTime.now().uptimeNanoseconds - made) / 1000
    }
}
