/// Counters of one interface since it came up; a line of `/proc/net/dev`.
struct NetworkCounters: Equatable {
    let interface: String
    /// The kernel's number of the interface, which one made anew under the same name does not have; nil if unknown.
    var identity: UInt64?
    let receivedBytes: UInt64
    let receiveErrors: UInt64
    let receiveDrops: UInt64
    let sentBytes: UInt64
    let sendErrors: UInt64
    let sendDrops: UInt64

    /// Reads `name: bytes packets errs drop fifo frame compressed multicast`, then the same eight for sending.
    ///
    /// Old kernels write no space after the colon. The two heading lines contain no colon, or no numbers.
    init?(_ line: ByteScanner) {
        var line = line
        guard let name = line.text(upTo: UInt8(ascii: ":"))?.trimmed, !name.isEmpty,
            let receivedBytes = line.nextNumber(), line.nextNumber() != nil,
            let receiveErrors = line.nextNumber(), let receiveDrops = line.nextNumber()
        else { return nil }
        line.skipWords(4)
        guard let sentBytes = line.nextNumber(), line.nextNumber() != nil,
            let sendErrors = line.nextNumber(), let sendDrops = line.nextNumber()
        else { return nil }
        interface = name.text
        self.receivedBytes = receivedBytes
        self.receiveErrors = receiveErrors
        self.receiveDrops = receiveDrops
        self.sentBytes = sentBytes
        self.sendErrors = sendErrors
        self.sendDrops = sendDrops
    }

    static func all(_ bytes: ArraySlice<UInt8>) -> [NetworkCounters] {
        var interfaces: [NetworkCounters] = []
        var lines = ByteScanner(bytes)
        while let line = lines.nextLine() {
            if let interface = NetworkCounters(line) { interfaces.append(interface) }
        }
        return interfaces
    }
}
