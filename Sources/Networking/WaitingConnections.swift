/// The connections that wait for their clients, by network, in the order in which they began to; a pure value.
///
/// When a server is full, the one that has waited longest makes room: silent connections cannot keep others out.
struct WaitingConnections<ID: Hashable> {
    private struct Line {
        /// In order; those that no longer wait are skipped.
        var entries: ArraySlice<(id: ID, ticket: Int)> = []
        var count = 0
    }

    private var lines: [[UInt8]: Line] = [:]
    private var places: [ID: (network: [UInt8], ticket: Int)] = [:]
    private var lastTicket = 0

    var count: Int { places.count }

    /// Begins to wait, behind all others.
    mutating func add(_ id: ID, of network: [UInt8]) {
        remove(id)
        lastTicket += 1
        places[id] = (network, lastTicket)
        lines[network, default: Line()].entries.append((id, lastTicket))
        lines[network, default: Line()].count += 1
        tidy(network)
    }

    mutating func remove(_ id: ID) {
        guard let place = places.removeValue(forKey: id) else { return }
        lines[place.network]?.count -= 1
        if lines[place.network]?.count == 0 { lines[place.network] = nil }
    }

    /// The one of this network that has waited longest; nil if none waits.
    mutating func oldest(of network: [UInt8]) -> ID? {
        while let entry = lines[network]?.entries.first {
            if places[entry.id]?.ticket == entry.ticket { return entry.id }
            lines[network]?.entries.removeFirst()
        }
        return nil
    }

    /// The one that has waited longest of the network with most that wait.
    mutating func oldestOfTheMost() -> ID? {
        lines.max { $0.value.count < $1.value.count }.flatMap { oldest(of: $0.key) }
    }

    /// Skipped entries never outnumber the others by much.
    private mutating func tidy(_ network: [UInt8]) {
        guard let line = lines[network], line.entries.count > 2 * line.count + 32 else { return }
        lines[network]?.entries = ArraySlice(line.entries.filter { places[$0.id]?.ticket == $0.ticket })
    }
}
