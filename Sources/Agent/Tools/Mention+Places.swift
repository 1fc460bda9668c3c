import MaintenanceAPI
import Questions
import Values

/// Disks, interfaces and paths that a question names, whether they are there or not.
extension Mention {
    private static let maxPlaceCount = 2

    static func devices(in question: Wording, of sample: Sample, names: inout HostNames) -> [Mention] {
        let disks = Set(sample.disks.map(\.device))
        let interfaces = Set(sample.networks.map(\.interface))
        var mentions: [Mention] = []
        for word in question.words where mentions.count < maxPlaceCount {
            let kind: HostNames.Kind
            if disks.contains(word) || Query.isNameOfDisk(word) {
                kind = .disk
            } else if interfaces.contains(word) && !Query.isOrdinary(word) || Query.isNameOfInterface(word) {
                kind = .interface
            } else {
                continue
            }
            let isThere = kind == .disk ? disks.contains(word) : interfaces.contains(word)
            mentions.append(
                Mention(
                    name: word, written: word, label: names.label(word, kind), kind: kind,
                    relation: isThere ? .named : .missing))
        }
        return mentions
    }

    private static let hostPattern = Pattern(
        #/(?i)(?:web|www|db|app|srv|server|host|node|prod|mail|vm|nas|cache|api|proxy|backup|worker)(?:[-_](?:prod|dev|test|stage|staging|web|db|app))?[-_]?\d{1,3}/#
    )

    /// What is called as hosts are, and is not the one that reports.
    static func otherHosts(
        in question: Wording, than name: String?, besides mentions: [Mention], names: inout HostNames
    ) -> [Mention] {
        let own = name?.lowercased() ?? ""
        let other = question.words.first { word in
            word.wholeMatch(of: hostPattern) != nil && word.lowercased() != own
                && !own.hasPrefix(word.lowercased() + ".")
                && !mentions.contains { $0.name.lowercased() == word.lowercased() || $0.written == word }
        }
        guard let other else { return [] }
        return [
            Mention(
                name: other, written: other, label: names.label(other, .host), kind: .host, relation: .missing
            )
        ]
    }

    /// Paths that are no mount points: each lies on the file system with the longest mount point above it.
    static func paths(
        in question: Wording, of sample: Sample, besides mentions: [Mention], names: inout HostNames
    ) -> [Mention] {
        // A mount point that was left out of the reading may be nearer.
        guard sample.fileSystemsLeftOut == nil else { return [] }
        let mountPoints = sample.fileSystems.map(\.mountPoint)
        var paths: [Mention] = []
        for word in question.words where paths.count < maxPlaceCount {
            guard word.count > 1, word.count <= HostNames.maxNameLength, word.first == "/",
                word.dropFirst().first != "/",
                !mountPoints.contains(word), !mentions.contains(where: { $0.written == word }),
                let mountPoint = mountPoints.filter({ word.hasPrefix($0 == "/" ? "/" : $0 + "/") }).max(by: {
                    $0.count < $1.count
                })
            else { continue }
            paths.append(
                Mention(
                    name: word, written: word, label: names.label(mountPoint, .filesystem), kind: .filesystem,
                    relation: .path(names.label(word, .filesystem))))
        }
        return paths
    }

    /// What a model is told of it.
    var told: String {
        switch relation {
        case .named: "\"\(name)\" is \(label)"
        case .path: "\"\(name)\" lies on \(label)"
        case .earlier: "\"\(name)\" was \(label), which the newest reading does not name"
        case .missing: "there is no \(kind.rawValue) \"\(name)\""
        }
    }
}
