/// Separates physical devices from the devices layered on them, so that each byte is counted once.
///
/// A partition, a volume, a bond or a bridge carries the same bytes as the device below it. The kernel links only real
/// (and paravirtual) devices to a `device` in `/sys`; if none is linked, as for a container's interfaces, names decide.
struct PhysicalDevices {
    /// The result for each name. A name rarely changes its meaning, and a lookup costs a system call.
    private var isLinked: [String: Bool] = [:]
    private static let maxKnownCount = 1024

    /// Removes layered devices from the reading.
    mutating func filter(_ reading: inout Reading, _ sys: borrowing Directory) {
        if isLinked.count > Self.maxKnownCount { isLinked.removeAll() }
        let disks = reading.disks.map { link(to: "block/\($0.device)/device", sys) }
        reading.disks = Self.chosen(reading.disks, linked: disks) { disk in
            !["loop", "ram", "zram", "dm-", "md", "sr", "fd"].contains { disk.device.hasPrefix($0) }
        }
        let networks = reading.networks.map { link(to: "class/net/\($0.interface)/device", sys) }
        reading.networks = Self.chosen(reading.networks, linked: networks) { $0.interface != "lo" }
    }

    private static func chosen<Device>(
        _ devices: [Device], linked: [Bool], otherwise: (Device) -> Bool
    ) -> [Device] {
        guard linked.contains(true) else { return devices.filter(otherwise) }
        return zip(devices, linked).filter(\.1).map(\.0)
    }

    private mutating func link(to path: String, _ sys: borrowing Directory) -> Bool {
        if let known = isLinked[path] { return known }
        let isThere = sys.contains(path)
        isLinked[path] = isThere
        return isThere
    }
}
