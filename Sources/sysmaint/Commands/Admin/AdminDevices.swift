import ArgumentParser
import RelayAPI
import RelayServer

struct AdminDevices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "List the devices of an account, or of all.",
        discussion: "Example: sysmaint admin devices carol")

    @Argument(help: "Whose.")
    var id: IdentityID?
    @OptionGroup var relay: RelayDatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let devices = try await relay.open().deviceOverviews(of: id)
        if let id, devices.isEmpty { throw Failure(.notFound, "\(id) has no device on this relay") }
        try output.show(devices) { devices in
            let header = ["device", "prekeys", "Kyber prekeys", "waiting", "", "since"]
            return devices.isEmpty ? "Nobody has registered." : Table(header, devices.map(\.cells)).text
        }
    }
}

extension DeviceOverview {
    fileprivate var cells: [String] {
        [
            "\(DeviceAddress(id, device))", "\(oneTimePreKeys)", "\(oneTimeKyberPreKeys)",
            Quantity.count(queuedMessages, "message"), Quantity.bytes(Int64(queuedBytes)),
            Quantity.moment(milliseconds: registeredAt),
        ]
    }
}
