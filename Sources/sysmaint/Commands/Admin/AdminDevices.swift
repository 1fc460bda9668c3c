import Commands
import Foundation
import RelayAPI
import RelayServer

struct AdminDevices: Command {
    static let about = About(
        "List the devices of one account, or of all accounts.", name: "devices",
        details: "Example: sysmaint admin devices carol")

    @Argument("Account ID.")
    var id: IdentityID?
    let relay = RelayDatabaseOptions()
    let output = OutputOptions()

    func run() async throws {
        let devices = try await relay.open().deviceOverviews(of: id)
        if let id, devices.isEmpty { throw Failure(.notFound, "\(id) has no devices on this relay") }
        try output.show(devices) { devices in
            let header = ["device", "prekeys", "Kyber prekeys", "waiting", "", "since"]
            return devices.isEmpty ? "No accounts are registered." : Table(header, devices.map(\.cells)).text
        }
    }
}

extension DeviceOverview {
    fileprivate var cells: [String] {
        [
            "\(DeviceAddress(id, device))", "\(oneTimePreKeys)", "\(oneTimeKyberPreKeys)",
            Quantity.count(queuedMessages, "message"), Quantity.size(queuedBytes),
            Date(milliseconds: registeredAt).formatted(.iso8601),
        ]
    }
}
