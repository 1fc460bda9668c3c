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
        /// Whether more can be asked of the host.
        case headroom
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
        /// What no reading holds, and the figures that come nearest.
        case absent(String, nearest: [Gauge])
    }

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

    package enum ProductFact: String, Hashable, Sendable {
        case version, encryption, readers, storage, retention, questions, licence, elsewhere, trust, language
        case units
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
        case .headroom: "headroom"
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
        case .absent: ""
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

extension Query.Topic {
    /// Whether it says a state of something.
    var isPredicate: Bool {
        switch self {
        case .activity, .limiting, .writable: true
        default: false
        }
    }
}
