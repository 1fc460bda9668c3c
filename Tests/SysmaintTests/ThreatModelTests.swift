import Foundation
import Testing

/// The threat model names the tests that hold its claims; they have to be there.
struct ThreatModelTests {
    private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..")
        .standardizedFileURL

    /// The text of every file of tests below a folder.
    private static func tests(below folder: String) throws -> [String] {
        let folder = root.appendingPathComponent(folder)
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix("Tests.swift") && !$0.hasPrefix(".build") }
            .map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
    }

    @Test func everyTestThatHoldsABoundExists() throws {
        let text = try String(
            contentsOf: Self.root.appendingPathComponent("Documentation/threat-model.md"), encoding: .utf8)
        let named = text.matches(of: #/`([A-Za-z]+Tests)\.([A-Za-z]+)`/#)
        #expect(named.count > 50)
        let files = try Self.tests(below: "Tests") + Self.tests(below: "Packages/SignalProtocol/Tests")
        for name in named {
            let isThere = files.contains {
                ($0.contains("struct \(name.1) {") || $0.contains("class \(name.1) {"))
                    && $0.contains("func \(name.2)(")
            }
            #expect(isThere, "\(name.1).\(name.2)")
        }
    }
}
