import Foundation
import MaintenanceAPI

/// The grammar and the model together: the grammar reads a question, and where the likeness to many other wordings speaks
/// clearly for something else, that is asked.
extension Query {
    /// How many times likelier something else has to be than what the grammar read, as a natural logarithm.
    private static let leastAdvantage: Float = 0.7
    /// The same where the question holds a word for what no reading tells.
    private static let leastAdvantageOfMeasured: Float = 1.1
    /// How likely it has to be where the model does not know what the grammar read.
    private static let leastLikelihood: Float = -0.7

    /// How likely it has to be where the grammar read several questions.
    private static let leastLikelihoodOfOne: Float = -0.3

    /// How likely it has to be that one of the figures is meant where the grammar read two.
    private static let leastLikelihoodOfPart: Float = -0.15

    /// How likely it has to be where the grammar read it part by part.
    private static let leastLikelihoodOfParts: Float = -0.45

    /// As the grammar reads it, without the model.
    package static func read(byGrammar text: String) -> Query { Query(text, model: nil) }

    package static func read(_ text: String, by model: WordingModel) -> Query { Query(text, model: model) }

    func corrected(_ reader: QuestionReader, by model: WordingModel, now: Date) -> Query {
        let read = QueryKind(self)
        guard mayBeCorrected, !reader.isCertain,
            let opinion = model.opinion(on: WordingFeatures.hashes(reader.words, read: read), read: read),
            opinion.kind != read
        else { return self }
        if let own = opinion.likelihoodOfRead {
            guard opinion.likelihood - own >= (isAbsent ? Self.leastAdvantageOfMeasured : Self.leastAdvantage)
            else { return self }
        } else {
            guard opinion.likelihood >= Self.leastLikelihood else { return self }
        }
        // Several questions in one are not taught.
        guard also.isEmpty && !reader.hasSeveral || opinion.likelihood >= Self.leastLikelihoodOfOne else {
            return self
        }
        guard self == reader.question || opinion.likelihood >= Self.leastLikelihoodOfParts else {
            return self
        }
        // A list of figures is what it says.
        if reader.hasSeveral, gauges.count > 2 { return self }
        let example = Query.read(byGrammar: opinion.example)
        guard !isOfOtherThing(example, reader),
            !isPartOf(example) || opinion.likelihood >= Self.leastLikelihoodOfPart
        else { return self }
        // "5 minute load vs 15 minute load" has two of them.
        if gauges.count == 2, isPartOf(example), reader.says("vs", "versus", "against") { return self }
        if comparison == .usual, example.comparison != .usual,
            reader.says("normal", "usual", "unusual", "typical", "abnormal")
        {
            return self
        }
        // What is said with a word of its own is meant: "max", "compared to", what is to be explained.
        if reader.saysStatistic, statistic != .now, example.statistic == .now, example.form == .value,
            example.gauges == gauges
        {
            return self
        }
        if form == .compare, example.form != .compare,
            reader.says("than", "compared", "versus", "vs", "against")
        {
            return self
        }
        if example.form == .explain, example.gauges.isEmpty { return self }
        // "In how many minutes will it be full?" has a time for its answer, "system time" need be no clock.
        if form == .until, ![.until, .when, .duration].contains(example.form) { return self }
        if !gauges.isEmpty, example.subject == .topic(.clock) { return self }
        // "Please …" asks for it to be done.
        if form == .order, reader.words.plain.first == "please" { return self }
        // "Over the last quarter of an hour" is no load over 15 minutes.
        if let gauge = example.gauges.first, [.load5, .load15].contains(gauge), !gauges.contains(gauge),
            window != nil
        {
            return self
        }
        // So many bytes are no percentage.
        if let threshold = reader.particulars.threshold, threshold.value >= 1_048_576,
            example.gauges.first.map({ $0.traits.unit != .bytes }) ?? true
        {
            return self
        }
        if form == .duration, reader.begins("how long did", "for how long did"), example.form != .duration {
            return self
        }
        // "When" asks when.
        if form == .when,
            reader.begins("when", "what time", "at what time", "and when", "since when", "until when")
                || reader.words.plain.last == "when", ![.when, .until].contains(example.form)
        {
            return self
        }
        let own = reader.particulars
        var other = reader
        var next = Query()
        (next.form, next.subject, next.isLowest) = (example.form, example.subject, example.isLowest)
        (next.statistic, next.comparison, next.about) = (example.statistic, example.comparison, example.about)
        (next.names, next.unknownWords, next.isBrief) = (names, unknownWords, isBrief)
        next.leftOut = leftOut
        (next.window, next.count, next.threshold, next.judged) = (
            own.window, own.count, own.threshold, own.judged
        )
        // "How often did it break through 85 %?"
        if let limit = example.threshold, next.threshold == nil, let value = own.judged {
            next.threshold = Threshold(isAbove: limit.isAbove, value: value)
        }
        // What is not measured has a name of its own.
        if example.form == .unmeasured, example.gauges.isEmpty { next.subject = .nothing }
        if case .percentile = example.statistic, case .percentile = statistic { next.statistic = statistic }
        next.suspectsTrouble = example.suspectsTrouble
        other.question = next
        other.finish(now: now)
        return other.question
    }

    /// Parts of a host, by how the names of their gauges begin, with the concepts that speak of them.
    private static let things: [(gauge: String, concepts: [String])] = [
        ("cpu", ["cpu", "core", "load", "process"]), ("memory", ["memory", "oom", "swap"]),
        ("disk", ["disk", "space", "filesystem", "io", "read", "write"]),
        ("network", ["network", "traffic", "received", "sent", "interface", "packet"]),
        ("swap", ["swap", "memory"]), ("io", ["io", "disk", "iowait"]),
        ("relay", ["relay", "message", "queue"]), ("load", ["load", "cpu", "core"]), ("inode", ["inode"]),
        ("threads", ["thread"]), ("zombies", ["zombie"]), ("openFiles", ["openfile"]),
        ("processCount", ["process"]),
    ]

    /// Whether something is asked of a thing that the question does not name, where it names another.
    private func isOfOtherThing(_ example: Query, _ reader: QuestionReader) -> Bool {
        func thing(_ query: Query) -> (gauge: String, concepts: [String])? {
            query.gauges.first.flatMap { gauge in Self.things.first { gauge.rawValue.hasPrefix($0.gauge) } }
        }
        if let own = thing(self), own.gauge == "relay", !example.gauges.isEmpty, thing(example) == nil {
            return reader.has("relay")
        }
        guard let own = thing(self), let other = thing(example), own.gauge != other.gauge else {
            return false
        }
        let isNamed = reader.has(own.gauge) || own.concepts.count == 1 && reader.has(own.concepts[0])
        return isNamed && !other.concepts.contains { reader.has($0) }
    }

    /// Whether something is asked of one of the figures alone that the grammar read, as of "in" of "in and out".
    private func isPartOf(_ example: Query) -> Bool {
        !example.gauges.isEmpty && example.gauges.count < gauges.count
            && Set(example.gauges).isSubset(of: gauges) && gauges.first != .load1
    }

    private var isAbsent: Bool { if case .topic(.absent) = subject { true } else { false } }

    private static let explainedAlone: Set<[Gauge]> = [[.memoryFree], [.diskFree], [.swapFree], [.oomKills]]

    /// Names, several questions in one, and what only the grammar knows are left to it.
    private var mayBeCorrected: Bool {
        switch subject {
        case .pid, .topic(.processesNamed): false
        // What a beginner asks for in so many words.
        case .gauges(let gauges) where form == .explain && Self.explainedAlone.contains(gauges): false
        // A program that is known by its name.
        case .process(let name) where form == .check || Vocabulary.programs.contains(name): false
        // "Which core is the busiest?" wants its name.
        case .topic(.component(let part)) where part.rank == .even || part.rank != nil && form == .which:
            false
        case .topic(let topic) where topic.isPlainlyAsked || topic == .clock && form == .count: false
        default:
            names.isEmpty && !isAdvice && !isAtPeak && !asksChange && !asksCalm && !isWithNow && pick == nil
                && unit == nil
                && needed == nil && !isOfService
        }
    }
}

extension QuestionReader {
    /// How likely it has to be that a wording goes on from another question.
    private static let leastLikelihoodOfFollowing: Float = 0.45
    /// The same where the grammar knows another way.
    private static let leastLikelihoodOfOtherWay: Float = 0.8
    /// No question that goes on from another is longer.
    private static let maxFollowingWordCount = 24

    /// A wording that the grammar reads as going on in the same way from what was asked before.
    func wayOfFollowing(by model: WordingModel, goesOn: Bool) -> String? {
        guard words.plain.count <= Self.maxFollowingWordCount, !namesHostNames, question.window == nil,
            question.threshold == nil, question.judged == nil, question.needed == nil,
            let way = model.following(WordingFeatures.hashes(words, read: QueryKind(question))),
            way.likelihood >= (goesOn ? Self.leastLikelihoodOfOtherWay : Self.leastLikelihoodOfFollowing),
            question.form != .unmeasured
        else { return nil }
        return way.wording
    }

    /// Whether all figures that it names, if any, are of the thing that a question before was about.
    func staysWith(_ previous: Query) -> Bool {
        guard !gauges.isEmpty else { return true }
        let things = Set(previous.figures.map(\.thing))
        if gauges.contains(where: { things.contains($0.thing) }) { return true }
        switch previous.subject {
        case .processes, .process: return Set(gauges).isSubset(of: [.processCount, .cpuBusy, .memoryUsed])
        default: return false
        }
    }
}

extension Gauge {
    /// How its name begins: "memory" of `memoryUsed`.
    fileprivate var thing: Substring { rawValue.prefix { $0.isLowercase } }
}

extension WordingModel {
    /// What a wording shows; paths stand for names, as those of the host do.
    package static func features(of text: String) -> [UInt32] {
        let words = text.split(separator: " ").map { String($0).trimmed(of: "?!.,;:()\"'") }
        let names = Set(words.filter { $0.hasPrefix("/") }).sorted()
        let query = Query(text, names: names, model: nil)
        return WordingFeatures.hashes(Words(text, names: names), read: QueryKind(query))
    }

    /// In which way it goes on from another question, by the model alone.
    package func way(of text: String) -> String? { following(Self.features(of: text))?.wording }

    /// What the model alone takes a wording for.
    package func kind(of text: String) -> QueryKind? {
        let read = QueryKind(Query.read(byGrammar: text))
        return opinion(on: Self.features(of: text), read: read)?.kind
    }
}
