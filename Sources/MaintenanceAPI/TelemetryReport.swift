import RelayAPI

/// `telemetry.report`: one sample of a host.
package struct TelemetryReport: Hashable, Sendable, Codable {
    package let sample: Sample

    package init(sample: Sample) { self.sample = sample }

    /// Parses untrusted input.
    ///
    /// - Throws: `InvalidValue` for values that are impossible and could break calculations.
    package init(from decoder: any Decoder) throws {
        sample = try decoder.container(keyedBy: CodingKeys.self).decode(Sample.self, forKey: .sample)
        try sample.check()
    }
}

/// `telemetry.ack`: the agent has received this sample. Answering turns the ratchet in both directions.
package struct TelemetryAck: Hashable, Sendable, Codable {
    /// The `takenAt` of the sample.
    package let takenAt: Int64

    package init(takenAt: Int64) { self.takenAt = takenAt }
}

extension Sample {
    /// From 1970 to the end of the year 9999, in milliseconds.
    private static let moments: ClosedRange<Int64> = 0...253_402_300_799_999
    /// 300 years, in seconds.
    private static let spans = 0...1e10
    /// A petabyte a second.
    private static let rates = 0...1e15
    /// Broken sensors tell of tens of thousands of degrees.
    private static let temperatures = -1e6...1e6

    fileprivate func check() throws(InvalidValue) {
        guard Self.moments.contains(takenAt) else {
            throw InvalidValue("sample.takenAt", "must be a moment from 1970 to 9999, in milliseconds")
        }
        guard [intervalSeconds, host.uptimeSeconds].isWithin(Self.spans) else {
            throw InvalidValue("sample.intervalSeconds, uptimeSeconds", "must be 0 to 10^10 seconds")
        }
        guard (disks.flatMap(\.rates) + networks.flatMap(\.rates)).isWithin(Self.rates) else {
            throw InvalidValue("sample.disks, networks", "must be rates of 0 to 10^15")
        }
        guard temperatures.map({ $0.celsius as Double? }).isWithin(Self.temperatures) else {
            throw InvalidValue("sample.temperatures", "must be within a million degrees")
        }
        let counts = (memory?.counts ?? []) + fileSystems.flatMap(\.counts)
        guard counts.allSatisfy({ $0 ?? 0 >= 0 }) else {
            throw InvalidValue("sample.memory, fileSystems", "must not be negative")
        }
    }
}

extension [Double?] {
    /// Whether all values that are present are within a range.
    fileprivate func isWithin(_ range: ClosedRange<Double>) -> Bool {
        allSatisfy { $0.map(range.contains) ?? true }
    }
}

extension Sample.Memory {
    fileprivate var counts: [Int64?] {
        [
            totalBytes, availableBytes, freeBytes, buffersBytes, cachedBytes, swapTotalBytes, swapFreeBytes,
            oomKills,
        ]
    }
}

extension Sample.FileSystem {
    fileprivate var counts: [Int64?] { [totalBytes, availableBytes, usedBytes, inodesTotal, inodesFree] }
}

extension Sample.Disk {
    fileprivate var rates: [Double?] {
        [
            readBytesPerSecond, writtenBytesPerSecond, readsPerSecond, writesPerSecond,
            averageWaitMilliseconds,
        ]
    }
}

extension Sample.Network {
    fileprivate var rates: [Double?] {
        [
            receivedBytesPerSecond, sentBytesPerSecond, receiveErrorsPerSecond, sendErrorsPerSecond,
            receiveDropsPerSecond, sendDropsPerSecond,
        ]
    }
}
