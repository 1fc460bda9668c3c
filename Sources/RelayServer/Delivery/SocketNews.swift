import Networking

/// The events of a commit, grouped by the loops of their sockets, so that each loop is woken once.
struct SocketNews {
    private struct Loop {
        let loop: EventLoop
        var connections: [(connection: DeviceConnection, events: [DeviceDialogue.Event])] = []
        var places: [ObjectIdentifier: Int] = [:]
    }

    /// At most one per core: a linear search is cheaper than a table.
    private var loops: [Loop] = []

    mutating func add(_ event: DeviceDialogue.Event, for connection: DeviceConnection) {
        guard let loop = connection.loop else { return }
        let index = loops.firstIndex { $0.loop === loop } ?? loops.count
        if index == loops.count { loops.append(Loop(loop: loop)) }
        if let place = loops[index].places[ObjectIdentifier(connection)] {
            loops[index].connections[place].events.append(event)
        } else {
            loops[index].places[ObjectIdentifier(connection)] = loops[index].connections.count
            loops[index].connections.append((connection, [event]))
        }
    }

    func send() {
        for loop in loops {
            let connections = loop.connections
            loop.loop.execute {
                for (connection, events) in connections { connection.handle(events) }
            }
        }
    }
}
