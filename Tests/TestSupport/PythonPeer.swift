import Foundation

/// An implementation from elsewhere: a script below `Tests/Peers` answers requests, all at once.
package enum PythonPeer {
    /// The interpreter that has the packages; `make test` brings one.
    package static let interpreter = ProcessInfo.processInfo.environment["SYSMAINT_PYTHON"]

    /// Each request and each answer is a set of named strings.
    package static func answers(
        of script: String, to requests: [[String: String]]
    ) async throws -> [[String: String]] {
        guard let interpreter else { throw Unexpected("SYSMAINT_PYTHON is not set") }
        let scratch = try ScratchDirectory()
        try JSONEncoder().encode(requests).write(to: scratch.url.appending(path: "requests.json"))
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Peers/\(script)").standardizedFileURL.path
        let program = try ChildProcess(
            interpreter, [path, scratch.file("requests.json")], environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        let output = try await program.end()
        guard output.status == 0 else { throw Unexpected("the peer failed", program) }
        return try JSONDecoder().decode([[String: String]].self, from: output.stdout)
    }
}
