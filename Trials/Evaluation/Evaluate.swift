import Agent
import Commands
import Cryptography
import Evaluation
import Foundation
import MaintenanceAPI
import TestSupport

@main
struct Evaluate: Command {
    static let about = About(
        "Ask the agent about recorded worlds and hold its answers against what is known of them.",
        name: "evaluate",
        details: """
            Examines the offline analyst and a scripted model behind a server of its own; where --base-url or \
            OPENAI_BASE_URL or OPENAI_API_KEY names an endpoint, the model there instead.
            """)

    @Option("A Chat Completions endpoint, as http://127.0.0.1:11434/v1.") var baseURL: String?
    @Option("The model at that endpoint; OPENAI_MODEL by default.") var model: String?
    @Option("Put only the questions of this file, and no worlds' own.") var questions: String?
    @Flag("Examine the offline analyst alone.") var offline = false
    @Option("Put only one in so many of the questions in people's words.") var every = 1
    @Flag("Put them to the offline analyst too, and demand that the model does no worse.") var compare = false
    @Option("Only worlds of this category; may be given several times.") var category: [String]
    @Option("The share of worlds, in percent, that must pass.") var atLeast = 100.0
    @Flag("Demand no facts, only a clear reply in time; for servers that fail on purpose.") var anyReply =
        false
    @Flag("Ask servers of many dialects of Chat Completions instead, each of which must be understood.")
    var dialects = false
    @Flag("Show every answer.") var verbose = false

    func run() async throws {
        let worlds = try World.all().filter { category.isEmpty || category.contains($0.category) }
        guard !worlds.isEmpty else { throw ValidationError("no world is of that category") }
        if dialects { return try await Self.askDialects(in: worlds[0]) }
        if let endpoint {
            let prices = try Self.prices(ProcessInfo.processInfo.environment)
            let live = Subject.live(endpoint, prices: prices, knowsFacts: !anyReply)
            if compare { return try await hold(live, againstThe: .offline) }
            try await judge([live], in: worlds)
        } else if offline {
            try await judge([.offline], in: worlds)
        } else {
            try await ScriptedServer(try World.all()).serve { [self] baseURL in
                try await judge([.offline, .scripted(baseURL: baseURL)], in: worlds)
            }
        }
    }

    /// Puts the worlds' own questions, then those in people's words, to each subject.
    private func judge(_ subjects: [Subject], in worlds: [World]) async throws {
        var isGood = true
        if questions == nil {
            for report in try await examine(subjects, in: worlds) {
                print(report.text + "\n")
                isGood = isGood && report.passedPercent >= atLeast
            }
        }
        for subject in subjects { try await interview(subject) }
        guard isGood else { throw ExitCode.failure }
    }

    private static func askDialects(in world: World) async throws {
        let host = try await RecordedHost(world, injection: "")
        var failureCount = 0
        for server in DialectServer.all {
            let complaint = try await server.serve { baseURL in
                let subject = Subject.live(
                    .init(baseURL: baseURL, key: "sk-of-nobody", name: "scripted"), prices: nil,
                    knowsFacts: false)
                return server.complaint(about: try await host.ask(subject).reply)
            }
            print("\(complaint == nil ? "ok  " : "FAIL")  \(server.name)\(complaint.map { ": \($0)" } ?? "")")
            if complaint != nil { failureCount += 1 }
        }
        print("\(DialectServer.all.count - failureCount) of \(DialectServer.all.count) dialects pass")
        if failureCount > 0 { throw ExitCode.failure }
    }

    /// Puts the questions in people's words to a subject.
    @discardableResult
    private func interview(_ subject: Subject) async throws -> [Interview] {
        let worlds = try World.all()
        let files =
            try questions.map { try [Self.read($0)] } ?? AskedQuestion.all()
        var interviews: [Interview] = []
        for (file, questions) in files where category.isEmpty {
            let some = questions.enumerated().filter { $0.offset % max(1, every) == 0 }.map(\.element)
            let interview = try await Interview(file, some, of: subject, worlds: worlds)
            print("\(subject.name), \(interview.text(showsAll: verbose))\n")
            interviews.append(interview)
        }
        return interviews
    }

    private static func read(_ path: String) throws -> (file: String, questions: [AskedQuestion]) {
        do {
            return try AskedQuestion.read(URL(fileURLWithPath: path))
        } catch let error as DecodingError {
            throw ValidationError("'\(path)' is not a valid file of questions: \(error)")
        } catch {
            throw ValidationError(
                "'\(path)' cannot be read; name a JSON file as in Trials/Evaluation/Questions")
        }
    }

    /// A model may only make answers better: fails where it answers fewer questions, gives a figure without a tool, or
    /// keeps people waiting.
    private func hold(_ subject: Subject, againstThe analyst: Subject) async throws {
        let limit = AgentConfiguration().answerTimeout + .seconds(5)
        var isGood = true
        for (with, without) in zip(try await interview(subject), try await interview(analyst)) {
            print(
                "\(with.file): \(with.answeredCount) with \(subject.name), \(without.answeredCount) without, of \(with.results.count); "
                    + "\(with.unbackedCount) with figures of no tool; the longest answer took \(with.worst.components.seconds) s"
            )
            isGood =
                isGood && with.answeredCount >= without.answeredCount && with.unbackedCount == 0
                && with.worst <= limit
        }
        guard isGood else { throw ExitCode.failure }
    }

    private var endpoint: AgentConfiguration.Model? {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        let key = environment["OPENAI_API_KEY"].map { SecretText($0) }
        guard let url = baseURL ?? environment["OPENAI_BASE_URL"] ?? key.map({ _ in Self.openAI }) else {
            return nil
        }
        return .init(
            baseURL: url, key: key, name: model ?? environment["OPENAI_MODEL"] ?? "gpt-4o-mini")
    }

    private static let openAI = "https://api.openai.com/v1"

    private static func prices(_ environment: [String: String]) throws -> Prices? {
        let names = ["OPENAI_INPUT_USD_PER_1M", "OPENAI_OUTPUT_USD_PER_1M"]
        let values = names.compactMap { environment[$0] }
        guard !values.isEmpty else { return nil }
        let prices = values.compactMap { Decimal(string: $0) }
        guard prices.count == names.count else {
            throw ValidationError("\(names.joined(separator: " and ")) must both be amounts")
        }
        return Prices(inputUSDPerMillion: prices[0], outputUSDPerMillion: prices[1])
    }

    /// Two worlds at a time.
    private func examine(_ subjects: [Subject], in worlds: [World]) async throws -> [Report] {
        try await withThrowingTaskGroup(of: (Int, [Trial.Result]).self) { group in
            var results: [Int: [Trial.Result]] = [:]
            for (index, world) in worlds.enumerated() {
                if index >= 2, let (done, result) = try await group.next() { results[done] = result }
                group.addTask { (index, try await Trial(world: world).run(subjects)) }
            }
            for try await (done, result) in group { results[done] = result }
            let inOrder = results.sorted { $0.key < $1.key }.map(\.value)
            return subjects.enumerated().map { place, subject in
                Report(subject: subject.name, results: inOrder.map { $0[place] }, showsAll: verbose)
            }
        }
    }
}
