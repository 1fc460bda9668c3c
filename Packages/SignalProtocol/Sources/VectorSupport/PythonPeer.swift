import Foundation

/// An implementation from elsewhere: a script below `Tests/Peers` answers requests, all at once.
public enum PythonPeer {
    /// The interpreter that has the packages; `make test` brings one.
    public static let interpreter = ProcessInfo.processInfo.environment["SYSMAINT_PYTHON"]

    private static let peers = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Tests/Peers").standardizedFileURL

    /// Each request and each answer is a set of named strings.
    public static func answers(
        of script: String, to requests: [[String: String]]
    ) throws -> [[String: String]] {
        guard let interpreter else { throw PeerError(description: "SYSMAINT_PYTHON is not set") }
        let input = FileManager.default.temporaryDirectory.appending(path: "requests-\(UUID()).json")
        try JSONEncoder().encode(requests).write(to: input)
        defer { try? FileManager.default.removeItem(at: input) }
        let (program, output) = (Process(), Pipe())
        program.executableURL = URL(filePath: interpreter)
        program.arguments = ["-B", peers.appending(path: script).path, input.path]
        program.standardOutput = output
        try program.run()
        let answers = try output.fileHandleForReading.readToEnd() ?? Data()
        program.waitUntilExit()
        guard program.terminationStatus == 0 else { throw PeerError(description: "the peer failed") }
        return try JSONDecoder().decode([[String: String]].self, from: answers)
    }
}

/// Why a peer gave no answers.
public struct PeerError: Error, CustomStringConvertible {
    /// The reason, for a person.
    public let description: String
}
