import ArgumentParser
import RelayAPI

struct HealthCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Ask one address whether it serves; for containers and supervisors.",
        discussion: """
            Ends with 0 where a GET is answered with success, with 69 elsewhere.

            Example: sysmaint healthcheck http://127.0.0.1:8080/ready
            """)

    @Argument(help: "Such as http://127.0.0.1:8080/ready.")
    var url: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var common: CommonOptions

    private struct Health: Encodable {
        let url: String
    }

    func validate() throws {
        guard ["http://", "https://"].contains(where: url.hasPrefix) else {
            throw ValidationError("'\(url)' is no address such as http://127.0.0.1:8080/ready")
        }
    }

    func run() async throws {
        _ = try common.settings(quiet: true)
        try await Peek.check(url)
        try output.show(Health(url: url)) { "\($0.url) serves" }
    }
}
