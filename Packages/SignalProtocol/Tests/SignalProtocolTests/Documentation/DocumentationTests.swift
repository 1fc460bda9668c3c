import Foundation
import Testing

/// The Swift code of the README and the articles is made of lines of `DocumentedCode`, which compiles and runs.
struct DocumentationTests {
    private static let project = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../..").standardized
    private static let catalogue = project.appending(path: "Sources/SignalProtocol/SignalProtocol.docc")

    @Test(arguments: [
        "README.md", "Sources/SignalProtocol/SignalProtocol.docc/GettingStarted.md",
        "Sources/SignalProtocol/SignalProtocol.docc/KeepingState.md",
        "Sources/SignalProtocol/SignalProtocol.docc/WhenSomethingFails.md",
    ])
    func everyCodeBlockIsRun(article: String) throws {
        let text = try String(contentsOf: Self.project.appending(path: article), encoding: .utf8)
        let blocks = codeBlocks(of: text)
        #expect(!blocks.isEmpty)
        let code = try String(
            contentsOf: Self.project.appending(
                path: "Tests/SignalProtocolTests/Documentation/DocumentedCode.swift"),
            encoding: .utf8)
        let lines = code.split(separator: "\n", omittingEmptySubsequences: false).map(trimmed)
        for block in blocks {
            #expect(lines.contains(block), "\(article) shows code that no test runs: \(block.first ?? "")")
        }
    }

    @Test func everyArticleIsListed() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.catalogue.path())
            .filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }
        let overview = try String(
            contentsOf: Self.catalogue.appending(path: "SignalProtocol.md"), encoding: .utf8)
        for name in names where name != "SignalProtocol" {
            #expect(overview.contains("- <doc:\(name)>"), "the overview does not list \(name)")
        }
    }

    /// The Swift blocks of an article, line by line without indentation.
    private func codeBlocks(of article: String) -> [[Substring]] {
        article.components(separatedBy: "```swift\n").dropFirst().compactMap { rest in
            rest.components(separatedBy: "\n```").first?
                .split(separator: "\n", omittingEmptySubsequences: false).map(trimmed)
        }
    }

    private func trimmed(_ line: Substring) -> Substring { line.drop { $0 == " " } }
}
