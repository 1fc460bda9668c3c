import MaintenanceAPI

/// The contents of `/proc/loadavg`: `0.20 0.18 0.12 1/80 11206`.
struct LoadAverage: Equatable {
    let load: Sample.Load
    /// The number of existing processes and threads.
    let threads: UInt64?

    init?(_ bytes: ArraySlice<UInt8>) {
        var words = ByteScanner(bytes.trimmed)
        guard let one = words.nextDecimal(), let five = words.nextDecimal(), let fifteen = words.nextDecimal()
        else { return nil }
        load = Sample.Load(one: one, five: five, fifteen: fifteen)
        threads = words.nextWord().flatMap { word in
            word.firstIndex(of: UInt8(ascii: "/")).flatMap { UInt64(digits: word[($0 + 1)...]) }
        }
    }
}
