import Foundation
import Testing

struct VectorTests {
    @Test(arguments: try VectorDocument.own().map(\.lastPathComponent))
    func everyCaseHolds(inFile name: String) throws {
        let file = try VectorDocument.own(name)
        #expect(try VectorKind.of(file).check(file) > 0)
    }

    /// Nothing is passed over: a format that is not known fails, and so does a case of another form in a known format.
    @Test(arguments: [
        #"{"cases": [{"something": "else"}]}"#, #"{"cases": []}"#, #"{"vectors": [{}]}"#, "{}",
        #"{"cases": [{"op": "ecdh"}, {"op": "unknown"}]}"#,
        #"{"subdomains": {"chain-key": [], "other": []}}"#,
    ])
    func filesOfUnknownFormatAreRefused(_ json: String) throws {
        let file = try VectorDocument(name: "unknown.json", data: Data(json.utf8))
        #expect(throws: VectorError.self) { try VectorKind.of(file) }
    }
}

/// Known answers from outside: with `SYSMAINT_VECTORS_DIR` set, every file of that folder is checked.
@Suite(
    .enabled("there is a folder of vectors only where SYSMAINT_VECTORS_DIR names one") {
        ProcessInfo.processInfo.environment["SYSMAINT_VECTORS_DIR"] != nil
    })
struct ExternalVectors {
    @Test func everyFileIsRecognisedAndEveryCaseHolds() throws {
        let folder = URL(
            filePath: try #require(ProcessInfo.processInfo.environment["SYSMAINT_VECTORS_DIR"]),
            directoryHint: .isDirectory)
        let files = try FileManager.default
            .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
            .filter { $0.pathExtension != "md" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        #expect(!files.isEmpty, "\(folder.path()) holds no files")
        var caseCount = 0
        for url in files {
            do {
                let file = try VectorDocument(url)
                let kind = try VectorKind.of(file)
                let count = try kind.check(file)
                #expect(count > 0, "\(file.name) has no cases")
                caseCount += count
                print("\(file.name): \(count) cases, \(kind.name)")
            } catch {
                Issue.record(error, "\(url.lastPathComponent)")
            }
        }
        print("external vectors: \(files.count) files, \(caseCount) cases")
    }
}
