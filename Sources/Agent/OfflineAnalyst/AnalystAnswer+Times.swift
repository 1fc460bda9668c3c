import MaintenanceAPI
import Questions
import Values

/// When, how often and how long.
extension AnalystAnswer {
    func when(_ report: SeriesReport) -> [String] {
        if question.isBefore { return before(report) }
        if question.isSince, question.threshold == nil, question.statistic == .trend,
            question.direction == .up,
            let height = report.height, let highest = report.highest, !height.isOngoing
        {
            let before = height.before.map { " from \(report.gauge.text($0))" } ?? ""
            return [
                "\(moment(height.from).sentence): \(report.name) rose\(before) up to \(report.gauge.text(highest.value)), until \(clock(height.to))."
            ]
        }
        if question.isSince, question.threshold == nil, question.statistic == .trend,
            let since = risingSince(report)
        {
            return [since]
        }
        if question.isSince, question.threshold == nil, let since = report.aboveUsualSince,
            let newest = report.newest
        {
            let usual = report.usual.map { ", usually \(report.gauge.text($0))" } ?? ""
            return [
                "Since \(clock(since)) (\(Quantity.length(seconds: report.age(since))) ago): \(report.nameIs) \(report.gauge.text(newest.value))\(usual)."
            ]
        }
        if question.threshold != nil { return crossing(report) }
        // "When did it grow last?"
        if question.statistic == .trend, !question.isSince, let rise = report.lastRise, rise.value > 0,
            report.gauge.traits.unit != .count
        {
            return ["\(moment(rise.at).sentence): \(report.name) rose by \(report.gauge.text(rise.value))."]
        }
        // What rises steadily has no stretch of its own.
        if question.isSince, !question.isEnd, report.changePerHour != nil,
            [.percent, .bytes, .count].contains(report.gauge.traits.unit), report.gauge != .cpuBusy,
            let since = risingSince(report)
        {
            return [since]
        }
        if question.isSince, !question.isEnd, let present = report.present, present.isOngoing,
            let newest = report.newest
        {
            let ago = Quantity.length(seconds: report.age(present.from))
            return [
                "Since \(clock(present.from)), \(ago) ago: \(report.nameIs) \(report.gauge.text(newest.value)) and still high."
            ]
        }
        if question.isSince, !question.isEnd, !question.asksLength, let correction { return correction }
        if question.isSince || question.isEnd, let height = report.height { return [lasting(report, height)] }
        if question.isSince, let crossing = report.crossing, crossing.times > 0 || report.course == nil {
            return self.crossing(report)
        }
        if question.isSince, let since = risingSince(report) { return [since] }
        if question.pick == .last, let last = report.heights.last {
            let end = last.isOngoing ? ", and it still is" : ", until \(clock(last.to))"
            return [
                "\(moment(last.from).sentence): \(report.name) up to \(report.gauge.text(last.highest.value))\(end)."
            ]
        }
        let isLow = question.statistic == .low
        guard let moment = isLow ? report.lowest : report.highest else { return [noReadings(report)] }
        if report.lowest?.value == report.highest?.value {
            return [
                "\(question.isSince ? "All the time" : "At no time"): \(report.nameWas) \(report.gauge.text(moment.value)) throughout, \(stretch(report.window))."
            ]
        }
        let mean = report.mean.map { "; the mean is \(report.gauge.text($0))" } ?? ""
        return [
            "\(self.moment(moment.at).sentence): \(report.name) \(report.gauge.text(moment.value))\(mean)."
        ]
    }

    /// Since when it rises, or falls.
    private func risingSince(_ report: SeriesReport) -> String? {
        guard let course = report.course, let last = report.last else { return nil }
        let (gauge, isUp) = (report.gauge, course.value < last)
        return
            "Since \(clock(course.at)), \(Quantity.length(seconds: report.age(course.at))) ago: \(report.name) \(isUp ? "rose" : "fell") from \(gauge.text(course.value)) to \(gauge.text(last))."
    }

    /// How long it was as high as at its highest.
    func duration(_ report: SeriesReport) -> [String] {
        guard question.threshold == nil else { return crossing(report) }
        guard let newest = report.highest else { return [noReadings(report)] }
        guard let height = report.height else {
            return [
                "At no time: \(report.nameWas) \(report.gauge.text(newest.value)) at most \(stretch(report.window)), nothing out of the usual."
            ]
        }
        return [lasting(report, height)]
    }

    private func lasting(_ report: SeriesReport, _ height: SeriesReport.Stretch) -> String {
        let gauge = report.gauge
        let most = report.highest.map { gauge.text($0.value) } ?? ""
        if height.isOngoing, question.isEnd {
            return "Not yet: \(report.nameIs) up to \(most), since \(moment(height.from))."
        }
        if height.isOngoing {
            let ago = Quantity.length(seconds: report.age(height.from))
            return "Since \(clock(height.from)), \(ago) ago: \(report.nameIs) up to \(most), and still is."
                .replacing(", and still is", with: question.form == .duration ? " and still high" : "")
        }
        if question.isSince, !question.isEnd, question.form == .when, let newest = report.newest {
            return
                "From \(clock(height.from)) to \(clock(height.to)): \(report.nameWas) up to \(most); \(gauge.text(newest.value)) now."
        }
        let length = Quantity.length(seconds: height.seconds)
        let span = "\(report.nameWas) up to \(most) from \(clock(height.from)) to \(clock(height.to))"
        return question.isEnd
            ? "Until \(moment(height.to)): \(span)." : "\(length.sentence): \(span)."
    }

    /// What was before the stretch that stands out.
    private func before(_ report: SeriesReport) -> [String] {
        let (gauge, name) = (report.gauge, report.name)
        let present = question.isWithNow ? report.newest.map { "; \(gauge.text($0.value)) now" } ?? "" : ""
        func verdict(_ value: Double) -> String {
            guard question.isYesNo, let limit = limit(of: gauge) else { return "" }
            return value >= limit ? "Yes: " : "No: "
        }
        // "Was it earlier?", where nothing goes on now.
        if question.isYesNo, let height = report.height, !height.isOngoing, let highest = report.highest,
            let limit = gauge == .cpuBusy ? Self.busyFrom : limit(of: gauge)
        {
            let told = "\(report.nameWas) up to \(gauge.text(highest.value))"
            return [
                "\(highest.value >= limit ? "Yes" : "No"): \(told) from \(clock(height.from)) to \(clock(height.to))."
            ]
        }
        if let height = report.height, let mean = height.before {
            let verdict = verdict(mean)
            return [
                verdict.isEmpty
                    ? "\(gauge.text(mean)): the mean of \(name) before \(clock(height.from))\(present)."
                    : "\(verdict)\(name) averaged \(gauge.text(mean)) before \(clock(height.from))\(present)."
            ]
        }
        guard let first = report.first else { return [noReadings(report)] }
        let told =
            "\(report.nameWas) \(gauge.text(first)) at the beginning, \(stretch(report.window))\(present)."
        return [verdict(first) + (question.isYesNo ? told : told.sentence)]
    }

    func crossing(_ report: SeriesReport) -> [String] {
        let gauge = report.gauge
        guard let crossing = report.crossing else { return [noReadings(report)] }
        let limit = "\(crossing.isAbove ? "above" : "below") \(gauge.text(crossing.threshold))"
        if question.form == .check, question.window == nil, let newest = report.newest {
            let isBeyond =
                crossing.isAbove ? newest.value > crossing.threshold : newest.value < crossing.threshold
            let told =
                report.part.map {
                    gauge == .diskUsed
                        ? "\($0) is \(gauge.text(newest.value)) full."
                        : "\(report.nameIs) \(gauge.text(newest.value))."
                } ?? sentence(gauge, newest.value).lowercasedStart
            return ["\(isBeyond ? "Yes" : "No"): \(told)"]
        }
        let extreme = crossing.isAbove ? report.highest : report.lowest
        guard crossing.times > 0, let last = crossing.lastAt else {
            let most =
                extreme.map {
                    "\(crossing.isAbove ? "the highest" : "the lowest") was \(gauge.text($0.value)), \(moment($0.at))"
                } ?? "there is no reading"
            let lead = question.form == .check ? "No" : question.form == .count ? "0 times" : "Never"
            return ["\(lead): \(report.nameWas) not \(limit) \(stretch(report.window)); \(most)."]
        }
        let length = Quantity.length(seconds: crossing.seconds)
        switch question.form {
        case .count:
            return [
                "\(crossing.times) time\(crossing.times == 1 ? "" : "s"): \(report.nameWas) \(limit) \(stretch(report.window)), for \(length) in all."
            ]
        case .duration where question.asksShare:
            let share = report.sharePercentBeyond ?? 0
            return [
                "\(share.text(0)) % of the time, \(length): \(report.nameWas) \(limit) \(stretch(report.window))."
            ]
        case .duration:
            return [
                "\(length.sentence): \(report.nameWas) \(limit) \(stretch(report.window)), \(crossing.times) time\(crossing.times == 1 ? "" : "s")."
            ]
        case .when where question.isEnd:
            guard let end = crossing.endedAt, !crossing.isOngoing else {
                return ["It still is: \(report.nameIs) \(limit), since \(moment(last))."]
            }
            return ["Until \(moment(end)): \(report.nameWas) \(limit), since \(moment(last))."]
        case .when:
            let until =
                crossing.isOngoing ? "and still is" : crossing.endedAt.map { "until \(clock($0))" } ?? ""
            return ["\(moment(last).sentence) \(until): \(report.nameWas) \(limit)."]
        default:
            let most = extreme.map { ", up to \(gauge.text($0.value)), \(moment($0.at))" } ?? ""
            return ["Yes: \(report.nameWas) \(limit) for \(length) \(stretch(report.window))\(most)."]
        }
    }
}
