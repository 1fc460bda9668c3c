import MaintenanceAPI

/// The same question of something else: "and the disk?" after "will memory last until tonight?"
extension QuestionReader {
    /// What it names, asked for as the question before asked for something of another kind.
    func inTheSameWay(_ previous: Query) -> Query {
        var own = question
        if own.window == nil, case .gauges = own.subject { own.window = previous.window }
        guard question.form == .value, !saysForm, !saysStatistic, case .gauges(let asked) = question.subject,
            question.threshold == nil, question.comparison == nil, words.plain.count <= 7
        else { return own }
        switch (previous.form, previous.subject) {
        case (.until, .memory), (.until, .disk), (.until, .swap):
            guard let subject = Self.filling(asked) else { return own }
            var next = previous
            (next.subject, next.names, next.also) = (subject, question.names, [])
            return next
        case (_, .changes), (.compare, .host), (.compare, .slow):
            let comparison =
                previous.comparison
                ?? previous.window.map { .before($0.isMoment ? $0.middleMinutesAgo : $0.minutes) }
            guard let comparison else { return own }
            if previous.window?.isMoment == true { own.window = nil }
            (own.form, own.comparison) = (.compare, comparison)
            (own.isYesNo, own.direction, own.suspectsTrouble) = (
                previous.isYesNo, previous.direction, previous.suspectsTrouble
            )
            return own
        case (.check, .host)
        where asked.first?.rawValue.hasPrefix("network") ?? false && previous.window == nil:
            (own.form, own.subject, own.window) = (.check, .networkOK, nil)
            own.suspectsNetworkTrouble = previous.suspectsTrouble
            return own
        case (.check, .host) where previous.window == nil && !previous.isOfService:
            (own.form, own.suspectsTrouble) = (.check, previous.suspectsTrouble)
            return own
        // "And the network?", after whether the disk is busy.
        case (_, .topic(.activity(let activity, _))):
            guard let resource = namedResource else { return own }
            var next = previous
            (next.subject, next.also) = (.topic(.activity(activity, of: resource)), [])
            return next
        default: return own
        }
    }

    /// The one resource that it names.
    private var namedResource: Query.Resource? {
        let named = Self.resources.filter { !$0.concepts.isDisjoint(with: concepts) }
        return named.count == 1 ? named[0].resource : nil
    }

    /// What can be full.
    private static func filling(_ gauges: [Gauge]) -> Query.Subject? {
        guard let name = gauges.first?.rawValue else { return nil }
        return name.hasPrefix("memory")
            ? .memory
            : name.hasPrefix("swap")
                ? .swap : ["diskUsed", "diskFree", "diskTotal"].contains(name) ? .disk : nil
    }

    /// The further statistics of the question before, of what this one asks for: "average and maximum", "and for the CPU?"
    func withStatistics(of previous: Query, _ query: Query) -> Query {
        guard query.also.isEmpty, !previous.also.isEmpty, query.form == .value, previous.form == .value,
            query.statistic == previous.statistic, !saysStatistic, !query.gauges.isEmpty,
            previous.also.allSatisfy({ $0.form == .value && $0.gauges == previous.gauges })
        else { return query }
        var next = query
        next.also = previous.also.map { other in
            var own = other
            (own.subject, own.window, own.names) = (query.subject, query.window, query.names)
            return own
        }
        return next
    }

    // MARK: The same part

    /// "And RAM?" after the CPU of the probe, of the relay, of the container: of the same.
    static func ofTheSamePart(_ before: [Gauge], _ asked: [Gauge]) -> Gauge? {
        let (isMemory, isCPU) = (asked == [.memoryUsed], asked == [.cpuBusy])
        let isDisk = asked.contains { $0.rawValue.hasPrefix("disk") }
        let fulls: Set<Gauge> = [.cpuPressureFull, .memoryPressureFull, .ioPressureFull]
        if let first = before.first, fulls.contains(first), asked.count == 1, isMemory || isCPU || isDisk {
            return isMemory ? .memoryPressureFull : isCPU ? .cpuPressureFull : .ioPressureFull
        }
        let pressures: Set<Gauge> = [.cpuPressure, .memoryPressure, .ioPressure]
        if before.first == .cpuPressureOverMinute, asked.count == 1, isMemory || isDisk {
            return isMemory ? .memoryPressureOverMinute : .ioPressureOverMinute
        }
        if let first = before.first, pressures.contains(first), asked.count == 1, isMemory || isCPU || isDisk
        {
            return isMemory ? .memoryPressure : isCPU ? .cpuPressure : .ioPressure
        }
        return switch before.first {
        case .probeCPU? where isMemory: .probeMemory
        case .probeMemory? where isCPU: .probeCPU
        case .relayCPUTime? where isMemory: .relayMemory
        case .relayMemory? where isCPU: .relayCPUTime
        case .cgroupCPU? where isMemory: .cgroupMemory
        case .cgroupMemory? where isCPU: .cgroupCPU
        default: nil
        }
    }

    /// The pressures of what it names.
    func pressures(overMinute: Bool) -> [Gauge] {
        var pressures: [Gauge] = []
        if has("cpu") { pressures.append(overMinute ? .cpuPressureOverMinute : .cpuPressure) }
        if has("memory") { pressures.append(overMinute ? .memoryPressureOverMinute : .memoryPressure) }
        if has("disk", "io") { pressures.append(overMinute ? .ioPressureOverMinute : .ioPressure) }
        return pressures
    }

    private static let fullOfSome: [Gauge: Gauge] = [
        .cpuPressure: .cpuPressureFull, .memoryPressure: .memoryPressureFull, .ioPressure: .ioPressureFull,
        .cpuPressureOverMinute: .cpuPressureFullOverMinute,
        .memoryPressureOverMinute: .memoryPressureFullOverMinute,
        .ioPressureOverMinute: .ioPressureFullOverMinute,
    ]

    /// "Full or some?", "and full?", of pressure.
    var asksSomeOrFull: Bool {
        says("full", "some") && question.window == nil && question.threshold == nil
            && words.plain.allSatisfy {
                [
                    "full", "some", "or", "is", "that", "and", "the", "what", "about", "it", "this", "only",
                    "value",
                ]
                .contains($0)
            }
    }

    func someOrFull(_ previous: Query) -> Query? {
        guard asksSomeOrFull, let gauge = previous.gauges.first,
            let pair = Self.fullOfSome.first(where: { $0.key == gauge || $0.value == gauge })
        else { return nil }
        var next = same(previous)
        next.subject = .gauges((says("some") ? [pair.key] : []) + (says("full") ? [pair.value] : []))
        if next.form != .value { (next.form, next.isYesNo, next.threshold) = (.value, false, nil) }
        return next
    }

    // MARK: Until later

    /// "And in one month?"
    var asksLater: Bool {
        question.window != nil && gauges.isEmpty && words.plain.count <= 9
            && !says(
                "ago", "last", "past", "before", "since", "yesterday", "earlier", "was", "were", "previous")
    }

    func later(_ previous: Query) -> Query? {
        guard asksLater, let window = question.window else { return nil }
        // "And if I wait five minutes?", after whether there is room for more.
        if previous.subject == .topic(.headroom) {
            var next = Query()
            next.subject = .topic(.outlook)
            return next
        }
        guard previous.form == .until || previous.hoursAhead != nil else { return nil }
        var next = previous
        (next.also, next.window) = ([], nil)
        if previous.hoursAhead != nil { next.hoursAhead = max(1, window.minutes / 60) }
        if previous.form == .until { next.horizon = window.minutes }
        return next
    }

    // MARK: If nothing changes

    /// "And if it goes on like this?", "and if I do nothing?"
    var asksIfUnchanged: Bool {
        words.plain.count <= 11 && gauges.isEmpty && says("if", "when", "suppose", "assuming")
            && says(
                "goes on", "go on", "continues", "keeps going", "stays like this", "stays like that",
                "stays this way", "do nothing", "dont do anything", "don't do anything", "nothing changes",
                "nobody does anything", "leave it", "keeps on", "remains like this", "just wait", "ignore it")
    }

    func unchanged(_ previous: Query) -> Query? {
        guard asksIfUnchanged else { return nil }
        var next = same(previous)
        if previous.form == .until { return next }
        switch previous.subject {
        case .processes, .process, .nothing: return nil
        default: break
        }
        next = Query()
        next.subject = .topic(.outlook)
        return next
    }

    // MARK: Another cause

    private static let ofCauses: Set<String> = [
        "is", "it", "could", "be", "that", "because", "of", "due", "to", "cause", "caused", "reason", "maybe",
        "perhaps", "rather", "then", "so", "or", "and", "the", "a", "an", "can", "might", "blame", "fault",
        "by", "not", "about", "what", "how", "faster", "more", "slow", "problem", "instead", "would", "help",
        "limit", "bottleneck", "guilty", "culprit", "may", "from", "with", "also", "too", "ok", "but", "my",
        "our", "slowing", "down", "holding", "back",
    ]
    private static let resources: [(concepts: Set<String>, resource: Query.Resource)] = [
        (["disk", "io"], .disks), (["cpu"], .cpu), (["memory"], .memory), (["network"], .network),
    ]

    /// "So is it the disk?", "could it be the network?", "what about a faster disk?": the resource that it names.
    var cause: Query.Resource? {
        guard words.plain.count <= 9, question.window == nil, question.threshold == nil, !namesHostNames,
            !saysStatistic,
            !says("full", "space", "free", "left", "how much", "how many", "how full", "how busy")
        else { return nil }
        let named = Self.resources.filter { !$0.concepts.isDisjoint(with: concepts) }
        guard named.count == 1,
            words.plain.allSatisfy({ word in
                Self.ofCauses.contains(word)
                    || !Words(word).set.isDisjoint(with: named[0].concepts.union(["host"]))
            })
        else { return nil }
        return named[0].resource
    }

    func caused(_ previous: Query) -> Query? {
        guard let cause else { return nil }
        let isNow = (previous.window?.endsMinutesAgo ?? 0) == 0 && previous.window?.isMoment != true
        let asksForCause = says(
            "is it", "could it", "can it", "might it", "may it", "because of", "due to", "is that", "or is",
            "could that", "faster", "not the", "is the", "would a", "blame", "maybe", "perhaps", "or the")
        switch previous.subject {
        case .topic(.limiting), .bottleneck: break
        case .slow where isNow: guard asksForCause else { return nil }
        default:
            guard isNow && previous.form == .why && asksForCause && !previous.isAtPeak || says("faster")
            else { return nil }
        }
        var next = Query()
        (next.form, next.subject, next.isYesNo) = (.check, .topic(.limiting(cause)), true)
        return next
    }
}
