/// TCP over IPv4 and IPv6, from three files of `/proc/net`.
struct TCPCounters: Equatable {
    var established: UInt64?
    var timeWait: UInt64?
    var segmentsSent: UInt64?
    var retransmits: UInt64?
    var listenOverflows: UInt64?

    /// Reads `snmp`.
    mutating func readSNMP(_ bytes: ArraySlice<UInt8>) {
        Self.forEachColumn(of: "Tcp:", in: bytes) { name, value in
            if name.equals("CurrEstab") {
                established = value
            } else if name.equals("OutSegs") {
                segmentsSent = value
            } else if name.equals("RetransSegs") {
                retransmits = value
            }
        }
    }

    /// Reads `netstat`.
    mutating func readNetstat(_ bytes: ArraySlice<UInt8>) {
        Self.forEachColumn(of: "TcpExt:", in: bytes) { name, value in
            if name.equals("ListenOverflows") { listenOverflows = value }
        }
    }

    /// Reads `sockstat`: `TCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1`.
    mutating func readSockstat(_ bytes: ArraySlice<UInt8>) {
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard line.nextWord()?.equals("TCP:") == true else { continue }
            while let name = line.nextWord() {
                let value = line.nextNumber()
                if name.equals("tw") { timeWait = value }
            }
        }
    }

    /// Iterates over pairs of lines that begin with the same word: the first has the column names, the second the
    /// numbers.
    private static func forEachColumn(
        of table: StaticString, in bytes: ArraySlice<UInt8>,
        _ body: (_ name: ArraySlice<UInt8>, _ value: UInt64?) -> Void
    ) {
        var lines = ByteScanner(bytes)
        var heading: ByteScanner?
        while var line = lines.nextLine() {
            guard line.nextWord()?.equals(table) == true else { continue }
            guard var names = heading else {
                heading = line
                continue
            }
            while let name = names.nextWord() { body(name, line.nextNumber()) }
            return
        }
    }
}
