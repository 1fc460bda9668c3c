import ArgumentParser
import RelayServer

struct AdminUsers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users", abstract: "List the accounts of the relay.",
        discussion: "Example: sysmaint admin users --format json")

    @OptionGroup var relay: RelayDatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try output.show(try await relay.open().accounts()) { accounts in
            accounts.isEmpty ? "Nobody has registered." : accounts.map(\.line).joined(separator: "\n")
        }
    }
}

extension AccountOverview {
    fileprivate var line: String {
        let state = isRevoked ? "revoked" : "\(devices) devices"
        return "\(id)\t\(state)\t\(queuedMessages) messages waiting (\(Quantity.bytes(Int64(queuedBytes))))"
            + "\tsince \(Quantity.moment(milliseconds: registeredAt))"
    }
}
