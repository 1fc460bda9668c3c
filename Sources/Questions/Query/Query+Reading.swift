import Foundation
import MaintenanceAPI
import Values

extension Query {
    /// Reads what a person wrote.
    ///
    /// "And memory?" goes on from `previous`, the question of the same person before it, which is read only then. `names`
    /// are those of the host's processes and mount points that the text holds: they are no words of ours.
    package init(
        _ text: String, after previous: @autoclosure () -> Query? = nil, names: [String] = [],
        now: Date = Date(), model: WordingModel? = .carried
    ) {
        var text = text.replacing(Self.shortForms) { $0.output.1 != nil ? "namely" : "for example" }
        if text.contains(" for ") { text = text.replacing(Self.purposePattern, with: "") }
        lazy var earlier = previous()
        func read(_ text: String, after before: Query? = nil) -> Read {
            let reader = QuestionReader(text, names: names, now: now)
            let followsUp = reader.followsUp
            // "Will it fit there?"
            if reader.question.needed != nil, reader.question.names.isEmpty,
                reader.says("there", "on it", "on that"),
                let names = (before ?? earlier)?.names, !names.isEmpty
            {
                var next = reader.question
                (next.names, next.subject) = (names, .gauges([.diskFree]))
                return Read(query: next, reader: reader, mayNeedMore: false, goesOn: true)
            }
            let isOrder = reader.isCertain && reader.question.form == .order
            guard !isOrder, reader.mayContinue || followsUp, let previous = (before ?? earlier)?.asFigures,
                followsUp || reader.isContinuation || reader.pointsAtProcess(of: previous)
            else {
                return Read(
                    query: reader.question, reader: reader, mayNeedMore: reader.pointsAhead && before == nil)
            }
            // Nothing goes on from what was said of the program itself.
            let isTalk =
                if case .topic(.product) = previous.subject { !previous.canBeFollowed } else { false }
            let goesOn = (reader.isContinuation || reader.pointsAtProcess(of: previous)) && !isTalk
            guard var next = reader.followingUp(previous) ?? (goesOn ? reader.continuing(previous) : nil)
            else {
                return Read(
                    query: reader.question, reader: reader, mayNeedMore: reader.pointsAhead && before == nil)
            }
            next.leftOut = reader.question.leftOut
            return Read(query: next, reader: reader, mayNeedMore: false, goesOn: true)
        }
        let whole = read(text)
        if whole.reader.mayFollowTalk, let previous = earlier, let next = whole.reader.afterTalk(previous) {
            self = next
            return
        }
        // A wording that the grammar does not know, of something that it can go on with.
        if let model, let wording = whole.reader.wayOfFollowing(by: model, goesOn: whole.goesOn),
            !(whole.goesOn && (whole.reader.followsUp || whole.reader.refersToOne)),
            !whole.query.isOver, !whole.reader.isCertain,
            let previous = earlier?.asFigures, previous.canBeFollowed, whole.reader.staysWith(previous)
        {
            let next = read(wording)
            if next.goesOn {
                self = next.query
                leftOut = whole.query.leftOut
                isBrief = isBrief || whole.query.isBrief
                isOfTold = next.reader.asksOfTold(next.query, after: previous)
                return
            }
        }
        self =
            (whole.reader.stretches == nil ? nil : whole.query) ?? Self.things(text, whole) { read($0) }
            ?? Self.statistics(whole)
            ?? Self.clauses(text, whole) { read($0, after: $1) }
        // What goes on from another question is the grammar's alone, and what is read part by part.
        if let model, !whole.goesOn, also.isEmpty || self == whole.query {
            self = corrected(whole.reader, by: model, now: now)
        }
        if also.isEmpty, whole.goesOn || whole.reader.pointsAtOne, let previous = earlier {
            isOfTold = whole.reader.asksOfTold(self, after: previous)
        }
        if form == .value, !gauges.isEmpty, gauges.allSatisfy(Self.constants.contains) {
            (statistic, window, comparison) = (.now, nil, nil)
        }
    }

    /// What does not change while a host is up: no time goes with it.
    private static let constants: Set<Gauge> = [
        .coreCount, .memoryTotal, .swapTotal, .inodesTotal, .maxOpenFiles, .trackedConnectionLimit,
        .cgroupMemoryMax,
    ]

    /// "…, for my ticket": what for.
    private static let purposePattern = Pattern(
        #/(?i),? for (?:my|the|a|our|this) (?:\w+ )?(?:ticket|report|boss|manager|records|documentation|notes|e-?mail|form|survey|audit|inventory|wiki|spreadsheet|presentation|colleagues?|customers?|meeting|protocol)(?=[?.! ]*$)/#
    )

    private static let shortForms = Pattern(#/(?i)\b(?:(i)\.e\.|e\.g\.)/#)

    /// A text or a part of it, as it was read.
    private struct Read {
        let query: Query
        let reader: QuestionReader
        /// It points to what has not been said yet.
        let mayNeedMore: Bool
        /// It goes on from a question before.
        var goesOn = false
    }

    /// "Hostname, kernel and uptime": the first, with the others behind it.
    private static func things(_ text: String, _ whole: Read, _ read: (String) -> Read) -> Query? {
        if case .topic(.limit) = whole.query.subject { return nil }
        // "The difference between used and available memory" is one thing.
        if case .topic(.term) = whole.query.subject { return nil }
        for list in Clauses.lists(of: text) {
            guard !whole.reader.hasSeveral || list.count > whole.query.gauges.count else { continue }
            let each = list.map { read($0).query }
            guard each.allSatisfy(\.isPlain), Set(each.map(\.subject)).count == each.count else { continue }
            var first = each[0]
            if each.allSatisfy({ !$0.gauges.isEmpty }) {
                guard list.count > max(1, whole.query.gauges.count),
                    each.allSatisfy({ $0.gauges.count == 1 }),
                    Set(each.map(\.statistic)).count == 1
                else { continue }
                first.subject = .gauges(each.flatMap(\.gauges))
            } else {
                first.also = Array(each.dropFirst())
            }
            return first
        }
        return nil
    }

    /// "Average and maximum": the first, with the other statistics of the same figure behind it.
    private static func statistics(_ whole: Read) -> Query? {
        guard !whole.query.gauges.isEmpty, whole.query.form == .value || whole.query.form == .check else {
            return nil
        }
        var first = whole.query
        first.also = whole.reader.otherStatistics.map { statistic in
            var other = whole.query
            other.statistic = statistic
            other.window = other.window ?? TimeWindow(minutes: 60)
            return other
        }
        return first.also.isEmpty ? nil : first
    }

    /// What is asked among what is told.
    private static func clauses(_ text: String, _ whole: Read, _ read: (String, Query?) -> Read) -> Query {
        // "How large is it and how much is free?" is one thing.
        if case .topic(.room) = whole.query.subject { return whole.query }
        if whole.query.isWithNow || whole.reader.isCertain && whole.query.form == .explain {
            return whole.query
        }
        let clauses = Clauses(text)
        guard clauses.isWorthReading, !whole.reader.isOneQuestion || clauses.asksSeveral else {
            return whole.query
        }
        // "My GPU, how warm is it?"
        if whole.query.form == .unmeasured, clauses.all.count == 2, !clauses.all[0].isQuestion,
            clauses.all[0].text.split(separator: " ").count <= 3,
            read(clauses.all[1].text, nil).query.subject != .host
        {
            return whole.query
        }
        var (asked, told): ([Query], [Query]) = ([], [])
        var before: Query?
        var ahead: String?
        for clause in clauses.all {
            let part = read(clause.text, before)
            let query = part.query
            // "Is that bad: 3 OOM kills?"
            if part.mayNeedMore, clause != clauses.all.last {
                ahead = clause.text
                continue
            }
            guard query.isUnderstood else { continue }
            // "How much CPU is user and how much system?"
            if whole.reader.hasSeveral, query.subject == .host { return whole.query }
            if let text = ahead {
                ahead = nil
                let query = read(text, query).query
                before = query
                asked.append(query)
                continue
            }
            if query.form == .order { return query }
            // "The backups fail. Why?" asks of what can be known.
            guard clause.isQuestion || query.form != .unmeasured && !part.reader.isWholeByDefault else {
                continue
            }
            if clause.isQuestion || query.isFigure && clauses.all.count == 2 && clause.isNoun {
                asked.append(query)
            } else {
                told.append(query)
            }
            before = query
        }
        // "Did it change, and by how much?"
        if asked.count > 1, case .topic(.difference(let gauge)) = asked[1].subject,
            asked[0].gauges == [gauge],
            asked[0].statistic == .trend || asked[0].asksChange
        {
            asked.removeFirst()
        }
        guard var first = asked.first else {
            return whole.query.isUnderstood ? whole.query : told.last ?? whole.query
        }
        // "Are you sure? It felt slow a few minutes ago."
        if first.subject == .topic(.product(.trust)), let claim = told.last, claim.subject != .host {
            first = claim
            if claim.subject == .slow { first.form = .why }
        }
        // "It feels slow, what's wrong?"
        if first.subject == .host, first.form != .compare, told.contains(where: { $0.subject == .slow }) {
            (first.form, first.subject) = (.why, .slow)
        }
        // "Somebody complained at 3 pm, was something off then?"
        if first.window == nil, [.findings, .host, .slow].contains(first.subject),
            whole.reader.says("then", "at that time")
        {
            first.window = whole.reader.namedWindow
        }
        first.also = asked.dropFirst().filter { $0 != first && !$0.isTold(with: first) }.prefix(2).map(\.self)
        if [.findings, .topic(.summary)].contains(first.subject), whole.reader.saysInOrder {
            (first.subject, first.isInOrder, first.also) = (.findings, true, [])
            return first
        }
        // "And writing? The most?"
        if first.statistic == .now, whole.query.statistic != .now,
            first.form == .value && first.also.isEmpty || first.form == .unmeasured,
            first.gauges == whole.query.gauges, !first.gauges.isEmpty, whole.query.form == .value
        {
            return whole.query
        }
        first.isBrief = first.isBrief || whole.query.isBrief
        first.leftOut = whole.reader.question.leftOut
        return first
    }

    /// Whether it is a thing that is known by its name, without any condition.
    private var isPlain: Bool {
        form == .value && subject != .nothing && subject != .host && unknownWords.isEmpty && window == nil
    }

    /// Whether a figure is named, without any condition.
    private var isFigure: Bool {
        form == .value && !gauges.isEmpty && threshold == nil && unknownWords.isEmpty
    }

    /// Whether the answer to the one before tells it as well: "did it change, and by how much?", "the highest, and when?"
    private func isTold(with other: Query) -> Bool {
        // Nothing is gained by what is not known.
        if form == .unmeasured, subject == .nothing, other.form != .unmeasured { return true }
        if form == .when, [.peak, .low].contains(statistic), other.form == .value {
            return statistic == other.statistic && !gauges.isEmpty && Set(gauges).isSubset(of: other.gauges)
        }
        if form == .duration, other.form == .check, let threshold, other.window != nil {
            return threshold == other.threshold && gauges == other.gauges
        }
        if subject == .findings, other.subject == .findings, other.form == .count { return true }
        guard case .topic(.difference(let gauge)) = subject else { return false }
        return subject == other.subject && window == other.window && comparison == other.comparison
            || other.asksEver && other.gauges == [gauge]
    }

    /// Whether it is more than talk and words that say nothing.
    private var isUnderstood: Bool {
        switch form {
        case .unclear, .greeting, .thanks, .goodbye, .smalltalk, .help: false
        case .explain: !gauges.isEmpty
        default: true
        }
    }
}
