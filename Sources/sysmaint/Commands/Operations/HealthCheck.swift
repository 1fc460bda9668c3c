import Commands
import RelayAPI

struct HealthCheck: Command {
    static let about = About(
        "Ask one address whether it serves; for containers and supervisors.", name: "healthcheck",
        details: """
            Ends with 0 where a GET is answered with success, with 69 elsewhere.

            Example: sysmaint healthcheck http://127.0.0.1:8080/ready
            """)

    @Argument("Such as http://127.0.0.1:8080/ready.")
    var url: String

    let output = OutputOptions()
    let common = CommonOptions()

    private struct Health: Encodable {
        let url: String
    }

    func validate() throws {
        guard ["http://", "https://"].contains(where: url.hasPrefix) else {
            throw ValidationError("'\(url)' is not an address such as http://127.0.0.1:8080/ready")
        }
    }

    func run() async throws {
        _ = try common.settings(quiet: true)
        try await Peek.check(url)
        try output.show(Health(url: url)) { "\($0.url) serves" }
    }
}
