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
            devices.isEmpty ? "Nobody has registered." : devices.map(\.line).joined(separator: "\n")
        }
    }
}

extension DeviceOverview {
    fileprivate var line: String {
        "\(DeviceAddress(id, device))\t\(oneTimePreKeys) and \(oneTimeKyberPreKeys) Kyber prekeys"
            + "\t\(queuedMessages) messages waiting (\(Quantity.bytes(Int64(queuedBytes))))"
            + "\tsince \(Quantity.moment(milliseconds: registeredAt))"
    }
}
