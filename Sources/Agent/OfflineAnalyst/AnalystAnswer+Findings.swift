import Foundation
import MaintenanceAPI
import Questions
import Values

/// What stood out, where readings are missing, and what changed.
extension AnalystAnswer {
    var findings: [String] {
        guard let anomalies else { return [Self.noData] }
        let (window, all) = (anomalies.window, anomalies.content)
        if question.asksOngoing, question.about.isEmpty { return ongoing }
        if let pick = question.pick {
            if all.findings.isEmpty, let told = happened(pick) { return [told] }
            return [picked(pick, all.findings)]
        }
        if question.isSince || question.form == .duration || question.form == .when { return findingInTime }
        let labels = question.about.compactMap { $0.traits.metric?.traits.label }
        if !question.about.isEmpty {
            let own = all.findings.filter { finding in labels.contains { finding.summary.hasPrefix($0) } }
            let names = question.about.prefix(2).map(\.name)
            if own.isEmpty, let told = highs { return told }
            guard let first = own.first else {
                return noReadingsFrom(window).map { [$0] } ?? [
                    "\(question.form == .count ? "0 times" : "No"): nothing unusual of \(names.joinedWithAnd) \(stretch(window))."
                ]
            }
            if question.form == .count {
                return [
                    "\(own.count) time\(own.count == 1 ? "" : "s"): \(first.summary), \(moment(first.from))."
                ]
                    + own.dropFirst().prefix(2).map(told)
            }
            return ["Yes: \(first.summary), \(moment(first.from))."] + own.dropFirst().prefix(2).map(told)
        }
        let found = all
        let when = stretch(window)
        if question.form == .count, found.count > 0 || happenings.isEmpty {
            return ["\(found.count) unusual \(found.count == 1 ? "thing" : "things") \(when)."]
                + found.findings.prefix(3).map(told)
        }
        if tellsAll(found.findings) { return happened }
        guard !found.findings.isEmpty else {
            if let none = noReadingsFrom(window) { return [none] }
            let lead = asksIfWell ? "Yes: nothing" : question.isYesNo || isAsked ? "No: nothing" : "Nothing"
            return ["\(lead) unusual \(when)."]
        }
        let yes = question.isYesNo ? asksIfWell ? "No: " : "Yes: " : ""
        if found.count == 1 {
            return found.findings.map { yes.isEmpty ? told($0) : yes + told($0).lowercasedStart }
        }
        // All of a few stand in the first line, each with its figures alone.
        guard found.count > 3 else {
            let each = found.findings.map { finding in
                "\(figures(of: finding)), \(moment(finding.from))\(restart(behind: finding))"
            }
            return ["\(yes)\(found.count) unusual \(when): \(each.joined(separator: "; "))."]
        }
        return ["\(yes)\(found.count) unusual \(when): \(told(found.findings[0]))"]
            + found.findings.dropFirst().prefix(5).map(told)
    }

    /// Whether yes says that nothing stood out.
    private var asksIfWell: Bool {
        question.wantsWhole
            || question.form == .check && question.subject == .host && !question.suspectsTrouble
    }

    /// What is unusual with its figures alone, without how far it is from all before.
    func figures(of finding: AnomalyResult.Finding) -> String {
        let figures = finding.summary.split(separator: ", ").filter { $0.contains(where: \.isNumber) }
        return figures.isEmpty ? finding.summary : figures.joined(separator: ", ")
    }

    /// Since when, how long, or whether again.
    private var findingInTime: [String] {
        guard let anomalies else { return [Self.noData] }
        let labels = question.about.compactMap { $0.traits.metric?.traits.label }
        let own = anomalies.content.findings.filter { finding in
            labels.isEmpty || labels.contains { finding.summary.hasPrefix($0) }
        }.sorted { $0.from < $1.from }
        guard let last = own.last else { return ["No: nothing unusual \(stretch(anomalies.window))."] }
        let span = span(last)
        switch question.form {
        case .duration: return [length(of: last)]
        case .when where question.isEnd:
            return last.to >= now.milliseconds - 180_000
                ? ["It still is: \(last.summary), since \(moment(last.from))."]
                : ["Until \(moment(last.to)): \(span)."]
        case .when: return ["\(moment(last.from).sentence): \(last.summary)."]
        default:
            if last.to >= now.milliseconds - 180_000 {
                return ["Yes: \(last.summary), since \(clock(last.from))."]
            }
            let before = own.dropLast().last { $0.to < last.from - 300_000 }
            return before == nil
                ? ["No: nothing unusual since; the only time was \(told(last))"] : ["Yes: \(span)."]
        }
    }

    private func span(_ finding: AnomalyResult.Finding) -> String {
        "\(finding.summary), from \(clock(finding.from)) to \(clock(finding.to))"
    }

    private func length(of finding: AnomalyResult.Finding) -> String {
        "\(Quantity.length(seconds: Double(finding.to - finding.from) / 1000).sentence): \(span(finding))."
    }

    /// One of several, by time, by weight or by length.
    private func picked(_ pick: Query.Pick, _ findings: [AnomalyResult.Finding]) -> String {
        let inTime = findings.sorted { $0.from < $1.from }
        let picked: AnomalyResult.Finding? =
            switch pick {
            case .at(let place): inTime.dropFirst(place - 1).first
            case .last: inTime.last
            // The tool gives the worst first.
            case .worst: findings.first
            case .longest: inTime.max { $0.to - $0.from < $1.to - $1.from }
            }
        guard let picked else {
            let window = anomalies.map { stretch($0.window) } ?? ""
            return findings.isEmpty
                ? "There was none: nothing unusual \(window)."
                : "There was none: \(findings.count) unusual \(findings.count == 1 ? "thing" : "things") \(window)."
        }
        switch question.form {
        case .when: return "\(moment(picked.from).sentence): \(picked.summary)."
        case .duration: return length(of: picked)
        default: return pick == .longest ? length(of: picked) : told(picked)
        }
    }

    func told(_ finding: AnomalyResult.Finding) -> String {
        "\(finding.summary.sentence), \(moment(finding.from))\(restart(behind: finding))."
    }

    /// Where the host booted while no reading came.
    private func restart(behind finding: AnomalyResult.Finding) -> String {
        guard finding.summary.hasPrefix("no telemetry"), let boot = status?.bootedAtUTC,
            boot >= utcText(finding.from - 60_000), boot <= utcText(finding.to + 300_000)
        else { return "" }
        return ": the host restarted at \(short(utc: boot))"
    }

    var gaps: [String] {
        guard let anomalies else { return [Self.noData] }
        let silences = anomalies.content.findings.filter { $0.summary.hasPrefix("no telemetry") }
        let old = status.flatMap { $0.isStale ? age($0) : nil }
        guard let last = silences.last else {
            return [
                "\(question.wantsWhole ? "Yes" : "No"): no reading is missing \(stretch(anomalies.window))."
            ] + (old.map { [$0] } ?? [])
        }
        let first =
            "\(question.wantsWhole ? "No" : "Yes"): \(last.summary), from \(clock(last.from)) to \(clock(last.to))."
        return [first] + silences.dropLast().suffix(2).map(told) + (old.map { [$0] } ?? [])
    }

    var changes: [String] {
        guard let comparison else {
            if let told = changesSinceBeginning { return told }
            if let anomalies {
                guard question.comparison != nil, let begin = anomalies.window.readingsBeginUTC else {
                    return findings
                }
                return ["There is nothing to compare with: readings begin at \(short(utc: begin))."]
            }
            return question.comparison == nil && question.window == nil
                ? [Self.noData]
                : ["There is not enough data to compare with: readings do not reach back so far."]
        }
        let moved = Metric.allCases.compactMap { metric in
            comparison.series[metric].map { (metric: metric, now: $0.nowMean, before: $0.earlierMean) }
        }
        func size(_ change: (metric: Metric, now: Double, before: Double)) -> Double {
            abs(change.now - change.before) / max(abs(change.before), 1)
        }
        /// By what counts as a change of the series; what hardly changed is not worth telling.
        func weight(_ change: (metric: Metric, now: Double, before: Double)) -> Double {
            abs(change.now - change.before) / change.metric.traits.smallestChange
        }
        let sorted = moved.filter { size($0) > 0.1 }.sorted { weight($0) > weight($1) }
        let minutes = comparison.windowMinutes
        let back = comparison.earlierEndsMinutesBack
        let earlier =
            back == minutes
            ? "the \(span(minutes: minutes)) before"
            : "the same time \(Quantity.length(seconds: Double(back) * 60)) earlier"
        let window = "over the last \(span(minutes: minutes)) against \(earlier)"
        guard let first = sorted.first else {
            return [question.isYesNo ? "No: little changed \(window)." : "Little changed \(window)."]
        }
        func told(_ change: (metric: Metric, now: Double, before: Double)) -> String {
            "\(change.metric.traits.hostLabel) \(change.now > change.before ? "rose" : "fell") from \(change.metric.figure(change.before, digits: 2)) to \(change.metric.figure(change.now, digits: 2))"
        }
        return ["\(question.isYesNo ? "Yes: \(told(first))" : told(first).sentence) \(window)."]
            + sorted.dropFirst().prefix(3).map { "\(told($0).sentence)." }
    }
}
