import Commands
import Foundation
import Messenger
import RelayAPI

struct Bundle: Command {
    static let about = About(
        "Carry keys by hand: a bundle lets its holder begin a session without a relay.",
        details: """
            One of two people exports a bundle and hands it over; the other imports it and writes first.

            Example: sysmaint bundle export --id dave > dave.bundle
            """,
        commands: [ExportBundle.self, ImportBundle.self])
}

struct ExportBundle: Command {
    static let about = About(
        "Write a bundle of one's own public keys, for one peer.", name: "export",
        details: """
            Its one-time keys serve one session: make a bundle for each peer. A bundle is JSON in either format, as import \
            reads it.

            Example: sysmaint bundle export --id dave > dave.bundle
            """)

    @Option("Where to; standard output without it.", value: "file")
    var output: String?
    let client = ClientOptions()
    let format = OutputOptions()

    func run() async throws {
        let bundle = try await client.open().exportBundle()
        guard let output else { return try Output.json(bundle) }
        do {
            try (Output.encoded(bundle) + "\n").write(toFile: output, atomically: true, encoding: .utf8)
        } catch {
            throw Failure(.cannotCreate, "the file \(output) cannot be written", help: "Check the folder.")
        }
    }
}

struct ImportBundle: Command {
    static let about = About(
        "Begin a session from the bundle that a peer has handed over.", name: "import",
        details: """
            Compare the safety number afterwards: sysmaint verify PEER.

            Example: sysmaint bundle import dave.bundle --id carol
            """)

    @Argument("The file with the bundle; - is standard input.")
    var file: String
    let client = ClientOptions()
    let format = OutputOptions()

    func run() async throws {
        let bundle: IdentityBundle = try StandardInput.json(file, what: "bundle")
        let messenger = try client.open()
        try await messenger.startSession(with: bundle)
        try format.show(SessionSummary(with: bundle.id)) { "a session with \($0.peer) is begun" }
    }
}

struct SessionSummary: Encodable {
    let peer: String

    init(with peer: IdentityID) { self.peer = peer.description }
}
