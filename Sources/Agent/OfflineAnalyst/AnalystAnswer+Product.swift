import MaintenanceAPI
import Questions
import Values

/// What no reading holds, and what holds of SysMaint itself.
extension AnalystAnswer {
    // MARK: What no reading holds

    /// The figures that come nearest stand behind it.
    var absent: [String]? {
        guard case .topic(.absent(let thing, let nearest)) = question.subject else { return nil }
        let lead = "That is not measured here: no reading tells \(thing)."
        guard !nearest.isEmpty, !series.isEmpty else { return [lead] }
        let figures = gaugeLines(nearest).first.map { " Nearest: \($0.lowercasedStart)" } ?? ""
        return [lead + figures]
    }

    // MARK: SysMaint itself

    func product(_ fact: Query.ProductFact) -> [String] {
        let yes = isAsked ? "Yes: " : ""
        switch fact {
        case .version: return [usage.map { "SysMaint \($0.programVersion)." } ?? Self.noData]
        case .encryption:
            return [
                "\(yes)\(isAsked ? "messages" : "Messages") and readings are encrypted end to end; the relay sees only ciphertext."
            ]
        case .readers:
            return [
                "\(isAsked ? "Only" : "Only") sender and receiver can read a message, the relay sees ciphertext; I read only what is sent to me."
            ]
        case .elsewhere:
            return [
                "The built-in analyst sends nothing elsewhere. A language model that is configured gets questions and figures, with labels for names."
            ]
        case .units:
            return [
                "GB counts in decimal powers, GiB in binary ones, so that a GiB is somewhat larger. Sizes here are in GiB and MiB."
            ]
        case .storage: return ["In the agent's state database, on the machine where the agent runs."]
        case .retention:
            guard let report = series.first else { return [Self.noData] }
            let begin = report.window.readingsBeginUTC ?? report.window.fromUTC
            return ["Readings begin at \(short(utc: begin))."]
        case .questions:
            return ["I do not count or list your questions; the chat shows what was asked and answered."]
        case .trust:
            return [
                "Figures come from the probe's readings; I word them by fixed rules and add none of my own."
            ]
        case .language: return ["I understand English only."]
        case .licence: return ["SysMaint is written in Swift, under the Apache License 2.0."]
        }
    }
}
