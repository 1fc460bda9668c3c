import Commands
import HTTP
import RelayAPI

struct HealthCheck: Command {
    static let about = About(
        "Check that a URL responds successfully; for containers and supervisors.", name: "healthcheck",
        details: """
            Exits with 0 if a GET request succeeds, and with 69 otherwise.

            Example: sysmaint healthcheck http://127.0.0.1:8080/ready
            """)

    @Argument("URL to request, such as http://127.0.0.1:8080/ready.")
    var url: String

    let output = OutputOptions()
    let common = CommonOptions()

    private struct Health: Encodable {
        let url: String
    }

    func validate() throws {
        guard ["http://", "https://"].contains(where: url.hasPrefix) else {
            throw ValidationError(
                "'\(url.withoutCredentials)' is not a URL such as http://127.0.0.1:8080/ready")
        }
    }

    func run() async throws {
        _ = try common.settings(quiet: true)
        try await JSONClient.check(url)
        try output.show(Health(url: url.withoutCredentials)) { "\($0.url) is healthy" }
    }
}
