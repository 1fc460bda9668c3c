import MaintenanceAPI

/// When, since when, until when, or how long: asked of what was asked about before.
extension QuestionReader {
    private static let moving = [
        "jump", "jumped", "rise", "rose", "increase", "increased", "go up", "went up", "climb", "climbed",
        "grow", "grew",
        "drop", "dropped", "fall", "fell", "go down", "went down", "change", "changed",
    ]

    /// When, since when, until when, or how long.
    func timeOfTheSame(_ previous: Query, _ same: Query) -> Query? {
        var next = same
        let isEnd =
            says(
                "calm down", "calmed down", "settle", "back to normal", "recover", "recovered", "until when",
                "till when", "stop", "end", "ended", "stopped", "over") || says("since when") && saysWellAgain
        let isLength =
            says("from when", "how long", "how many minutes", "how many hours", "for how long")
            && !says("since")
        guard
            isLength || question.form == .when || saidForm == .when
                || says("since when", "since what date", "since which date")
                || words.plain == ["since"]
                || isEnd && says("when")
        else { return nil }
        switch previous.subject {
        // Of what did it, when that was.
        case .processes where previous.isAtPeak && !previous.about.isEmpty:
            next = ofNow(previous, previous.about[0])
            (next.form, next.isSince, next.isEnd) = (isLength ? .duration : .when, !isEnd, isEnd)
            next.window = previous.window ?? TimeWindow(minutes: 1440)
        case .memoryLeak where !isEnd && !isLength:
            next = ofNow(previous, .memoryUsed)
            (next.form, next.isSince, next.statistic, next.isYesNo) = (.when, true, .trend, false)
            next.window = TimeWindow(minutes: 1440)
        case .topic(.difference(let gauge)):
            next = ofNow(previous, gauge)
            (next.form, next.isSince, next.isEnd) = (isLength ? .duration : .when, !isEnd, isEnd)
            next.window = previous.window ?? TimeWindow(minutes: 1440)
        case .gauges([.uptime]):
            next = ofNow(previous, .uptime)
            if isLength, says("down", "offline", "away", "gone", "off") {
                (next.form, next.subject) = (.duration, .downtime)
                return next
            }
            (next.form, next.subject) = isLength ? (.value, next.subject) : (.when, .boot)
        case .gauges(let gauges) where !isEnd && !isLength && Self.moving.contains(where: { says($0) }):
            next = ofNow(previous, gauges[0])
            (next.form, next.isSince, next.statistic, next.isYesNo, next.threshold) = (
                .when, true, .trend, false, nil
            )
            next.window = question.window ?? TimeWindow(minutes: 1440)
        case .gauges(let gauges):
            next.form = isLength ? .duration : .when
            next.isSince = !isEnd
            next.isEnd = isEnd
            next.subject = .gauges(Array(gauges.prefix(1)))
            next.comparison = nil
            if !isLength, !says("since", "begin", "began", "start", "started"), !isEnd {
                next.isSince = false
            }
            if next.form == .when, !next.isSince, !isEnd, previous.statistic == .now,
                previous.threshold == nil
            {
                next.statistic = .peak
            } else if next.statistic != .peak, next.statistic != .low {
                next.statistic = .now
            }
            let before = previous.window.flatMap { $0.isMoment ? nil : $0 }
            next.window = question.window ?? before ?? TimeWindow(minutes: 1440)
        case .relay:
            next.subject = .gauges([.relayQueued])
            next.form = .when
            next.isSince = true
            next.window = TimeWindow(minutes: 1440)
        case .processes, .process, .nothing:
            next.form = .when
            next.isSince = true
        case .host, .slow, .bottleneck:
            next.form = .why
            next.isBrief = true
            if next.subject == .bottleneck { next.subject = .slow }
        case .findings:
            next.form = isLength ? .duration : .when
            next.isEnd = isEnd
        case .boot: next.form = isLength ? .duration : .when; if isLength { next.subject = .downtime }
        case .gaps, .downtime:
            next.form = isLength ? .duration : .when; next.subject = .downtime; next.isEnd = isEnd
        case .networkOK:
            next.subject = .gauges([.receiveDrops])
            next.form = .when
            next.isSince = true
            next.window = TimeWindow(minutes: 1440)
        case .hungMount:
            (next.form, next.subject, next.asksLength) = (.when, .topic(.hangSince), isLength)
        default: return nil
        }
        return next
    }
}
