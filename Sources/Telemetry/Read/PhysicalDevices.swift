/// Separates physical devices from the devices layered on them, so that each byte is counted once.
///
/// A partition, a volume, a bond or a bridge carries the same bytes as the device below it. The kernel links only real
/// (and paravirtual) devices to a `device` in `/sys`; if none is linked, as for a container's interfaces, names decide. An
/// interface below another that is counted, as the fast path of a cloud's network card is, is left to that one.
struct PhysicalDevices {
    /// What is known of each name. It changes only with the device, and a lookup costs a system call.
    private var links: [String: (identity: UInt64?, isLinked: Bool)] = [:]
    private static let maxKnownCount = 1024

    /// Removes layered devices from the reading, and sets the identities of those that stay.
    mutating func filter(_ reading: inout Reading, _ sys: borrowing Directory, _ buffer: inout FileBuffer) {
        if links.count > Self.maxKnownCount { links.removeAll() }
        for index in reading.disks.indices {
            reading.disks[index].identity =
                sys.read("\(Self.folder(of: reading.disks[index]))/diskseq", into: &buffer).flatMap(
                    CGroupCounters.number)
        }
        for index in reading.networks.indices {
            reading.networks[index].identity =
                sys.read("class/net/\(reading.networks[index].interface)/ifindex", into: &buffer)
                .flatMap(CGroupCounters.number)
        }
        let disks = reading.disks.map { disk in
            isLinked(Self.folder(of: disk), disk.identity, sys) || Self.isOnTheNetwork(disk)
        }
        let networks = reading.networks.map { isLinked("class/net/\($0.interface)", $0.identity, sys) }
        // Those on the network alone would stand for all others.
        let areLinked = zip(reading.disks, disks).contains { $1 && !Self.isOnTheNetwork($0) }
        if areLinked { reading.disks = zip(reading.disks, disks).filter(\.1).map(\.0) }
        if networks.contains(true) { reading.networks = zip(reading.networks, networks).filter(\.1).map(\.0) }
        Self.filterByName(&reading)
        let counted = Set(reading.networks.map(\.interface))
        reading.networks = reading.networks.filter { network in
            // A link to the folder of the interface above.
            !counted.contains {
                $0 != network.interface && sys.contains("class/net/\(network.interface)/upper_\($0)")
            }
        }
    }

    /// In `/sys`, the slash that old controllers have in the names of their disks is an exclamation mark.
    private static func folder(of disk: DiskCounters) -> String {
        "block/" + disk.device.map { $0 == "/" ? "!" : String($0) }.joined()
    }

    /// Disks of other machines stand on no device of this one.
    private static func isOnTheNetwork(_ disk: DiskCounters) -> Bool {
        ["rbd", "nbd"].contains { disk.device.hasPrefix($0) } && !disk.device.contains("p")
    }

    /// Removes what by its name alone is layered on another device.
    static func filterByName(_ reading: inout Reading) {
        let disks = Set(reading.disks.map(\.device))
        let used = Set(reading.disks.filter { $0.reads > 0 || $0.writes > 0 }.map(\.device))
        reading.disks = reading.disks.filter { disk in
            !["loop", "ram", "zram", "dm-", "md", "sr", "fd", "zd", "drbd", "bcache"].contains {
                disk.device.hasPrefix($0)
            }
                && !disk.device.isPartition(of: disks) && !disk.device.isPath(to: used)
        }
        reading.networks = reading.networks.filter { $0.interface != "lo" }
    }

    private mutating func isLinked(_ path: String, _ identity: UInt64?, _ sys: borrowing Directory) -> Bool {
        if let known = links[path], known.identity == identity { return known.isLinked }
        let isLinked = sys.contains(path + "/device")
        links[path] = (identity, isLinked)
        return isLinked
    }
}

extension String {
    /// `nvme0c1n2` to `nvme0n2`, which counts what goes over all its paths; kernels before 6.4 count it on the paths alone.
    fileprivate func isPath(to disks: Set<String>) -> Bool {
        guard let match = wholeMatch(of: #/(nvme[0-9]+)c[0-9]+(n[0-9]+)/#) else { return false }
        return disks.contains("\(match.1)\(match.2)")
    }

    /// `sda1` of `sda`; `nvme0n1p2` of `nvme0n1`, whose name ends in a digit.
    fileprivate func isPartition(of disks: Set<String>) -> Bool {
        let stem = self[..<(lastIndex { !$0.isASCII || !$0.isNumber }.map(index(after:)) ?? startIndex)]
        guard stem.count < count, let last = stem.last else { return false }
        if disks.contains(String(stem)), !last.isNumber { return true }
        return last == "p" && stem.dropLast().last?.isNumber == true
            && disks.contains(String(stem.dropLast()))
    }
}
