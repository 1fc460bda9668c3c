import MaintenanceAPI

/// Another one of several parts, or only one of them.
extension QuestionReader {
    private static let ofOnes: Set<String> = [
        "which", "what", "who", "is", "are", "one", "ones", "the", "and", "of", "them", "these", "those",
        "both", "two", "then", "so", "only", "just", "core", "cores", "disk", "disks", "process",
        "interface", "sensor", "busy", "it", "about", "how", "please", "but", "full", "working", "at", "show",
        "me", "name", "used", "loaded", "filesystem", "partition", "mount", "top", "first", "entry", "line",
    ]
    private static let extremes: Set<String> = [
        "most", "highest", "biggest", "largest", "busiest", "hottest", "warmest", "worst", "fullest",
        "heaviest", "hardest", "busier", "hotter", "fuller", "least", "lowest", "smallest", "idlest",
        "coolest", "coldest", "quietest", "emptiest", "fewest", "laziest", "calmest", "top", "first",
        "lazier", "quieter", "idler", "emptier", "cooler", "smaller", "bigger", "less",
    ]
    private static let leasts: Set<String> = [
        "least", "lowest", "smallest", "idlest", "coolest", "coldest", "quietest", "emptiest", "fewest",
        "laziest", "calmest", "lazier", "quieter", "idler", "emptier", "cooler", "smaller", "less",
    ]

    /// "And the laziest one?", "which one is busier?", "only the biggest one".
    var asksExtremeOne: Bool {
        question.window == nil && question.threshold == nil && words.plain.count <= 8
            && (says("one", "which", "only", "just") || words.plain.count <= 4 && says("the"))
            && !Self.extremes.isDisjoint(with: words.plain)
            && words.plain.allSatisfy { Self.ofOnes.contains($0) || Self.extremes.contains($0) }
            && !says("how long", "how many", "how much")
    }

    func extremeOne(_ previous: Query) -> Query? {
        guard asksExtremeOne else { return nil }
        let isLeast = !Self.leasts.isDisjoint(with: words.plain)
        let isOnly = says("only", "just")
        var next = same(previous)
        switch previous.subject {
        case .cores, .gauges([.busiestCore]):
            next = Query()
            let component = Query.Component(
                kind: .core, measure: .use, rank: isLeast ? .least(1) : .most(1))
            (next.form, next.subject) = (.which, .topic(.component(component)))
        case .topic(.component(var component)):
            component.rank = isLeast ? .least(1) : .most(1)
            (component.number, component.isNamed) = (nil, false)
            (next.form, next.subject, next.isYesNo) = (.which, .topic(.component(component)), false)
        case .processes where isOnly && !isLeast:
            (next.form, next.rank, next.count, next.isLowest) = (.which, nil, nil, false)
        case .gauges([.diskUsed]) where isOnly && !isLeast && previous.names.isEmpty,
            .fileSystems where isOnly && !isLeast:
            next = Query()
            (next.subject, next.rank) = (.gauges([.diskUsed]), 1)
        default: return nil
        }
        return next
    }

    // MARK: On which

    private static let ofParts: Set<String> = [
        "on", "from", "by", "at", "interface", "interfaces", "nic", "card", "link", "device", "disk", "disks",
        "drive", "drives", "core", "cores", "sensor", "sensors", "filesystem", "mount", "partition", "volume",
        "file", "system", "fs", "cpu",
    ]

    /// "On which interface?", of a figure that each of several has.
    var asksOnWhich: Bool {
        says("which", "what") && words.plain.count <= 6 && question.window == nil
            && content.allSatisfy(Self.ofParts.contains) && !content.isEmpty
            && (kindOfComponent != nil
                || says("nic", "card", "device", "drive", "volume", "partition", "mount"))
    }

    func onWhich(_ previous: Query) -> Query? {
        guard asksOnWhich, previous.names.isEmpty, previous.statistic == .now, previous.window == nil,
            let gauge = previous.gauges.first,
            let (kind, measure) = Self.part(of: gauge, isBoth: previous.gauges.count > 1)
        else { return nil }
        var next = Query()
        let component = Query.Component(kind: kind, measure: measure, rank: .most(1))
        (next.form, next.subject) = (.which, .topic(.component(component)))
        return next
    }

    private static func part(
        of gauge: Gauge, isBoth: Bool
    ) -> (Query.Component.Kind, Query.Component.Measure)? {
        switch gauge {
        case .networkReceived: (.interface, isBoth ? .traffic : .received)
        case .networkSent: (.interface, .sent)
        case .receiveErrors, .sendErrors: (.interface, .errors)
        case .receiveDrops, .sendDrops: (.interface, .drops)
        case .diskReads: (.disk, isBoth ? .traffic : .reads)
        case .diskWrites: (.disk, .writes)
        case .diskReadOperations, .diskWriteOperations: (.disk, .operations)
        case .diskWait: (.disk, .wait)
        case .diskBusy: (.disk, .use)
        case .temperature: (.sensor, .temperature)
        case .diskUsed: (.fileSystem, .full)
        case .cpuBusy, .busiestCore: (.core, .use)
        default: nil
        }
    }
}
