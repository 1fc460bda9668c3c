import MaintenanceAPI
import Questions
import Values

/// The network, the relay, the probe, and what a model cost.
extension AnalystAnswer {
    var networkState: [String] {
        guard let status else { return [Self.noData] }
        guard let network = status.network else {
            return ["There is no data on that: the readings tell nothing of the network."]
        }
        if question.form == .value {
            let flow = [
                network.receivedBytesPerSecond.map { "\(Gauge.networkReceived.text($0)) in" },
                network.sentBytesPerSecond.map { "\(Gauge.networkSent.text($0)) out" },
            ].compactMap(\.self).joined(separator: ", ")
            let trouble = concerns.first { $0.resource == .network }.map { "; \($0.summary)" } ?? ""
            return ["\(flow)\(trouble)."]
        }
        let rates: [(Double?, String)] = [
            (network.receiveDropsPerSecond, "received packets dropped"),
            (network.receiveErrorsPerSecond, "receive errors"),
            (network.sendDropsPerSecond, "sent packets dropped"),
            (network.sendErrorsPerSecond, "send errors"),
        ]
        let bad = rates.compactMap { rate, words in rate.flatMap { $0 > 0 ? "\($0.text(2)) \(words)" : nil } }
        let isTroubled = status.needsAttention.contains { $0.resource == .network } || !bad.isEmpty
        let retransmits = network.tcpRetransmitsPerSecond.map { "\($0.text(2)) TCP retransmissions" }
        let verdict =
            question.form == .why
            ? "No reading tells why" : isTroubled == question.suspectsNetworkTrouble ? "Yes" : "No"
        let figures = bad.isEmpty ? ["0 received packets dropped", "0 errors"] : bad
        return ["\(verdict): \((figures + [retransmits].compactMap(\.self)).joinedWithAnd) per second."]
    }

    var relayState: [String] {
        guard let relay else { return ["There is not enough data: no reading tells of the relay."] }
        let concern = relay.queuedMessages >= 1000
        let latency = relay.ackLatencyP99Ms.map { ", 99 % acknowledged within \($0.text(1)) ms" } ?? ""
        let figures =
            "\(relay.queuedMessages) messages queued, \(relay.connections) connection\(relay.connections == 1 ? "" : "s")\(latency)"
        let isAsked = question.form == .check
        let verdict = isAsked ? (concern == question.suspectsTrouble ? "Yes: " : "No: ") : ""
        return [
            concern
                ? "\(verdict)messages pile up on the relay: \(figures).".sentence
                : "\(verdict)the relay works: \(figures).".sentence
        ]
    }

    var telemetry: [String] {
        guard let status, let age = status.ageSeconds else {
            return ["No: there is no data, no reading has ever come."]
        }
        let length = Quantity.length(seconds: max(0, age))
        let at = short(utc: status.takenAtUTC)
        if question.subject == .readingAge {
            return ["\(length.sentence): the newest reading was taken at \(at)."]
        }
        if let ahead = status.clockAheadSeconds {
            return ["Yes, but the host's clock is \(Quantity.length(seconds: ahead)) ahead of this one."]
        }
        let asksGood = !question.suspectsSilence
        // "Are the figures fresh or stale?"
        if question.picksVerdict {
            return ["\(status.isStale ? "Old" : "Current"): the newest reading is \(length) old (\(at))."]
        }
        return status.isStale
            ? [
                "\(asksGood ? "No" : "Yes"): the newest reading is \(length) old (\(at)): telemetry may have stopped."
            ]
            : ["\(asksGood ? "Yes" : "No"), the newest reading is \(length) old (\(at))."]
    }

    // MARK: Away

    /// When no reading came, and whether the host booted then.
    /// What readings tell of the host's clock: whether they come from the future.
    var rightnessOfClock: String {
        guard let status else { return Self.noData }
        if let ahead = status.clockAheadSeconds {
            return
                "\(question.suspectsTrouble ? "Yes" : "No"): the host's clock is \(Quantity.length(seconds: ahead)) ahead of this one."
        }
        return
            "\(question.suspectsTrouble ? "No" : "Yes"), as far as readings tell: they do not come from the future; time synchronisation itself is not measured."
    }

    /// How far the clock is off, as far as it can be seen.
    var errorOfClock: String {
        guard let status else { return Self.noData }
        return status.clockAheadSeconds.map {
            "\(Quantity.length(seconds: $0)): the host's clock is that far ahead of this one."
        }
            ?? "Not measured here: no reading comes from the future, but none tells how exact the host's clock is."
    }

    var downtime: [String] {
        guard let anomalies else { return [Self.noData] }
        let silences = anomalies.content.findings.filter { $0.summary.hasPrefix("no telemetry") }.sorted {
            $0.from < $1.from
        }
        let when = stretch(anomalies.window)
        let boot = status.flatMap { status in
            status.uptimeSeconds.flatMap { uptime in
                status.bootedAtUTC.map { (at: short(utc: $0), length: Quantity.length(seconds: uptime)) }
            }
        }
        let isAsked = question.form == .check
        guard let last = silences.last else {
            let up = boot.map { ", and the host has been up for \($0.length)" } ?? ""
            return ["\(isAsked ? "No: no" : "No") reading is missing \(when)\(up)."]
        }
        let length = Quantity.length(seconds: Double(last.to - last.from) / 1000)
        let span = "no reading from \(clock(last.from)) to \(clock(last.to))"
        let wasReboot = status?.bootedAtUTC.map {
            $0 >= utcText(last.from - 60_000) && $0 <= utcText(last.to + 300_000)
        }
        let booted =
            wasReboot == true
            ? boot.map { "; it booted at \($0.at)" } ?? ""
            : boot.map { "; no reboot, up for \($0.length)" } ?? ""
        if status?.isStale == true {
            return ["\(isAsked ? "Yes: " : "")\(length) so far: no reading since \(clock(last.from))."]
        }
        switch question.form {
        case .count: return ["\(silences.count): \(length), \(span)\(booted)."]
        case .when:
            return [
                question.isEnd
                    ? "\(moment(last.to).sentence): \(span)\(booted)."
                    : "\(moment(last.from).sentence), for \(length): \(span)\(booted)."
            ]
        case .why: return ["No reading tells why: \(span)\(booted)."]
        default:
            return ["\(isAsked ? "Yes" : length.sentence): \(isAsked ? "\(length), " : "")\(span)\(booted)."]
        }
    }

    // MARK: Cost

    var spending: [String] {
        guard let usage else { return [Self.noData] }
        let since = usage.sinceUTC.map { " since \(short(utc: $0))" } ?? ""
        switch question.subject {
        case .tokens:
            return [
                "\(usage.promptTokens) prompt and \(usage.completionTokens) completion tokens, in \(usage.requests) requests\(since)."
            ]
        case .requests: return ["\(usage.requests) requests to a language model\(since)."]
        case .budget:
            return usage.dailyBudgetUSD.map {
                [
                    "\($0.text(2)) USD a day; \(usage.costUSD.text(6)) USD spent in \(usage.requests) requests\(since)."
                ]
            }
                ?? [
                    "No daily budget is set; \(usage.costUSD.text(6)) USD spent in \(usage.requests) requests\(since)."
                ]
        case _ where question.form == .check:
            return [
                "\(usage.costUSD > 0 ? "Yes" : "No"): \(usage.costUSD.text(6)) USD for \(usage.requests) requests\(since)."
            ]
        default: return ["\(usage.costUSD.text(6)) USD for \(usage.requests) requests\(since)."]
        }
    }
}
