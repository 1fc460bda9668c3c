import MaintenanceAPI

/// More of what was told: the rest, details, whether it is serious, whether more is needed, and without the cache.
extension QuestionReader {
    // MARK: The rest

    /// "Anything else?", "what else?", "and after that?", of what is wrong.
    var asksForRest: Bool {
        words.plain.count <= 6
            && says(
                "anything else", "something else", "what else", "nothing else", "and after that", "and then")
            && words.plain.allSatisfy {
                Self.pointing.contains($0) || Self.linking.contains($0)
                    || ["anything", "something", "else", "nothing", "there", "wrong", "after", "any"]
                        .contains($0)
            }
    }

    func restOfAll(_ previous: Query) -> Query? {
        guard asksForRest, !previous.isOfService else { return nil }
        switch previous.subject {
        case .host, .slow, .bottleneck, .findings, .changes, .topic(.summary): break
        default: return nil
        }
        var next = Query()
        (next.form, next.subject, next.suspectsTrouble, next.isRest) = (.check, .host, true, true)
        return next
    }

    // MARK: More

    /// "In more detail, please."
    var asksForMore: Bool {
        words.plain.count <= 7 && question.window == nil && gauges.isEmpty
            && says(
                "more detail", "more details", "in detail", "the details", "details please", "detailed",
                "elaborate", "tell me more", "more information", "more info", "more specific", "long version",
                "more please", "some details", "be specific")
    }

    func more(_ previous: Query) -> Query? {
        guard asksForMore else { return nil }
        var next = Query()
        switch previous.subject {
        case .host, .slow, .findings, .changes:
            (next.subject, next.window) = (.topic(.summary), previous.window)
        case .processes(let order): (next.form, next.subject) = (.list, .processes(order))
        case .gauges([.diskUsed]), .gauges([.diskFree]), .fileSystems:
            (next.form, next.subject) = (.list, .fileSystems)
        case .gauges([.cpuBusy]): (next.form, next.subject) = (.list, .cores)
        default: return nil
        }
        return next
    }

    // MARK: Anything serious

    private static let serious: Set<String> = [
        "serious", "bad", "important", "critical", "urgent", "worrying", "dangerous", "alarming", "severe",
        "relevant", "grave",
    ]

    /// "Anything serious?", of what was found.
    var asksAnythingSerious: Bool {
        words.plain.count <= 7
            && says("anything", "something", "any", "was it", "is it", "is that", "was that")
            && !Self.serious.isDisjoint(with: words.plain)
            && words.plain.allSatisfy {
                Self.serious.contains($0) || Self.pointing.contains($0) || Self.linking.contains($0)
                    || ["anything", "something", "any", "there", "really", "among"].contains($0)
            }
    }

    func anythingSerious(_ previous: Query) -> Query? {
        guard asksAnythingSerious, previous.subject == .findings || previous.subject == .changes else {
            return nil
        }
        var next = same(previous)
        (next.form, next.subject, next.about) = (.value, .findings, [])
        (next.asksOngoing, next.isYesNo, next.suspectsTrouble) = (true, true, true)
        (next.window, next.pick) = (nil, nil)
        return next
    }

    // MARK: Need

    private static let ofNeeds: Set<String> = [
        "some", "any", "more", "bigger", "larger", "need", "i", "we", "should", "buy", "add", "another",
        "upgrade", "get", "to", "really", "at", "all", "even", "faster", "would", "help",
    ]

    /// "Do I need more?", of memory, swap or space.
    var asksForNeed: Bool {
        isCheck && words.plain.count <= 8 && says("need", "buy", "add", "upgrade", "get")
            && says("i", "we") && question.window == nil && question.threshold == nil
            && words.plain.allSatisfy {
                Self.pointing.contains($0) || Self.linking.contains($0) || Self.ofNeeds.contains($0)
            } && says("some", "any", "more", "it", "one", "bigger", "larger", "another")
    }

    func need(_ previous: Query) -> Query? {
        guard asksForNeed, previous.form != .explain, let gauge = previous.figures.first else { return nil }
        let name = gauge.rawValue
        let isDisk = name.hasPrefix("disk") && Self.partner(of: gauge) == nil
        // Swap is wanted where memory is short.
        guard isDisk || name.hasPrefix("memory") || name.hasPrefix("swap") else { return nil }
        var next = ofNow(previous, isDisk ? .diskUsed : .memoryUsed)
        (next.form, next.suspectsTrouble, next.isYesNo, next.judgesAmount) = (.check, true, true, true)
        next.threshold = nil
        return next
    }

    // MARK: Without the cache

    /// "Without the cache, I mean", of memory.
    func withoutCache(_ previous: Query) -> Query? {
        guard saysWithoutCache, let gauge = previous.gauges.first else { return nil }
        let wanted: Gauge
        switch gauge {
        case .memoryAvailable, .memoryFree, .memoryTotal: wanted = .memoryFree
        case .memoryUsed, .memoryUsedBytes: wanted = .memoryUsedBytes
        default: return nil
        }
        var next = ofNow(previous, wanted)
        (next.form, next.threshold, next.isYesNo) = (.value, nil, false)
        return next
    }

    var saysWithoutCache: Bool {
        words.plain.count <= 9 && question.window == nil
            && says(
                "without the cache", "without cache", "without caches", "without the page cache",
                "without page cache", "without buffers", "minus cache", "minus the cache",
                "cache not counted",
                "not counting the cache", "not counting cache", "without the caches")
    }
}
