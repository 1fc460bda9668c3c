import MaintenanceAPI

/// A number that is named, judged as a value of the figure that was asked about before.
extension QuestionReader {
    private static let ofNumber: Set<String> = [
        "is", "bad", "good", "ok", "okay", "much", "high", "low", "a", "lot", "too", "normal", "fine", "that",
        "dangerous",
        "problem", "an", "issue", "critical", "worrying", "healthy", "acceptable", "usage", "hmm", "are",
        "alarming",
        "concerning", "many", "of", "it", "really", "safe", "something", "to", "worry",
    ]

    /// "Is 42 % bad?", after a figure.
    var judgesNamedNumber: Bool {
        guard question.window == nil, gauges.isEmpty, !namesHostNames, isCheck else { return false }
        let rest = content.filter {
            !Self.ofNumber.contains($0) && !["%", "percent", "degrees"].contains($0)
        }
        return rest.count == 1 && rest.allSatisfy { number($0) != nil }
            && !Self.judging.intersection(Self.ofNumber).subtracting(["is", "a", "of", "too", "to"])
                .isDisjoint(with: words.plain)
    }

    func judgedNumber(_ previous: Query) -> Query? {
        guard judgesNamedNumber, let gauge = previous.figures.first,
            let value = content.compactMap(number).first
        else { return nil }
        var next = ofNow(previous, gauge)
        (next.form, next.judged, next.threshold, next.isYesNo) = (.judge, Double(value), nil, true)
        next.suspectsTrouble = !says("ok", "okay", "fine", "good", "normal", "healthy", "acceptable", "safe")
        return next
    }
}
