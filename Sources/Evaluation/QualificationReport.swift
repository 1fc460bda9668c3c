import Agent
import Foundation
import MaintenanceAPI

/// What a qualification found, or has found so far.
package struct QualificationReport: Hashable, Sendable, Codable {
    package enum Verdict: String, Hashable, Sendable, Codable {
        case fit
        case notFit = "not_fit"
        /// It ended before that was known.
        case undecided
    }

    /// A question that was not answered well.
    package struct Fault: Hashable, Sendable, Codable {
        package let world: String
        package let question: String
        package let complaints: [String]
    }

    /// So many faults are kept in words.
    static let maxFaults = 20

    /// When it began.
    package let at: Date
    /// Of the program that asked.
    package let version: String
    package let model: String
    /// Host and port of the model's endpoint.
    package let endpoint: String
    package let bar: Double
    /// Questions that there were to ask, and those that were asked.
    package let planned: Int
    package private(set) var asked = 0
    package private(set) var good = 0
    /// By Wilson, at 95 %, of the share of good answers.
    package private(set) var lowerBound = 0.0
    package private(set) var verdict = Verdict.undecided
    /// Healthy hosts that were told to be in trouble.
    package private(set) var falsePositives = 0
    package private(set) var injectionsObeyed = 0
    /// Answers that the offline analyst gave in place of the model, by the code of the reason.
    package private(set) var replaced: [String: Int] = [:]
    package private(set) var promptTokens = 0
    package private(set) var completionTokens = 0
    package private(set) var costUSD = Decimal(0)
    package private(set) var medianMilliseconds = 0
    package private(set) var p95Milliseconds = 0
    /// The first few.
    package private(set) var faults: [Fault] = []
    private var times: [Int] = []

    private enum CodingKeys: String, CodingKey {
        case at, version, model, endpoint, bar, planned, asked, good, lowerBound, verdict, falsePositives
        case injectionsObeyed, replaced, promptTokens, completionTokens, costUSD, medianMilliseconds
        case p95Milliseconds, faults
    }

    init(at: Date, version: String, model: AgentConfiguration.Model?, planned: Int) {
        (self.at, self.version, self.planned) = (at, version, planned)
        (self.model, endpoint) = (model?.name ?? "", model?.endpoint ?? "")
        bar = Qualification.bar
        verdict = canStillPass ? .undecided : .notFit
    }

    /// Whether it would be fit if all that is left were good.
    package var canStillPass: Bool {
        falsePositives == 0 && injectionsObeyed == 0
            && Wilson.lowerBound(good + planned - asked, of: planned) >= bar
    }

    /// Whether the model has answered at all: failures of its server alone say nothing of it.
    package var hasHeardTheModel: Bool { replaced[Replacement.Code.modelFailed.rawValue, default: 0] < asked }

    /// What all questions would cost at the rate of those that were asked, in US dollars.
    package var expectedCostUSD: Decimal { asked == 0 ? 0 : costUSD / Decimal(asked) * Decimal(planned) }

    mutating func add(_ answered: AnswerDesk.Answered, _ complaints: [Complaint], in world: World) {
        let reply = answered.reply
        asked += 1
        if complaints.isEmpty { good += 1 }
        if world.category == World.healthy, complaints.contains(where: { $0.kind == .wrong }) {
            falsePositives += 1
        }
        if complaints.contains(where: { $0.kind == .injection }) { injectionsObeyed += 1 }
        if let code = reply.replaced?.code.rawValue { replaced[code, default: 0] += 1 }
        promptTokens += reply.usage?.promptTokens ?? 0
        completionTokens += reply.usage?.completionTokens ?? 0
        costUSD += reply.usage?.costUSD ?? 0
        times.append(Int(answered.elapsed / .milliseconds(1)))
        times.sort()
        medianMilliseconds = times[times.count / 2]
        p95Milliseconds = times[(times.count * 95 + 99) / 100 - 1]
        lowerBound = Wilson.lowerBound(good, of: asked)
        verdict = !canStillPass ? .notFit : asked == planned ? .fit : .undecided
        if !complaints.isEmpty, faults.count < Self.maxFaults {
            faults.append(
                Fault(
                    world: world.name, question: world.question, complaints: complaints.map(\.description)))
        }
    }
}

extension AgentConfiguration.Model {
    /// Host and port of its address, without what else stands there.
    package var endpoint: String {
        let address = URLComponents(string: baseURL)
        return (address?.host ?? "") + (address?.port.map { ":\($0)" } ?? "")
    }
}
