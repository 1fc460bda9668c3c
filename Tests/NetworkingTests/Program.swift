import Foundation
import TestSupport

/// A program from elsewhere, run to its end.
enum Program {
    static func exists(_ name: String) -> Bool {
        let paths = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (paths.split(separator: ":") + ["/usr/sbin"]).contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    /// What it printed, on either channel. Its input is empty.
    static func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let scratch = try ScratchDirectory()
        let path = scratch.file("output")
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let process = try process(arguments, output: path)
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (status, String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self))
    }

    /// Not started yet.
    static func process(_ arguments: [String], output path: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? ""):/usr/sbin"] + arguments
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        return process
    }
}
