import MaintenanceAPI

extension Sample.FileDescriptors {
    /// Reads `/proc/sys/fs/file-nr`: allocated, unused (0 since Linux 2.6), highest number allowed.
    init?(fileNumbers bytes: ArraySlice<UInt8>) {
        var words = ByteScanner(bytes.trimmed)
        guard let allocated = words.nextNumber(), words.nextNumber() != nil, let max = words.nextNumber()
        else { return nil }
        self.init(allocated: Int64(clamping: allocated), max: Int64(clamping: max))
    }
}

/// Reads `/proc/uptime`, whose first number is seconds since boot.
func parseUptimeSeconds(_ bytes: ArraySlice<UInt8>) -> Double? {
    var words = ByteScanner(bytes.trimmed)
    return words.nextDecimal()
}

/// Reads a file with one line of text, such as a host name; nil if it is blank.
func parseText(_ bytes: ArraySlice<UInt8>) -> String? {
    let line = bytes.trimmed
    return line.isEmpty ? nil : line.text
}

/// Reads a temperature file of `/sys/class`, in thousandths of a degree; nil for values that no sensor can plausibly
/// report.
func parseCelsius(_ bytes: ArraySlice<UInt8>) -> Double? {
    let digits = bytes.trimmed
    let isNegative = digits.first == UInt8(ascii: "-")
    guard let magnitude = UInt64(digits: isNegative ? digits.dropFirst() : digits) else { return nil }
    let celsius = (isNegative ? -1 : 1) * Double(magnitude) / 1000
    return (-60...250).contains(celsius) ? celsius : nil
}

/// The resident size in pages, the second number of `/proc/[pid]/statm`.
func parseResidentPages(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    var words = ByteScanner(bytes.trimmed)
    words.skipWords(1)
    return words.nextNumber()
}
