/// Counters of one block device since boot; a line of `/proc/diskstats`.
struct DiskCounters: Equatable {
    let device: String
    /// The kernel's number of this attachment, since Linux 5.15; nil if unknown.
    var identity: UInt64?
    let reads: UInt64
    let readSectors: UInt64
    let readMilliseconds: UInt64
    let writes: UInt64
    let writtenSectors: UInt64
    let writeMilliseconds: UInt64
    /// Time during which at least one request was in progress; like the other times it wraps at 2^32.
    let busyMilliseconds: UInt64

    /// `/proc/diskstats` uses this unit, whatever the device's own block size.
    static let sectorByteCount = 512.0

    /// Reads a line: `major minor name`, then 11 numbers, 15 since Linux 4.18, 17 since 5.5; those after the eleventh
    /// are ignored. Nil for the four numbers that Linux 2.6 had for partitions.
    init?(_ line: ByteScanner) {
        var line = line
        line.skipWords(2)
        guard let name = line.nextWord(), let reads = line.nextNumber(), line.nextNumber() != nil,
            let readSectors = line.nextNumber(), let readMilliseconds = line.nextNumber(),
            let writes = line.nextNumber(), line.nextNumber() != nil,
            let writtenSectors = line.nextNumber(), let writeMilliseconds = line.nextNumber(),
            line.nextNumber() != nil, let busyMilliseconds = line.nextNumber(), line.nextNumber() != nil
        else { return nil }
        device = name.text
        self.reads = reads
        self.readSectors = readSectors
        self.readMilliseconds = readMilliseconds
        self.writes = writes
        self.writtenSectors = writtenSectors
        self.writeMilliseconds = writeMilliseconds
        self.busyMilliseconds = busyMilliseconds
    }

    static func all(_ bytes: ArraySlice<UInt8>) -> [DiskCounters] {
        var disks: [DiskCounters] = []
        var lines = ByteScanner(bytes)
        while let line = lines.nextLine() {
            if let disk = DiskCounters(line) { disks.append(disk) }
        }
        return disks
    }
}
