import Commands
import Foundation
import RelayAPI
import RelayServer

struct Revoke: Command {
    static let about = About(
        "Revoke an account, or one of its devices.",
        details: """
            Deletes its tokens, prekeys and queued messages, closes its connections within seconds, and blocks it from \
            registering until it is readmitted. The ID remains reserved for its identity key.

            Example: sysmaint admin revoke carol
            """)

    let subject = RevocationOptions()

    func run() async throws {
        guard try await subject.relay.open().revoke(subject.value, at: Date().milliseconds) else {
            throw Failure(
                .notFound, "\(subject.id) is not registered on this relay",
                help: "List the registered accounts with: sysmaint admin users")
        }
        try subject.show(isRevoked: true) {
            "\($0) is revoked. Undo it with: sysmaint admin readmit \(subject.words)"
        }
    }
}

struct Readmit: Command {
    static let about = About(
        "Allow a revoked account or device to register again.",
        details: "Example: sysmaint admin readmit carol")

    let subject = RevocationOptions()

    func run() async throws {
        guard try await subject.relay.open().readmit(subject.value, at: Date().milliseconds) else {
            throw Failure(.notFound, "\(subject.value) is not revoked on this relay")
        }
        try subject.show(isRevoked: false) { "\($0) may register again." }
    }
}

/// The account or device to revoke or readmit.
struct RevocationOptions: Arguments {
    @Argument("Account ID.")
    var id: IdentityID
    @Option("Only this device of the account.", value: "number")
    var device: DeviceID?
    let relay = RelayDatabaseOptions()
    let output = OutputOptions()

    private struct State: Encodable {
        let id: String
        /// Nil for a whole account.
        let device: UInt8?
        let isRevoked: Bool
    }

    var value: RevocationSubject { RevocationSubject(id, device: device) }

    /// The arguments as they were given.
    var words: String { "\(id)" + (device.map { " --device \($0)" } ?? "") }

    func show(isRevoked: Bool, text: (RevocationSubject) -> String) throws {
        let state = State(id: id.description, device: device?.rawValue, isRevoked: isRevoked)
        try output.show(state) { _ in text(value) }
    }
}

extension DeviceID: ArgumentValue {
    package static var requirement: String? { "it must be a number from 1 to 127" }

    /// Reads a device number from the command line.
    public init?(argument: String) {
        guard let number = Int(argument), let device = try? DeviceID(number) else { return nil }
        self = device
    }
}
