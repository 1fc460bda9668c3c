import Commands
import Foundation
import RelayAPI
import RelayServer

struct Revoke: Command {
    static let about = About(
        "End an account, or one device of it.",
        details: """
            Tokens, prekeys and waiting messages go, an open connection is closed within seconds, and what was revoked \
            cannot register again until it is readmitted. The name stays with its identity key.

            Example: sysmaint admin revoke carol
            """)

    let subject = RevocationOptions()

    func run() async throws {
        guard try await subject.relay.open().revoke(subject.value, at: .now) else {
            throw Failure(
                .notFound, "nobody of the name \(subject.id) has registered on this relay",
                help: "sysmaint admin users lists who has.")
        }
        try subject.show(isRevoked: true) {
            "\($0) is revoked. Undo it with: sysmaint admin readmit \(subject.words)"
        }
    }
}

struct Readmit: Command {
    static let about = About(
        "Let an account or a device that was revoked register again.",
        details: "Example: sysmaint admin readmit carol")

    let subject = RevocationOptions()

    func run() async throws {
        guard try await subject.relay.open().readmit(subject.value, at: .now) else {
            throw Failure(.notFound, "\(subject.value) is not revoked on this relay")
        }
        try subject.show(isRevoked: false) { "\($0) may register again." }
    }
}

/// Whom to revoke or readmit.
struct RevocationOptions: Arguments {
    @Argument("The account.")
    var id: IdentityID
    @Option("One device of it alone.", value: "number")
    var device: DeviceID?
    let relay = RelayDatabaseOptions()
    let output = OutputOptions()

    private struct State: Encodable {
        let id: String
        /// Absent for a whole account.
        let device: UInt8?
        let isRevoked: Bool
    }

    var value: RevocationSubject { RevocationSubject(id, device: device) }

    /// As they were given.
    var words: String { "\(id)" + (device.map { " --device \($0)" } ?? "") }

    func show(isRevoked: Bool, text: (RevocationSubject) -> String) throws {
        let state = State(id: id.description, device: device?.rawValue, isRevoked: isRevoked)
        try output.show(state) { _ in text(value) }
    }
}

extension DeviceID: ArgumentValue {
    package static var requirement: String? { "it is a number from 1 to 127" }

    /// Reads a device number from the command line.
    public init?(argument: String) {
        guard let number = Int(argument), let device = try? DeviceID(number) else { return nil }
        self = device
    }
}

extension Int64 {
    /// Milliseconds since 1970.
    fileprivate static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
