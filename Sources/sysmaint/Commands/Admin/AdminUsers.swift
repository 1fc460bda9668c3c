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
            accounts.isEmpty
                ? "Nobody has registered."
                : Table(["account", "devices", "waiting", "", "since"], accounts.map(\.cells)).text
        }
    }
}

extension AccountOverview {
    fileprivate var cells: [String] {
        [
            "\(id)", isRevoked ? "revoked" : "\(devices)", Quantity.count(queuedMessages, "message"),
            Quantity.bytes(Int64(queuedBytes)), Quantity.moment(milliseconds: registeredAt),
        ]
    }
}
