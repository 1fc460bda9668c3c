import MaintenanceAPI
import Questions
import Values

/// What holds of SysMaint itself.
extension AnalystAnswer {
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
            let kept =
                question.isSince
                ? ""
                : "; they are kept for a day, their means for a week by the minute and for a year by the hour"
            return ["Readings begin at \(short(utc: begin))\(kept)."]
        case .readingCount:
            guard let report = series.first else { return [Self.noData] }
            let begin = report.window.readingsBeginUTC ?? report.window.fromUTC
            return ["There are \(report.readingCount) readings, since \(short(utc: begin))."]
        case .interval:
            let now = series.first?.newest.map { "; it is \(Gauge.probeInterval.text($0.value)) now" } ?? ""
            return [
                "SYSMAINT_PROBE_INTERVAL_MS sets it, in milliseconds, in the environment or in .env\(now)."
            ]
        case .contents:
            return ["\(isAsked ? "No: readings" : "Readings") hold figures and names, no contents of files."]
        case .size:
            return [
                "The readings lie in the agent's state database; that is not measured here: no reading tells its size."
            ]
        case .cipher:
            return [
                "The Signal protocol (PQXDH and Triple Ratchet), end to end; what is stored is sealed with AES-GCM."
            ]
        case .rivals:
            return [
                "I cannot compare myself with other programs: I answer questions about this host from its readings."
            ]
        case .questions:
            return ["I do not count or list your questions; the chat shows what was asked and answered."]
        case .trust:
            return [
                "Figures come from the probe, which reads /proc and /sys; I word them by fixed rules and add none of my own."
            ]
        case .language: return ["I understand English only."]
        case .probe:
            let interval = series.first?.newest.map { " every \(Gauge.probeInterval.text($0.value))" } ?? ""
            return [
                "The probe reads this host's figures\(interval) and sends them, encrypted end to end, to the agent."
            ]
        case .relay:
            return [
                "The relay passes messages on and keeps them until they are fetched; it sees only ciphertext."
            ]
        case .agent:
            return [
                "The agent, which you write to, keeps the probe's readings and answers questions from them."
            ]
        case .dashboard:
            return [
                "\(yes)\(isAsked ? "the" : "The") web interface shows a dashboard with graphs\(usage?.dashboardPort.map { ", on port \($0) (WEB_PORT)" } ?? ""); `sysmaint up` prints its address."
            ]
        case .hosts:
            return [
                "I tell of one host, the one whose probe reports to me; run `sysmaint up` on another machine to ask about that one."
            ]
        case .people:
            return [
                "`sysmaint init --id NAME`, then `sysmaint register --id NAME` create an identity; SYSMAINT_SERVES says whom I answer."
            ]
        case .languageModel:
            return [
                "Set OPENAI_API_KEY, or OPENAI_BASE_URL for any server that speaks Chat Completions, and restart the agent."
            ]
        case .alerts:
            return [
                "\(isAsked ? "No, " : "")I cannot send alerts: I answer when I am asked, and the dashboard shows what needs attention."
            ]
        case .settings:
            return [
                "\(isAsked ? "Yes: flags" : "Flags"), the environment or a .env file set the interval, ports and the rest (.env.example lists all); limits of health are fixed."
            ]
        case .backup:
            return [
                "`sysmaint backup` writes an identity's keys to one encrypted file, `sysmaint restore` reads it; they are in the data folder, sealed."
            ]
        case .verifying:
            return [
                "`sysmaint verify PEER` shows the safety number that you share with a peer; compare it in person."
            ]
        case .stopping:
            return [
                "Ctrl-C where `sysmaint up` runs stops it; its data is in ~/.sysmaint or SYSMAINT_HOME. From here nothing can be changed."
            ]
        case .readings:
            return [
                "CPU, load, pressure, memory, swap, file systems, disks, network, processes, temperatures, the relay and the probe itself."
            ]
        case .unread:
            return [
                "No reading tells logs, what services answer, who is logged in, what single files or connections belong to, GPUs, fans or other hosts."
            ]
        case .example: return ["For example: “which process used most CPU in the last hour?”"]
        case .byHand:
            return [
                "Nothing can be changed from here, and I give no commands: that is done in a shell on the host."
            ]
        case .licence: return ["SysMaint is written in Swift, under the Apache License 2.0."]
        }
    }
}
