import MaintenanceAPI
import Questions
import Values

/// One of several cores, disks, interfaces, sensors or file systems: by rank, by name, or all of them.
extension AnalystAnswer {
    /// One part of the host: by what it is ranked, and how it is told.
    private struct Part {
        let name: String
        let value: Double
        let text: String
    }

    func components(_ component: Query.Component) -> [String] {
        guard let status else { return [Self.noData] }
        let kind = Self.kind(component.kind)
        let parts = parts(component, status)
        if let missing = missingDevice { return missing }
        guard !parts.isEmpty else { return [none(component.kind)] }
        if component.isNamed,
            let mention = mentions.first(where: { $0.kind == .disk || $0.kind == .interface })
        {
            guard let part = parts.first(where: { $0.name == mention.label }) else {
                return ["No reading tells that of \(mention.label)."]
            }
            return [told(part, component)]
        }
        if let number = component.number {
            guard parts.indices.contains(number) else {
                return [
                    "There is no core \(number); there \(parts.count == 1 ? "is one" : "are \(parts.count), from 0 on")."
                ]
            }
            return [told(parts[number], component)]
        }
        switch component.rank {
        case .even?: return [evenness(parts)]
        case .most(let place)?: return ranked(parts, component, kind, place) { $0.value > $1.value }
        case .least(let place)?: return ranked(parts, component, kind, place) { $0.value < $1.value }
        case nil:
            return ["\(parts.prefix(8).map { "\($0.name) \($0.text)" }.joined(separator: "; ").sentence)."]
        }
    }

    /// That a host that is named does not report.
    var missingHost: [String]? {
        guard let missing = mentions.first(where: { $0.relation == .missing && $0.kind == .host }) else {
            return nil
        }
        let own = status?.hostName.map { "only \($0) does" } ?? "only one host does"
        return ["No host \(missing.label) reports to me; \(own)."]
    }

    /// That a disk or an interface that is named is not there.
    var missingDevice: [String]? {
        guard let missing = mentions.first(where: { $0.relation == .missing && $0.kind != .host }), let status
        else { return nil }
        let kind: Query.Component.Kind = missing.kind == .disk ? .disk : .interface
        let names = allNames(kind, status)
        let others =
            names.isEmpty
            ? "" : "; \(names.count == 1 ? "the only one is" : "there are") \(names.joinedWithAnd)"
        return ["There is no \(Self.kind(kind)) \(missing.label)\(others)."]
    }

    /// "Is core 0 busy?" has yes and no; "how is it doing" has not.
    private func told(_ part: Part, _ component: Query.Component) -> String {
        let asksIdle = component.measure == .free
        let isShare = component.measure == .use || asksIdle && component.kind == .core
        let figure = "\(part.name) \(isShare ? "is " : "")\(part.text)"
        guard question.form == .check, isShare else { return "\(figure).".sentence }
        return "\((asksIdle ? part.value < 20 : part.value >= 50) ? "Yes" : "No"): \(figure)."
    }

    private func ranked(
        _ parts: [Part], _ component: Query.Component, _ kind: String, _ place: Int,
        _ isBefore: (Part, Part) -> Bool
    ) -> [String] {
        let sorted = parts.sorted(by: isBefore)
        guard sorted.indices.contains(place - 1) else {
            return [
                "There \(parts.count == 1 ? "is only one \(kind)" : "are only \(parts.count) of these"): \(sorted.map { "\($0.name) \($0.text)" }.joinedWithAnd)."
            ]
        }
        if parts.count == 1 { return ["\(parts[0].name.sentence), the only \(kind): \(parts[0].text)."] }
        let first = sorted[place - 1]
        let isTie = sorted.allSatisfy { $0.value == first.value }
        if isTie {
            return ["None stands out: \(sorted.prefix(4).map { "\($0.name) \($0.text)" }.joinedWithAnd)."]
        }
        let others = place == 1 ? sorted.dropFirst().prefix(2).map { "\($0.name) \($0.text)" } : []
        return [
            "\(first.name.sentence): \(first.text)\(others.isEmpty ? "" : "; \(others.joined(separator: "; "))")."
        ]
    }

    private func evenness(_ parts: [Part]) -> String {
        guard let most = parts.map(\.value).max(), let least = parts.map(\.value).min() else {
            return Self.noData
        }
        let isEven = most - least <= 20
        let each = parts.prefix(8).map { "\($0.name) \($0.text)" }.joinedWithAnd
        // "Is one core doing all the work?"
        let isSo = question.isLowest ? !isEven : isEven
        return question.form == .check ? "\(isSo ? "Yes" : "No"): \(each)." : "\(each).".sentence
    }

    private static func kind(_ kind: Query.Component.Kind) -> String {
        switch kind {
        case .core: "core"
        case .disk: "disk"
        case .interface: "network interface"
        case .sensor: "sensor"
        case .fileSystem: "file system"
        }
    }

    private func none(_ kind: Query.Component.Kind) -> String {
        switch kind {
        case .sensor: "No temperature sensor is read on this host."
        default: "The readings hold no figure of that for any \(Self.kind(kind))."
        }
    }

    private func allNames(_ kind: Query.Component.Kind, _ status: StatusResult) -> [String] {
        kind == .disk ? status.disks.map(\.name) : status.interfaces.map(\.name)
    }

    private func parts(_ component: Query.Component, _ status: StatusResult) -> [Part] {
        switch component.kind {
        case .core where series.first?.coreMeans.isEmpty == false:
            return (series.first?.coreMeans ?? []).enumerated().map { index, share in
                Part(name: "core \(index)", value: share, text: "\(share.text(1)) % busy on average")
            }
        case .core:
            return status.coreBusyPercent.enumerated().map { index, share in
                Part(name: "core \(index)", value: share, text: "\(share.text(1)) % busy")
            }
        case .disk: return status.disks.compactMap { disk($0, component.measure) }
        case .interface: return status.interfaces.compactMap { interface($0, component.measure) }
        case .sensor:
            return (status.temperatures ?? []).compactMap { sensor in
                sensor.celsius.map { Part(name: sensor.sensor, value: $0, text: Gauge.temperature.text($0)) }
            }
        case .fileSystem: return status.fileSystems.shown.compactMap { system($0, component.measure) }
        }
    }

    private func disk(_ disk: StatusResult.Disk, _ measure: Query.Component.Measure) -> Part? {
        func rate(_ value: Double?) -> String { Gauge.diskReads.text(value ?? 0) }
        switch measure {
        case .wait:
            let text = disk.averageWaitMs.map { "\($0.text(1)) ms a request" } ?? "no requests"
            return Part(
                name: disk.name, value: disk.averageWaitMs ?? 0,
                text: "\(text), \((disk.busyPercent ?? 0).text(1)) % busy")
        case .reads:
            return disk.readBytesPerSecond.map { Part(name: disk.name, value: $0, text: "\(rate($0)) read") }
        case .writes:
            return disk.writtenBytesPerSecond.map {
                Part(name: disk.name, value: $0, text: "\(rate($0)) written")
            }
        case .operations:
            guard let reads = disk.readsPerSecond, let writes = disk.writesPerSecond else { return nil }
            return Part(
                name: disk.name, value: reads + writes,
                text: "\(reads.text(1)) reads and \(writes.text(1)) writes per second")
        case .traffic:
            guard let reads = disk.readBytesPerSecond, let writes = disk.writtenBytesPerSecond else {
                return nil
            }
            return Part(
                name: disk.name, value: reads + writes, text: "\(rate(reads)) read, \(rate(writes)) written")
        default:
            return disk.busyPercent.map { share in
                Part(
                    name: disk.name, value: share,
                    text:
                        "\(share.text(1)) % busy, \(rate(disk.readBytesPerSecond)) read, \(rate(disk.writtenBytesPerSecond)) written"
                )
            }
        }
    }

    private func interface(_ interface: StatusResult.Interface, _ measure: Query.Component.Measure) -> Part? {
        let received = interface.receivedBytesPerSecond ?? 0
        let sent = interface.sentBytesPerSecond ?? 0
        let (into, out) = (Gauge.networkReceived.text(received), Gauge.networkSent.text(sent))
        switch measure {
        case .received: return Part(name: interface.name, value: received, text: "\(into) in")
        case .sent: return Part(name: interface.name, value: sent, text: "\(out) out")
        case .errors:
            return interface.errorsPerSecond.map {
                Part(name: interface.name, value: $0, text: "\($0.text(1)) errors per second")
            }
        case .drops:
            return interface.dropsPerSecond.map {
                Part(name: interface.name, value: $0, text: "\($0.text(1)) packets dropped per second")
            }
        default: return Part(name: interface.name, value: received + sent, text: "\(into) in, \(out) out")
        }
    }

    private func system(_ system: StatusResult.FileSystem, _ measure: Query.Component.Measure) -> Part? {
        switch measure {
        case .size:
            return system.totalBytes.map {
                Part(name: system.name, value: Double($0), text: Quantity.size($0))
            }
        case .free:
            return system.availableBytes.map {
                Part(name: system.name, value: Double($0), text: "\(Quantity.size($0)) free")
            }
        default:
            return system.usedPercent.map { Part(name: system.name, value: $0, text: "\($0.text(1)) % full") }
        }
    }
}
