import Commands
import Foundation
import RelayServer
import Values

struct AdminUsers: Command {
    static let about = About(
        "List the accounts of the relay.", name: "users",
        details: "Example: sysmaint admin users --format json")

    let relay = RelayDatabaseOptions()
    let output = OutputOptions()

    func run() async throws {
        try output.show(try await relay.open().accounts()) { accounts in
            accounts.isEmpty
                ? "No accounts are registered."
                : Table(["account", "devices", "waiting", "", "since"], accounts.map(\.cells)).text
        }
    }
}

extension AccountOverview {
    fileprivate var cells: [String] {
        [
            "\(id)", isRevoked ? "revoked" : "\(devices)", Quantity.count(queuedMessages, "message"),
            Quantity.size(queuedBytes), Date(milliseconds: registeredAt).formatted(.iso8601),
        ]
    }
}
