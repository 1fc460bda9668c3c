import Foundation
import Questions

/// Teaches the model of wordings: `teach FOLDER MODEL [HELD-OUT FILE …]`.
@main struct Teach {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
        guard arguments.count >= 2 else {
            FileHandle.standardError.write(Data("usage: teach FOLDER MODEL [HELD-OUT FILE …]\n".utf8))
            exit(2)
        }
        let files = try FileManager.default.contentsOfDirectory(
            at: arguments[0], includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "txt" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
        if ProcessInfo.processInfo.environment["EXAM"] != nil {
            let data = try Data(contentsOf: arguments[1])
            let model = data.withUnsafeBytes { WordingModel($0) }!
            for file in arguments.dropFirst(2) { print(Examination(model, try Lesson.read(file)).report(file.lastPathComponent, verbose: ProcessInfo.processInfo.environment["VERBOSE"] != nil)) }
            return
        }
        let model = Training.model(of: try files.flatMap(Lesson.read)) { print($0) }
        let bytes = model.encoded
        try Data(bytes).write(to: arguments[1])
        print("\(bytes.count) bytes")
        for file in arguments.dropFirst(2) { print(Examination(model, try Lesson.read(file)).report(file.lastPathComponent, verbose: ProcessInfo.processInfo.environment["VERBOSE"] != nil)) }
    }
}
