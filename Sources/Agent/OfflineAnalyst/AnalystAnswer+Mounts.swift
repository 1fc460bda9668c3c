import MaintenanceAPI
import Questions
import Values

/// Mounts: how many answer, since when one does not, and of which type they are.
extension AnalystAnswer {
    func mounts(answering: Bool) -> [String] {
        guard let systems = status?.fileSystems else { return [Self.noData] }
        let silent = systems.notAnsweringCount ?? 0
        if silent == 0, !answering { return ["None: \(Self.all(systems.count, "answers", "answer"))."] }
        let names = systems.shown.filter { $0.doesNotAnswer == true }.prefix(3).map(\.name)
        let who = silent == 0 ? "" : ", \(silent) \(silent == 1 ? "does" : "do") not: \(names.joinedWithAnd)"
        let count = answering ? systems.answeringCount : silent
        let verb = count == 1 ? "does not answer" : "do not answer"
        let rest = answering ? "\(count == 1 ? "answers" : "answer")\(who)" : verb
        let own = answering || silent == 0 ? "" : ": \(names.joinedWithAnd)"
        return ["\(count == 0 ? "None" : "\(count)") of \(systems.count) file systems \(rest)\(own)."]
    }

    var hangSince: [String] {
        let label = mentions.first { $0.kind == .filesystem }?.label
        let hung = shown.filter { $0.doesNotAnswer == true && (label == nil || $0.name == label) }
        guard let first = hung.first else {
            let name = label ?? shown.first?.name
            return [
                name.map { "It answers: \(label == nil ? "no mount hangs" : "\($0) does not hang")." }
                    ?? Self.noData
            ]
        }
        guard let silence = forecast?.fileSystems.first(where: { $0.name == first.name })?.silence else {
            return ["\(first.name) does not answer; the readings do not tell since when."]
        }
        let length = Quantity.length(seconds: silence.sinceAgeSeconds)
        if silence.mayBeLonger == true {
            return [
                "At least since \(clock(silence.since)), \(length) ago: \(first.name) did not answer in any reading since."
            ]
        }
        return [
            question.asksLength
                ? "For \(length): \(first.name) does not answer since \(clock(silence.since))."
                : "Since \(clock(silence.since)), \(length) ago: \(first.name) does not answer."
        ]
    }

    var fileSystemTypes: [String] {
        let label = mentions.first { $0.kind == .filesystem }?.label
        let systems = shown.filter { label == nil || $0.name == label }
        let typed = systems.compactMap { system in system.type.map { "\($0) on \(system.name)" } }
        guard !typed.isEmpty else { return ["The readings tell no usual type of file system there."] }
        return withPath(["\(typed.joined(separator: ", ").sentence)."])
    }
}
