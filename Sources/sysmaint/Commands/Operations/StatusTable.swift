import Foundation
import Logging
import MaintenanceAPI
import RelayAPI

/// The text output of `sysmaint status`: one row per subject.
struct StatusTable {
    let relay: RelayDiagnostics
    /// The host's status, or the reason why it is unknown.
    let host: Result<CurrentStatus, Failure>

    private static let labelWidth = 8
    private static let maxFileSystems = 4

    var text: String {
        rows.map { label, value in
            label.padding(toLength: Self.labelWidth, withPad: " ", startingAt: 0) + value.printableInLine
        }.joined(separator: "\n")
    }

    private var rows: [(label: String, value: String)] {
        let own = [("relay", Self.line(relay))]
        switch host {
        case .failure(let failure):
            let advice = failure.code == .unavailable ? "; --web-url or WEB_PORT names another address" : ""
            return own + [("host", failure.message + advice)]
        case .success(let status):
            let concerns = (status.needsAttention ?? []).map { ("alert", $0.printable) }
            let host = status.sample.map { concerns + Self.rows($0, age: status.ageSeconds) }
            return own + (host ?? [("host", "no reading yet")]) + [("model", Self.line(status.usage))]
        }
    }

    private static func line(_ usage: UsageTotals?) -> String {
        guard let usage else { return "its usage cannot be read" }
        let (tokens, isTooMuch) = usage.promptTokens.addingReportingOverflow(usage.completionTokens)
        return
            "\(Quantity.count(usage.requests, "request")), \(isTooMuch ? .max : tokens) tokens, \(usage.costUSD) USD"
    }

    private static func line(_ relay: RelayDiagnostics) -> String {
        "up \(Quantity.span(seconds: relay.uptimeSeconds)), \(relay.users) identities, "
            + "\(relay.connections) connected, \(Quantity.count(relay.queuedMessages, "message")) waiting"
    }

    private static func rows(_ sample: Sample, age: Double?) -> [(label: String, value: String)] {
        let fileSystems = sample.fileSystems.filter { $0.usedPercent != nil }
            .sorted { ($0.usedPercent ?? 0) > ($1.usedPercent ?? 0) }.prefix(maxFileSystems)
        let rows =
            [("host", host(sample, age: age)), ("cpu", cpu(sample)), ("memory", memory(sample))]
            + fileSystems.map { ("disk", disk($0)) } + [("net", network(sample))]
        return rows.compactMap { label, parts in
            let value = parts.compactMap(\.self).joined(separator: ", ")
            return value.isEmpty ? nil : (label, value)
        }
    }

    private static func host(_ sample: Sample, age: Double?) -> [String?] {
        [
            sample.load.map { load in
                "load " + [load.one, load.five, load.fifteen].map { $0.text(2) }.joined(separator: " ")
            },
            sample.host.uptimeSeconds.map { "up \(Quantity.span(seconds: $0))" },
            age.map { "read \(Quantity.span(seconds: $0)) ago" },
        ]
    }

    private static func cpu(_ sample: Sample) -> [String?] {
        [
            sample.cpu.map { "\(Quantity.percent($0.all.busyPercent)) busy" },
            sample.cpu.map { "\(Quantity.percent($0.all.ioWaitPercent)) waiting for I/O" },
            sample.container?.cpuCores.map { "of the container's \($0.text(2)) cores" }
                ?? sample.host.coreCount.map { Quantity.count($0, "core") },
        ]
    }

    private static func memory(_ sample: Sample) -> [String?] {
        guard let memory = sample.memory else { return [] }
        let limit = sample.container?.memoryMaxBytes == nil ? "" : " (the container's limit)"
        return [
            memory.usedPercent.map { used in
                Quantity.percent(used) + (memory.totalBytes.map { " of \(Quantity.size($0))" } ?? "") + limit
            },
            memory.swapUsedPercent.map { "swap \(Quantity.percent($0))" },
        ]
    }

    private static func disk(_ system: Sample.FileSystem) -> [String?] {
        [
            system.usedPercent.map { used in
                Quantity.percent(used) + (system.totalBytes.map { " of \(Quantity.size($0))" } ?? "")
                    + " at \(system.mountPoint)"
            }
        ]
    }

    private static func network(_ sample: Sample) -> [String?] {
        // The first reading has no rates.
        guard sample.intervalSeconds != nil, !sample.networks.isEmpty else { return [] }
        func rate(_ bytes: (Sample.Network) -> Double) -> String {
            // Values from other programs may be out of range.
            Quantity.size(max(0, min(sample.networks.map(bytes).reduce(0, +), 1e18))) + "/s"
        }
        return ["\(rate(\.receivedBytesPerSecond)) in", "\(rate(\.sentBytesPerSecond)) out"]
    }
}
