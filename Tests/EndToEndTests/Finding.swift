import Foundation
import SystemSupport
import TestSupport

/// What `doctor` says of one thing.
struct Finding: Decodable {
    let check: String
    let outcome: String
    let detail: String
    let help: String?
}

extension Installation {
    /// Runs `doctor`, to whatever end.
    func findings(_ environment: [String: String] = [:]) async throws -> (Program.Output, [Finding]) {
        let output = try await attempt("doctor", "--format", "json", environment: environment)
        return (output, try JSONDecoder().decode([Finding].self, from: Data(output.text.utf8)))
    }
}
