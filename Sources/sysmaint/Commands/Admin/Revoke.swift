import ArgumentParser
import Foundation
import RelayAPI
import RelayServer

struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End an account, or one device of it.",
        discussion: """
            Tokens, prekeys and waiting messages go, an open connection is closed within seconds, and what was revoked \
            cannot register again until it is readmitted. The name stays with its identity key.

            Example: sysmaint admin revoke carol
            """)

    @OptionGroup var subject: RevocationOptions

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

struct Readmit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let an account or a device that was revoked register again.",
        discussion: "Example: sysmaint admin readmit carol")

    @OptionGroup var subject: RevocationOptions

    func run() async throws {
        guard try await subject.relay.open().readmit(subject.value, at: .now) else {
            throw Failure(.notFound, "\(subject.value) is not revoked on this relay")
        }
        try subject.show(isRevoked: false) { "\($0) may register again." }
    }
}

/// Whom to revoke or readmit.
struct RevocationOptions: ParsableArguments {
    @Argument(help: "The account.")
    var id: IdentityID
    @Option(help: ArgumentHelp("One device of it alone.", valueName: "number"))
    var device: DeviceID?
    @OptionGroup var relay: RelayDatabaseOptions
    @OptionGroup var output: OutputOptions

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

extension DeviceID: ExpressibleByArgument {
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
