import Commands
import Foundation
import KeyStore
import Messenger
import RelayAPI

struct Bundle: Command {
    static let about = About(
        "Exchange keys by hand: a bundle lets its recipient start a session without a relay.",
        details: """
            One peer exports a bundle and hands it over; the other imports it and sends the first message.

            Example: sysmaint bundle export --id dave > dave.bundle
            """,
        commands: [ExportBundle.self, ImportBundle.self])
}

struct ExportBundle: Command {
    static let about = About(
        "Export a bundle of your public keys for one peer.", name: "export",
        details: """
            Its one-time keys are good for one session only: export a separate bundle for each peer. The bundle is JSON \
            with either --format.

            Example: sysmaint bundle export --id dave > dave.bundle
            """)

    @Option("File to write; standard output if omitted.", value: "file")
    var output: String?
    let client = ClientOptions()
    let format = OutputOptions()

    func run() async throws {
        let messenger = try client.open()
        defer { messenger.store.close() }
        let bundle = try await messenger.exportBundle()
        guard let output else { return try Output.json(bundle) }
        do {
            try (Output.encoded(bundle) + "\n").write(toFile: output, atomically: true, encoding: .utf8)
        } catch {
            throw Failure(
                .cannotCreate, "the file \(output) cannot be written",
                help: "Check the folder and its permissions.")
        }
    }
}

struct ImportBundle: Command {
    static let about = About(
        "Start a session from a bundle received from a peer.", name: "import",
        details: """
            Afterwards, compare safety numbers: sysmaint verify PEER.

            Example: sysmaint bundle import dave.bundle --id carol
            """)

    @Argument("Bundle file; - reads standard input.")
    var file: String
    let client = ClientOptions()
    let format = OutputOptions()

    func run() async throws {
        let bundle: IdentityBundle = try StandardInput.json(file, what: "bundle")
        let messenger = try client.open()
        defer { messenger.store.close() }
        try await messenger.startSession(with: bundle)
        try format.show(SessionSummary(with: bundle.id)) { "started a session with \($0.peer)" }
    }
}

struct SessionSummary: Encodable {
    let peer: String

    init(with peer: IdentityID) { self.peer = peer.description }
}
