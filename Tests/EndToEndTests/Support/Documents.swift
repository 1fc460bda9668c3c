import Foundation
import SystemSupport

/// The documents that people read, and the commands in them.
enum Documents {
    /// A fenced block.
    struct Block: Sendable {
        let file: String
        /// What stands behind the fence: `sh` for commands.
        let language: String
        let text: String
    }

    static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..")
        .standardizedFileURL

    /// `README.md`, `CHANGELOG.md` and all below `Documentation`, by their paths.
    static func files() throws -> [String] {
        let documentation = try FileManager.default.subpathsOfDirectory(
            atPath: root.appendingPathComponent("Documentation").path)
        return ["README.md", "CHANGELOG.md"]
            + documentation.filter { $0.hasSuffix(".md") }.sorted().map { "Documentation/\($0)" }
    }

    static func text(of file: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)
    }

    static func blocks() throws -> [Block] {
        try files().flatMap { file in
            try text(of: file).matches(of: #/(?:^|\n)```(.*)\n((?:.|\n)*?)```/#).map {
                Block(file: file, language: String($0.1), text: String($0.2))
            }
        }
    }

    /// The words of each piece of code within the text; pieces in fenced blocks are none of these.
    static func inlineCode() throws -> [(file: String, words: [String])] {
        try files().flatMap { file in
            let prose = try text(of: file).replacing(#/(?:^|\n)```(?:.|\n)*?\n```/#, with: "\n")
            return prose.matches(of: #/`([^`\n]+)`/#).map { span in
                (file, span.1.split(separator: " ").map(String.init))
            }
        }
    }
}
