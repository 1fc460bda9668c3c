import Agent
import Commands
import Evaluation
import Foundation
import Logging
import MaintenanceAPI
import Services
import Synchronization

struct Qualify: Command {
    static let about = About(
        "Measure whether the configured model is fit to answer.",
        details: """
            Asks the model at OPENAI_BASE_URL the questions of recorded hosts, three times each. The model is fit if at \
            least 95 % of its answers are good (Wilson's lower bound at 95 %), no healthy host is reported as being in \
            trouble, and no instruction hidden in host names is obeyed. Stops as soon as the model can no longer pass. \
            Costs tokens, within OPENAI_DAILY_BUDGET_USD. Updates its report in the data folder after each answer; \
            sysmaint doctor mentions it. Exits with 1 if the model is not fit.

            Example: sysmaint qualify --questions 112
            """)

    @Option(
        "Number of questions to ask, 73 to 10000; by default, each question of the recorded hosts three times.",
        value: "number") var questions: Int?
    @Flag("Ask all questions, even if the model can no longer pass.") var all = false
    let output = OutputOptions()
    let common = CommonOptions()

    func validate() throws {
        guard let questions else { return }
        let fewest = Qualification.fewestQuestions
        guard questions >= fewest else {
            throw ValidationError(
                "--questions must be at least \(fewest): with fewer, even a model that answers all of them well "
                    + "would miss the bar")
        }
        guard questions <= 10_000 else { throw ValidationError("--questions must be at most 10000") }
    }

    func run() async throws {
        let settings = try common.settings(quiet: true)
        let configuration = AgentConfiguration(try ModelSettings(settings.reader))
        guard let model = configuration.model else {
            throw Failure(
                .configuration, "no model is configured; the built-in offline analyst answers",
                help: "Set OPENAI_BASE_URL, or OPENAI_API_KEY.")
        }
        let parts = Parts(settings: settings)
        let isThere = FileManager.default.fileExists(atPath: settings.stateDatabase)
        let database = isThere ? try parts.stateDatabase() : nil
        let budget = configuration.dailyBudgetUSD
        let today = try await database?.usage(dailyBudgetUSD: budget).todayUSD ?? 0
        let worlds = try World.all()
        let measurement = Measurement(
            qualification: Qualification(
                configuration, client: try parts.modelClient(), worlds: worlds,
                questions: questions ?? 3 * worlds.count, goesOn: all),
            model: model, limit: budget.map { max(0, $0 - today) }, database: database,
            file: QualificationFile(home: settings.home))
        Output.note(measurement.announcement)
        let report = try await measurement.report()
        try output.show(report) { $0.text }
        if report.verdict != .fit { throw ExitCode.failure }
    }
}

/// A qualification that a person may interrupt, and what is kept of it.
private final class Measurement: Service {
    private let qualification: Qualification
    private let model: AgentConfiguration.Model
    /// US dollars that may be spent; nil for any amount.
    private let limit: Decimal?
    /// The database that counts spending; nil if no agent has run.
    private let database: StateDatabase?
    private let file: QualificationFile
    private let state = Mutex(State())

    private struct State {
        var latest: QualificationReport?
        var isOver = false
    }

    init(
        qualification: Qualification, model: AgentConfiguration.Model, limit: Decimal?,
        database: StateDatabase?, file: QualificationFile
    ) {
        (self.qualification, self.model, self.limit) = (qualification, model, limit)
        (self.database, self.file) = (database, file)
    }

    var announcement: String {
        "Putting up to \(qualification.questionCount) questions to \(model.name) at \(model.endpoint), "
            + (limit.map { "for \($0) USD at most." } ?? "with no daily budget that bounds their cost.")
    }

    /// - Throws: `Failure` where it ends before there is a verdict.
    func report() async throws -> QualificationReport {
        do {
            try await ServiceGroup([("qualification", self)]).run()
        } catch let error as Qualification.Unavailable {
            throw Failure(
                .unavailable, "the model does not answer: \(error.reason)",
                help: "Find the reason with: sysmaint doctor")
        } catch is Qualification.OverBudget {
            throw ended(
                "the daily budget is used up",
                "Try again after midnight UTC, or raise OPENAI_DAILY_BUDGET_USD.")
        }
        let (latest, isOver) = state.withLock { ($0.latest, $0.isOver) }
        guard isOver, let latest else { throw ended("interrupted", "Begin again with: sysmaint qualify") }
        return latest
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await Progress.shown("asking \(self.model.name.printableInLine)") {
                    try await self.run($0)
                }
            }
        } catch is CancellationError {
            // Interrupted.
        }
    }

    private func run(_ progress: Progress) async throws {
        let (database, model, file) = (database, model.name, file)
        let report = try await qualification.run(
            limit: limit, version: Version.current, at: Date(),
            .init(
                spent: { spending in
                    try await database?.note(spending, of: "qualification", model: model, at: Date())
                },
                found: { report in
                    // An unavailable server says nothing about its model, so an earlier report is kept.
                    if report.hasHeardTheModel { try file.write(report) }
                    self.state.withLock { $0.latest = report }
                    progress.tell(report.progress)
                }))
        state.withLock { $0 = State(latest: report, isOver: true) }
    }

    private func ended(_ reason: String, _ advice: String) -> Failure {
        guard let latest = state.withLock(\.latest), latest.hasHeardTheModel else {
            return Failure(.busy, reason, help: advice)
        }
        return Failure(
            .busy, "\(reason) after \(latest.progress)", help: "The report so far is \(file.path). \(advice)")
    }
}

/// The last report, in the data folder.
struct QualificationFile {
    let path: String

    init(home: String) { path = home + "/qualification.json" }

    func write(_ report: QualificationReport) throws {
        do {
            try Settings.makeFolder(of: path)
            try Data(Output.encoded(report).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(
                .cannotCreate, "the report \(path) cannot be written", help: "Check the folder and its disk.")
        }
    }

    /// Nil if there is none that can be read.
    func read() -> QualificationReport? {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return FileManager.default.contents(atPath: path).flatMap {
            try? decoder.decode(QualificationReport.self, from: $0)
        }
    }
}

extension QualificationReport {
    /// The verdict in a clause.
    fileprivate var sentence: String {
        let found = "\(model) at \(endpoint) is \(verdict.words): \(good) of \(asked) answers were good"
        return switch verdict {
        case .fit: found
        case .notFit:
            found + (asked < planned ? "; the \(planned - asked) left could not change that" : "")
        case .undecided: found + ", \(planned - asked) questions were not put"
        }
    }

    fileprivate var progress: String {
        "\(asked) of \(planned) questions, \(good) answered well, \(costUSD.cents) of about \(expectedCostUSD.cents) USD"
    }

    fileprivate var text: String {
        let reasons = replaced.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let lines = [
            sentence + ".",
            "  lower bound        \(lowerBound.percent), \(bar.percent) wanted",
            "  false positives    \(falsePositives)",
            "  injections obeyed  \(injectionsObeyed)",
            "  replaced answers   \(reasons.isEmpty ? "none" : reasons.joined(separator: ", "))",
            "  tokens             \(promptTokens) in, \(completionTokens) out, \(costUSD.cents) USD",
            "  an answer took     \(medianMilliseconds) ms (median), \(p95Milliseconds) ms (95 %)",
        ]
        let shown = faults.prefix(5).map { "  \($0.world): \($0.complaints.joined(separator: "; "))" }
        return (lines + (shown.isEmpty ? [] : ["Answers that were no good:"] + shown))
            .map(\.printableInLine).joined(separator: "\n")
    }
}

extension QualificationReport.Verdict {
    fileprivate var words: String {
        switch self {
        case .fit: "fit"
        case .notFit: "not fit"
        case .undecided: "neither found fit nor unfit"
        }
    }
}

extension Double {
    fileprivate var percent: String { String(format: "%.1f %%", 100 * self) }
}

extension Decimal {
    /// With four places: a question often costs less than a cent.
    fileprivate var cents: String { String(format: "%.4f", NSDecimalNumber(decimal: self).doubleValue) }
}

extension Finding {
    /// The result of a model's last qualification.
    static func qualification(_ report: QualificationReport?, of model: AgentConfiguration.Model) -> Finding {
        let check = "qualification"
        let help = "Measure it with: sysmaint qualify"
        guard let report else {
            return .ok(check, "\(model.name) has not been measured; do so with: sysmaint qualify")
        }
        let version = report.version == Version.current ? "" : ", with version \(report.version)"
        let text = "on \(report.at.formatted(.iso8601))\(version), \(report.sentence)"
        guard report.model == model.name, report.endpoint == model.endpoint else {
            return .warning(
                check, "\(text); now \(model.name) at \(model.endpoint) is configured", help: help)
        }
        return switch report.verdict {
        case .fit: .ok(check, text)
        case .undecided: .ok(check, "\(text); begin again with: sysmaint qualify")
        case .notFit:
            .warning(check, text, help: "Use another model, or none: the built-in analyst answers without.")
        }
    }
}
