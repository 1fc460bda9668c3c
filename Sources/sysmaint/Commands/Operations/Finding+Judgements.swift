import Agent
import Foundation
import MaintenanceAPI

/// Findings that follow from the given values alone.
extension Finding {
    /// Seconds before a certificate's expiry in which the check warns.
    private static let certificateNotice = 14 * 86_400.0

    /// The finding for a certificate that expires at `end`.
    static func certificate(_ path: String, endingAt end: Date, now: Date) -> Finding {
        let check = "certificate"
        let help = "Renew \(path); the relay reloads it automatically."
        let text = end.formatted(.iso8601)
        guard end > now else { return .failed(check, "it expired at \(text)", help: help) }
        guard end.timeIntervalSince(now) > certificateNotice else {
            return .warning(check, "it expires at \(text)", help: help)
        }
        return .ok(check, "valid until \(text)")
    }

    /// More than one answer in twenty that the analyst had to give is a warning.
    static func answers(of model: String, _ record: ModelRecord) -> Finding {
        let check = "model's answers"
        guard let last = record.last else {
            return .ok(check, "the last \(record.answers) answers of \(model) needed no replacement")
        }
        let text =
            "the offline analyst answered \(record.replaced) of the last \(record.answers) questions in place of \(model), "
            + "last at \(last.at.formatted(.iso8601)): \(last.replacement.reason) (\(last.replacement.code.rawValue))"
        return record.replaced * 20 > record.answers
            ? .warning(
                check, text, help: "Use a model that calls tools well, or none: the analyst needs no model.")
            : .ok(check, text)
    }

    /// Whether the processes of other users can be seen; `mounts` is the content of `/proc/mounts`.
    static func processes(mounts: String, seesFirst: Bool) -> Finding {
        let check = "kernel figures"
        let isHiding = mounts.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            return words.count > 3 && words[2] == "proc"
                && words[3].split(separator: ",").contains {
                    $0.hasPrefix("hidepid=") && $0 != "hidepid=0" && $0 != "hidepid=off"
                }
        }
        guard isHiding, !seesFirst else { return .ok(check, "/proc can be read") }
        return .warning(
            check, "only this user's processes can be seen (/proc is mounted with hidepid)",
            help:
                "To see all of them, run the probe in the group that the mount option gid names, or as root.")
    }

    /// Without AES instructions OpenSSL falls back to tables, which are slower and leak through cache timing.
    /// `text` is the content of `/proc/cpuinfo`.
    static func processor(describedBy text: String) -> Finding {
        let check = "processor"
        // `flags` on x86, `Features` on ARM.
        let lines = text.split(separator: "\n").filter {
            $0.hasPrefix("flags") || $0.hasPrefix("Features")
        }
        guard !lines.isEmpty else { return .ok(check, "its instructions are unknown") }
        guard lines.allSatisfy({ $0.split(separator: " ").contains("aes") }) else {
            return .warning(
                check, "it has no AES instructions: encryption is slower, and its timing may reveal keys",
                help: "Run no untrusted programs on this machine, or use a processor with AES instructions.")
        }
        return .ok(check, "it has AES instructions")
    }

    init(_ check: String, _ finding: EndpointCheck.Finding) {
        let outcome: Outcome =
            switch finding.outcome {
            case .ok: .ok
            case .warning: .warning
            case .failed: .failed
            }
        self.init(check: check, outcome: outcome, detail: finding.detail, help: finding.advice)
    }
}
