import MaintenanceAPI
import Values

/// The unit that a first question asks for: "total RAM in MiB", "uptime in hours".
extension QuestionReader {
    private static let unitPattern = Pattern(
        #/\b(?:in|into|to|as)(?: plain)? ([a-z]+)\b(?!\s+(?:of|free|ago|per))/#)

    /// The unit, and the figure in bytes where the usual one is a share.
    mutating func readUnit() {
        guard question.unit == nil, question.form == .value || question.form == .list,
            question.threshold == nil, question.comparison == nil,
            case .gauges(let gauges) = question.subject,
            gauges.count == 1, let gauge = gauges.first,
            let match = text.matches(of: Self.unitPattern).last(where: { unit($0.1) != nil }),
            let unit = unit(match.1)
        else { return }
        switch (gauge.traits.unit, unit.kind) {
        case (.bytes, .bytes), (.bytesPerSecond, .bytes), (.seconds, .time), (.milliseconds, .time): break
        default: return
        }
        question.unit = unit
    }

    private func unit(_ word: Substring) -> Query.AskedUnit? {
        word.count > 1 ? Query.AskedUnit(word: String(word)) : nil
    }
}
