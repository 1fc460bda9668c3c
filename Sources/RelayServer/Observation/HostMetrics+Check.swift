import RelayAPI

extension HostMetrics {
    /// The same, if no figure is impossible.
    func checked() throws(InvalidValue) -> HostMetrics {
        func check(_ name: String, _ value: Double?, upTo limit: Double) throws(InvalidValue) {
            guard let value else { return }
            guard value.isFinite, (0...limit).contains(value) else {
                throw InvalidValue(name, "must be from 0 to \(Int(limit))")
            }
        }
        try check("timestamp", Double(timestamp), upTo: 1e14)
        try check("cpuPercent", cpuPercent, upTo: 100)
        try check("load1", load1, upTo: 1_000_000)
        try check("memoryTotalBytes", memoryTotalBytes.map(Double.init), upTo: 0x1p60)
        try check(
            "memoryUsedBytes", memoryUsedBytes.map(Double.init), upTo: Double(memoryTotalBytes ?? 1 << 60))
        try check("diskUsedPercent", diskUsedPercent, upTo: 100)
        return self
    }
}
