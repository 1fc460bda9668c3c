import MaintenanceAPI

extension Sample.Pressure.Line {
    /// Reads a file of `/proc/pressure`; nil if it contains no average.
    ///
    /// `some avg10=0.12 avg60=0.05 avg300=0.01 total=1234`, then the same for `full`, which `cpu` lacks before Linux
    /// 5.13.
    init?(_ bytes: ArraySlice<UInt8>) {
        self.init()
        var lines = ByteScanner(bytes)
        while var line = lines.nextLine() {
            guard let share = line.nextWord() else { continue }
            let avg10 = line.nextWord().flatMap { Self.value($0, of: "avg10=") }
            let avg60 = line.nextWord().flatMap { Self.value($0, of: "avg60=") }
            if share.equals("some") {
                someAvg10Percent = avg10
                someAvg60Percent = avg60
            } else if share.equals("full") {
                fullAvg10Percent = avg10
                fullAvg60Percent = avg60
            }
        }
        guard self != Self() else { return nil }
    }

    private static func value(_ word: ArraySlice<UInt8>, of name: StaticString) -> Double? {
        word.hasPrefix(name) ? Double(digits: word.dropFirst(name.utf8CodeUnitCount)) : nil
    }
}
