import MaintenanceAPI
import Questions
import Values

/// When a process ran that the newest reading no longer names, and what it used at most.
extension AnalystAnswer {
    func ran(_ label: String) -> String? {
        let spells = (top?.spells ?? []).filter { $0.name == label }
        guard let last = spells.last else { return nil }
        let isOnce = last.from == last.to
        let span = isOnce ? "at \(clock(last.from))" : "from \(clock(last.from)) to \(clock(last.to))"
        let cpu = last.peakCPUPercentOfOneCore.map { "up to \($0.text(1)) % of one core" }
        let memory = last.peakResidentBytes.map { "up to \(Quantity.size($0)) of memory" }
        let use = [cpu, memory].compactMap(\.self).joinedWithAnd
        let using = use.isEmpty ? "" : ", using \(use)"
        let gauges = question.isOfFirst ? question.about : question.gauges
        switch question.form {
        case .count where spells.count > 1:
            return "\(spells.count) times in the last day; the last time \(span)."
        case .check where !question.isOfPast:
            return "No: \(label) was last seen \(moment(last.to))\(using)."
        case .check: return "Yes: \(label) was seen \(span)\(using)."
        case .duration:
            let length = Quantity.length(seconds: last.seconds)
            return "\(isOnce ? "Only in one reading" : length.sentence): \(label) was seen \(span)\(using)."
        case .when where question.isEnd, .until:
            return "\(moment(last.to).sentence): \(label) was seen \(span)\(using)."
        case .when: return "\(moment(last.from).sentence): \(label) was seen \(span)\(using)."
        default: break
        }
        if gauges.contains(where: { $0.rawValue.hasPrefix("memory") }), let memory {
            return "\(label) used \(memory), seen \(span)."
        }
        if gauges.contains(where: { $0.rawValue.hasPrefix("cpu") }), let cpu {
            return "\(label) used \(cpu), seen \(span)."
        }
        return "\(label) was seen \(span)\(using)."
    }
}
