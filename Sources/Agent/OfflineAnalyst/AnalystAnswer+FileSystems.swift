import MaintenanceAPI
import Questions
import Values

/// File systems: how many, how full, which do not answer.
extension AnalystAnswer {
    var shown: [StatusResult.FileSystem] { shownSystems }

    var fileSystems: [String] {
        guard let status else { return [Self.noData] }
        let count = status.fileSystems.count
        let title = "\(count) file system\(count == 1 ? " is" : "s are") mounted"
        if let threshold = question.threshold { return fileSystems(beyond: threshold) }
        if question.isLowest, let least = emptiest {
            guard question.isOfBothEnds, let fullest else { return [least] }
            return ["\(least.withoutStop); \(fullest)"]
        }
        if question.form == .count { return ["\(title)."] }
        let known = question.count == nil ? shown : shown.filter { $0.usedPercent != nil }
        let each = known.prefix(question.count ?? 8).map { system in
            if system.doesNotAnswer == true { return "\(system.name) does not answer" }
            let used = system.usedPercent.map { " \($0.text(1)) %" } ?? ""
            return "\(system.name)\(used)"
                + (system.availableBytes.map { " (\(Quantity.size($0)) free)" } ?? "")
        }
        let left = status.fileSystems.leftOut.map { "; \($0) more" } ?? ""
        return [(question.count == nil ? "\(title): " : "") + "\(each.joined(separator: ", "))\(left)."]
    }

    var emptiest: String? {
        let known = shown.filter { $0.usedPercent != nil }
        let least =
            question.isOfRoom
            ? known.max { ($0.availableBytes ?? 0) < ($1.availableBytes ?? 0) }
            : known.min { ($0.usedPercent ?? 0) < ($1.usedPercent ?? 0) }
        guard let least, let used = least.usedPercent else { return nil }
        let free = least.availableBytes.map { Quantity.size($0) }
        if question.isOfRoom, let free {
            return "\(least.name) has the most room: \(free) free (\(used.text(1)) % used)."
        }
        return "\(least.name) is the emptiest: \(used.text(1)) % used\(free.map { ", \($0) free" } ?? "")."
    }

    func fileSystems(beyond threshold: Query.Threshold) -> [String] {
        let found = shown.filter { system in
            system.usedPercent.map { threshold.isAbove ? $0 > threshold.value : $0 < threshold.value }
                ?? false
        }
        let each = found.map { "\($0.name) \(($0.usedPercent ?? 0).text(1)) %" }
        guard !each.isEmpty else {
            return [
                "None"
                    + (shown.first { $0.usedPercent != nil }.map {
                        ": the fullest, \($0.name), is at \(($0.usedPercent ?? 0).text(1)) %."
                    } ?? ".")
            ]
        }
        let count = question.form == .count ? "\(Self.word(each.count).sentence): " : ""
        return ["\(count)\(each.joined(separator: ", "))."]
    }

    var hungMounts: [String] {
        guard let status else { return [Self.noData] }
        let hung = shown.filter { $0.doesNotAnswer == true }.map(\.name)
        let count = status.fileSystems.count
        let asksGood = !question.suspectsHang
        guard !hung.isEmpty else {
            return ["\(asksGood ? "Yes" : "No"): \(Self.all(count, "answers", "answer"))."]
        }
        return [
            "\(asksGood ? "No" : "Yes"): \(hung.joinedWithAnd) \(hung.count == 1 ? "does" : "do") not answer."
        ]
    }

    static func all(_ count: Int, _ one: String, _ many: String) -> String {
        switch count {
        case 1: "the file system \(one)"
        case 2: "both file systems \(many)"
        default: "all \(count) file systems \(many)"
        }
    }

    var readOnly: [String] {
        guard let status else { return [Self.noData] }
        let systems = shown.filter { $0.isReadOnly == true }.map(\.name)
        let verb = systems.count == 1 ? "is" : "are"
        return systems.isEmpty
            ? ["No: \(Self.all(status.fileSystems.count, "is", "are")) mounted read-write."]
            : ["Yes: \(systems.prefix(3).map(\.self).joinedWithAnd) \(verb) mounted read-only."]
    }
}
