/// The number of connections, in total and by network; a pure value.
struct ConnectionCounts {
    let limit: Int
    let limitByNetwork: Int
    private(set) var count = 0
    private var byNetwork: [[UInt8]: Int] = [:]

    init(limit: Int, limitByNetwork: Int) { (self.limit, self.limitByNetwork) = (limit, limitByNetwork) }

    var isEmpty: Bool { byNetwork.isEmpty }

    /// Whether this network has as many as it may.
    func isFull(for address: IPAddress) -> Bool { byNetwork[address.network, default: 0] >= limitByNetwork }

    /// Counts another connection, unless a limit is reached.
    mutating func admit(_ address: IPAddress) -> Bool {
        let network = address.network
        guard count < limit, byNetwork[network, default: 0] < limitByNetwork else { return false }
        count += 1
        byNetwork[network, default: 0] += 1
        return true
    }

    mutating func release(_ address: IPAddress) {
        count -= 1
        let left = (byNetwork[address.network] ?? 1) - 1
        byNetwork[address.network] = left > 0 ? left : nil
    }
}
