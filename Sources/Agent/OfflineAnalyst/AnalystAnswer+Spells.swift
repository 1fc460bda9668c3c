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
        case .check where question.isEnd:
            return "Yes: \(label) was last seen \(moment(last.to))\(using)."
        case .check where !question.isOfPast:
            return "No: \(label) was last seen \(moment(last.to))\(using)."
        case .check: return "Yes: \(label) was seen \(span)\(using)."
        case .duration:
            let length = Quantity.length(seconds: last.seconds)
            return
                "\(isOnce ? "Only in one reading" : "At least \(length)"): \(label) was seen \(span)\(using)."
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

    /// Whether two processes were named at the same time, and when.
    func together(_ labels: [String]) -> String? {
        guard labels.count == 2, let all = top?.spells else { return nil }
        let spells = labels.map { label in all.filter { $0.name == label } }
        for one in spells[0].reversed() {
            for other in spells[1].reversed() {
                let (from, to) = (max(one.from, other.from), min(one.to, other.to))
                if from <= to { return "Yes: both were seen from \(clock(from)) to \(clock(to))." }
            }
        }
        let told = spells.compactMap(\.last).map {
            "\($0.name) was seen from \(clock($0.from)) to \(clock($0.to))"
        }
        return told.isEmpty ? nil : "No: \(told.joined(separator: "; "))."
    }
}
