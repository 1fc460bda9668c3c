import MaintenanceAPI

extension Query {
    /// What a question is about beyond figures of the host as a whole.
    package enum Topic: Hashable, Sendable {
        /// "Is the machine busy?", "is the disk idle?"
        case activity(Activity, of: Resource)
        /// "Is it I/O bound?", "is the disk a bottleneck?"
        case limiting(Resource)
        case component(Component)
        /// The second, third, … process.
        case processAt(Int, Order)
        /// How many processes of one name there are, or whether there is one.
        case processesNamed(String?)
        /// How far a figure is from the most that it can be.
        case limit(Gauge, most: Gauge)
        case loadOfCores
        /// Why the averages of the load differ.
        case courseOfLoad
        /// Whether more can be asked of the host.
        case headroom
        /// Which resource is nearest to its limit, or farthest from it.
        case nearestLimit(isFarthest: Bool)
        /// Whether the host has the right size for what it does.
        case sizing(Sizing)
        /// Whether two figures were highest at the same time.
        case peaksTogether(Gauge, Gauge)
        /// What a state of TCP connections means.
        case tcpState(TCPState)
        case writable
        case clock
        case reboots
        case container, virtualMachine
        /// What is to come: whether it gets better, and what tomorrow brings.
        case course, outlook
        /// How a stretch of time was.
        case summary
        /// From which values on something needs attention.
        case thresholds([Gauge])
        /// How much is free, in percent.
        case freeShare(Resource)
        /// Limits of a container.
        case limits
        /// Whether a process uses more, or less, than so much.
        case processesBeyond(Order)
        /// Something is to be watched from now on.
        case watch([Gauge])
        case product(ProductFact)
        /// How a process can be given less, what to look at next time, and whether swap is missed.
        case taming, nextTime, withoutSwap
        /// How to end the process that uses most.
        case ending(Query.Order)
        /// When a figure will be at the level that the question gives.
        case reaching(Gauge)
        /// How much has to go from file systems so that they are below a level.
        case surplus
        /// By how much a figure differs from what it was, or from what is usual.
        case difference(Gauge)
        /// How fast a figure grows, by the minute where that is asked.
        case growth(Gauge, byMinute: Bool)
        /// From where to where a figure went.
        case range(Gauge)
        /// How a figure was minute by minute.
        case eachMinute(Gauge)
        /// How large something is and how much of it is free.
        case room(Resource)
        /// How many mounts answer, or do not.
        case mountsAnswering(Bool)
        /// Since when a mount does not answer.
        case hangSince
        case fileSystemType
        /// The share of all memory that a process takes.
        case shareOfMemory
        /// What the processes that it names use together.
        case together(Order)
        /// The number of a process: of the one that is named, or that uses most.
        case numberOfProcess(Order)
        /// Where to save: what uses most.
        case relief(Resource)
        /// Whether the problems of now began together.
        case sameStart
        /// What a word means that is no figure.
        case term(Term)
        /// What no reading tells of a process, and the order by which the one is found that is meant, if one is.
        case processProperty(ProcessProperty, Order?)
        /// For which processors the kernel is built, and the one that is asked for.
        case architecture(asked: String?)
        /// Talk that is neither a question nor a greeting.
        case remark(Remark)
        /// It asks after the world, of which no reading tells.
        case elsewhere
        /// What no reading holds, and the figures that come nearest.
        case absent(String, nearest: [Gauge])
    }

    package enum Sizing: String, Hashable, Sendable { case tooSmall, bigEnough, tooBig, moreOfWhich }

    package enum Activity: String, Hashable, Sendable { case busy, idle, overloaded }

    package enum Resource: String, Hashable, Sendable { case host, cpu, memory, disks, network }

    /// Parts of the host of one kind, by one measure.
    package struct Component: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable { case core, disk, interface, sensor, fileSystem }

        package enum Measure: String, Hashable, Sendable {
            case use, wait, reads, writes, operations, traffic, received, sent, errors, drops, temperature
            case size, free, full
        }

        package enum Rank: Hashable, Sendable {
            /// The first, second, … by its measure.
            case most(Int), least(Int)
            case even
        }

        package var kind: Kind
        package var measure: Measure
        /// Nil for all of them, or for the one that is named.
        package var rank: Rank?
        /// The number of a core.
        package var number: Int?
        /// Whether the question names one.
        package var isNamed = false
    }

    /// States of TCP connections that no reading counts.
    package enum TCPState: String, Hashable, Sendable, CaseIterable {
        case closeWait = "CLOSE-WAIT"
        case finWait = "FIN-WAIT"
        case synReceived = "SYN-RECEIVED"
        case synSent = "SYN-SENT"
        case lastAck = "LAST-ACK"

        /// How it may be written, in lower case and with blanks.
        var words: [String] {
            let name = rawValue.lowercased().replacing("-", with: " ")
            return self == .synReceived ? [name, "syn recv"] : [name, name.replacing(" ", with: "")]
        }
    }

    /// What people ask of a process that readings do not hold.
    package enum ProcessProperty: String, Hashable, Sendable {
        case owner = "as which user a process runs"
        case commandLine = "the command line of a process"
        case start = "when a process was started"
        case threads = "how many threads a process has"
        case openFiles = "how many files and connections a process has open"
        case processorTime = "how much CPU time a process has used in all"
        case parent = "which process started another"
    }

    /// What is said in passing, and wants an answer of its own.
    package enum Remark: String, Hashable, Sendable {
        case joke, sleep, maker, nature, apology, agreement, reproach
    }

    package enum ProductFact: String, Hashable, Sendable {
        case version, encryption, readers, storage, retention, questions, licence, elsewhere, trust, language
        case units
        /// What its parts are for.
        case probe, relay, agent, dashboard
        /// How to go on: another host or person, a language model, alerts, settings, backups.
        case hosts, people, languageModel, alerts, settings, backup, verifying, stopping
        /// How many readings there are, and how often one is taken where that is to be changed.
        case readingCount, interval
        /// Whether contents of files are read, how large its data is, with what it encrypts, and what others do better.
        case contents, size, cipher, rivals
        /// What a reading holds.
        case readings
        /// What no reading holds.
        case unread
        /// A question that can be asked, and where is done what is refused.
        case example, byHand
    }
}

extension Query.Topic: CustomStringConvertible {
    package var description: String {
        switch self {
        case .activity(let activity, let resource): "\(activity.rawValue) \(resource.rawValue)"
        case .limiting(let resource): "limiting \(resource.rawValue)"
        case .component(let component): component.description
        case .processAt(let place, let order): "process \(place) by \(order.rawValue)"
        case .processesNamed(let name): "processes named\(name.map { " \($0)" } ?? "")"
        case .limit(let gauge, _): "limit of \(gauge.rawValue)"
        case .loadOfCores: "load of cores"
        case .courseOfLoad: "course of load"
        case .headroom: "headroom"
        case .nearestLimit(let isFarthest): isFarthest ? "farthest from limit" : "nearest to limit"
        case .sizing(let size): "sizing \(size.rawValue)"
        case .peaksTogether(let first, let second): "peaks together \(first.rawValue)+\(second.rawValue)"
        case .tcpState(let state): "state \(state.rawValue)"
        case .writable: "writable"
        case .clock: "clock"
        case .reboots: "reboots"
        case .container: "container"
        case .virtualMachine: "virtual machine"
        case .course: "course"
        case .outlook: "outlook"
        case .summary: "summary"
        case .thresholds(let gauges): "thresholds \(gauges.map(\.rawValue).joined(separator: "+"))"
        case .freeShare(let resource): "free share of \(resource.rawValue)"
        case .limits: "limits"
        case .processesBeyond(let order): "processes beyond by \(order.rawValue)"
        case .watch(let gauges): "watch \(gauges.map(\.rawValue).joined(separator: "+"))"
        case .product(let fact): "product \(fact.rawValue)"
        case .taming: "taming"
        case .ending: "ending"
        case .nextTime: "next time"
        case .withoutSwap: "without swap"
        case .reaching(let gauge): "reaching \(gauge.rawValue)"
        case .surplus: "surplus"
        case .difference(let gauge): "difference of \(gauge.rawValue)"
        case .growth(let gauge, let byMinute): "growth of \(gauge.rawValue)\(byMinute ? " by minute" : "")"
        case .range(let gauge): "range of \(gauge.rawValue)"
        case .eachMinute(let gauge): "each minute of \(gauge.rawValue)"
        case .room(let resource): "room of \(resource.rawValue)"
        case .mountsAnswering(let answering): "mounts \(answering ? "answering" : "silent")"
        case .hangSince: "hang since"
        case .fileSystemType: "file system type"
        case .shareOfMemory: "share of memory"
        case .together(let order): "together by \(order.rawValue)"
        case .numberOfProcess(let order): "number of process by \(order.rawValue)"
        case .relief(let resource): "relief of \(resource.rawValue)"
        case .sameStart: "same start"
        case .term(let term): "term \(term.rawValue)"
        case .architecture: "architecture"
        case .elsewhere: "elsewhere"
        case .absent, .processProperty, .remark: ""
        }
    }
}

extension Query.Component: CustomStringConvertible {
    package var description: String {
        var words = [kind.rawValue, measure.rawValue]
        switch rank {
        case .most(let place)?: words.append("most" + (place > 1 ? " \(place)" : ""))
        case .least(let place)?: words.append("least" + (place > 1 ? " \(place)" : ""))
        case .even?: words.append("even")
        case nil: break
        }
        if let number { words.append("\(number)") }
        if isNamed { words.append("named") }
        return words.joined(separator: " ")
    }
}

extension Query.Subject {
    /// Whether it is about the processes that use most.
    package var isOfProcesses: Bool { if case .processes = self { true } else { false } }
}

extension Query.Topic {
    /// Whether it says a state of something.
    var isPredicate: Bool {
        switch self {
        case .activity, .limiting, .writable: true
        default: false
        }
    }
}

extension Query.Topic {
    /// Whether only plain words ask for it, so that no likeness to other questions can outweigh them.
    var isPlainlyAsked: Bool {
        switch self {
        case .reaching, .surplus, .difference, .growth, .range, .eachMinute, .room, .mountsAnswering,
            .hangSince, .fileSystemType,
            .shareOfMemory, .together, .numberOfProcess, .relief, .sameStart, .elsewhere,
            .courseOfLoad, .thresholds, .product, .headroom, .nearestLimit, .sizing, .taming, .nextTime,
            .withoutSwap, .writable, .ending, .reboots, .term, .processProperty, .architecture, .remark:
            true
        default: false
        }
    }
}
