import MaintenanceAPI
import Questions
import Values

/// A name of the host that a person wrote, and the label under which tools give it.
///
/// Tools hide names, so a model could not tell which label a question is about. Only words that the person wrote are
/// passed on, and none that questions are made of: a process called `memory` changes no question about memory, unless
/// it stands in quotes.
struct Mention: Hashable, Sendable {
    let name: String
    /// How the question names it.
    let written: String
    let label: String
    let kind: HostNames.Kind
    var relation = Relation.named

    /// How what is written stands to what the label is of.
    enum Relation: Hashable, Sendable {
        case named
        /// A path that is no mount point, on the file system of the label; the path has a label too.
        case path(String)
        /// No such disk or interface is there, or no such host reports.
        case missing
        /// A process that an earlier reading of the last day named, and the newest does not.
        case earlier
    }

    static let maxCount = 8

    /// The names of a reading that a question holds.
    ///
    /// `earlier` are the processes that readings of the last day name.
    static func all(in question: String, of sample: Sample, earlier: [String] = [], names: inout HostNames)
        -> [Mention]
    {
        let question = Wording(question)
        let processes = (sample.processes?.topByCPU ?? []) + (sample.processes?.topByMemory ?? [])
        let known: [(String, HostNames.Kind)] =
            processes.map { ($0.name, .process) } + sample.fileSystems.map { ($0.mountPoint, .filesystem) }
        let roles = roles(in: question.text)
        var mentions: [Mention] = []
        for (name, kind) in known where mentions.count < maxCount {
            guard !mentions.contains(where: { $0.name == name && $0.kind == kind }),
                let written = isMentioned(name, in: question)
                    ? name
                    : unversioned(name, kind, in: question) ?? partly(name, kind, in: question) ?? byRole(
                        name, kind, roles)
                        ?? misspelt(name, kind, in: question)
            else { continue }
            mentions.append(Mention(name: name, written: written, label: names.label(name, kind), kind: kind))
        }
        for name in earlier where mentions.count < maxCount {
            guard !processes.contains(where: { $0.name == name }),
                let written = isMentioned(name, in: question)
                    ? name : unversioned(name, .process, in: question) ?? byRole(name, .process, roles),
                !mentions.contains(where: { $0.name == name || $0.written == written })
            else { continue }
            mentions.append(
                Mention(
                    name: name, written: written, label: names.label(name, .process), kind: .process,
                    relation: .earlier))
        }
        return mentions + devices(in: question, of: sample, names: &names)
            + otherHosts(in: question, than: sample.host.name, besides: mentions, names: &names)
            + paths(in: question, of: sample, besides: mentions, names: &names)
    }

    private static let places = [
        "partition", "disk", "volume", "mount", "filesystem", "file system", "fs", "drive", "mount point",
    ]

    /// The last part of a mount point, in one or several: "backups" for `/srv/backup`.
    private static func partly(_ name: String, _ kind: HostNames.Kind, in question: Wording) -> String? {
        if kind == .filesystem, name == "/" { return rootName(in: question.text) }
        guard kind == .filesystem, let last = name.split(separator: "/").last?.lowercased(), last.count >= 3
        else {
            return nil
        }
        guard !Query.isOrdinary(last) else {
            // "The log partition"
            return !Query.isNumber(last) && places.contains { question.holds("\(last) \($0)") } ? last : nil
        }
        return [last, last + "s"].first { question.holds($0) }
    }

    private typealias Role = (role: String, programs: Set<String>)

    private static let roles: [Role] = [
        (
            "database",
            [
                "postgres", "postgresql", "mysqld", "mariadbd", "mysql", "mariadb", "mongod", "redis-server",
                "oracle",
                "sqlservr", "cassandra", "influxd", "clickhouse-serv",
            ]
        ),
        ("web server", ["nginx", "apache2", "httpd", "caddy", "lighttpd", "haproxy", "traefik"]),
        ("webserver", ["nginx", "apache2", "httpd", "caddy", "lighttpd", "haproxy", "traefik"]),
        ("mail server", ["master", "postfix", "exim4", "dovecot", "sendmail"]),
    ]

    private static let usePattern = Pattern(#/\b(?:memory|ram|cpu|running|alive|uses|using)\b/#)
    private static let rolePattern = Pattern(
        #/\b(?:the|our|my|is|does|a|any) (?:\w+ )?(?:database|web ?server|mail server)\b/#)

    /// What processes are for whose use of CPU or memory is asked for.
    private static func roles(in text: String) -> [Role] {
        let named = roles.filter { text.contains($0.role) }
        return named.isEmpty || !text.contains(usePattern) || !text.contains(rolePattern) ? [] : named
    }

    /// A process by what it is for: "the database" for `postgres`.
    private static func byRole(_ name: String, _ kind: HostNames.Kind, _ roles: [Role]) -> String? {
        kind == .process ? roles.first { $0.programs.contains(name.lowercased()) }?.role : nil
    }

    /// The word that is one slip away from a process's name, and no word of its own.
    private static func misspelt(_ name: String, _ kind: HostNames.Kind, in question: Wording) -> String? {
        guard kind == .process, name.count >= 5 else { return nil }
        let name = name.lowercased()
        return question.words.first { word in
            word.count >= 4 && abs(word.count - name.count) <= 1
                && (Query.isSlip(word.lowercased(), of: name) || word.lowercased() + "d" == name)
        }
    }

    private static let rootPattern = Pattern(#/\broot\b/#)
    private static let otherRootPattern = Pattern(
        #/\broot(?: cause| user|'s|s\b| password| login| access| shell)|\bas root\b|/root\b/#)

    /// "Root", where it is no cause, user or directory of one.
    private static func rootName(in text: String) -> String? {
        text.contains("root") && text.contains(rootPattern) && !text.contains(otherRootPattern)
            ? "root" : nil
    }

    /// "Python" for `python3`, "php" for `php8.2`.
    private static func unversioned(_ name: String, _ kind: HostNames.Kind, in question: Wording) -> String? {
        let name = name.lowercased()
        guard kind == .process, let digit = name.firstIndex(where: \.isNumber),
            name[digit...].allSatisfy({ $0.isNumber || $0 == "." })
        else { return nil }
        let plain = String(name[..<digit])
        return plain.count >= 3 && !Query.isOrdinary(plain) && question.holds(plain) ? plain : nil
    }

    private static let separatorPattern = Pattern(
        #/\b(?!(?:on|of|in|is|at|for|from|to|does|has|and|or|under|mount|partition|filesystem|fs|disk|about|with|root|was|will|did|are|than|until|till|when|before|after|if|would|should|can|could|like|system|device|volume|called|does|fill|filling|remount)\b)[a-z]+ / (?!(?:is|at|be|will|was|gets|has|fills|full|mounted|now|usage|have|and|or)\b)[a-z]+/#
    )

    private static func isMentioned(_ name: String, in question: Wording) -> Bool {
        guard !name.trimmed.isEmpty, name.count <= HostNames.maxNameLength else { return false }
        // "RAM total / available"
        if name == "/", question.text.contains(" / "), question.text.contains(separatorPattern) {
            return false
        }
        if question.quotes(name) { return true }
        let name = name.lowercased()
        guard Query.isOrdinary(name) else { return question.holds(name) }
        // "A process called yes", "is yes still running?"
        return [
            "called \(name)", "named \(name)", "the \(name) process", "process \(name) running",
            "does \(name) use", "does \(name) take", "is \(name) using", "is \(name) taking",
            "has \(name) used",
            "has \(name) taken", "did \(name) use", "did \(name) take", "did \(name) run",
            "was \(name) running",
            "what is \(name) doing", "tell me about \(name)", "that \(name) takes", "that \(name) uses",
            "kill \(name)",
        ]
        .contains { question.holds($0) }
            || ["is \(name) ", "has \(name) been "].contains { lead in
                ["running", "still running", "already running"].contains { question.holds(lead + $0) }
            }
    }
}
