import MaintenanceAPI

/// Only the busiest disks and interfaces are reported: a report has its limit.
private let maxDeviceCount = 64

extension Array {
    /// The heaviest, as many as are reported, in the order that they had.
    fileprivate func heaviest(by weight: (Element) -> (Double, Double)) -> [Element] {
        guard count > maxDeviceCount else { return self }
        let kept = indices.sorted { weight(self[$0]) > weight(self[$1]) }.prefix(maxDeviceCount)
        return kept.sorted().map { self[$0] }
    }
}

extension Sample.Disk {
    /// One entry for each device in both readings, in the order of the newer one; a device plugged in since has no
    /// rates yet.
    static func all(_ now: [DiskCounters], since before: [DiskCounters], _ rates: Rates) -> [Sample.Disk] {
        let before = Dictionary(before.map { ($0.device, $0) }, uniquingKeysWith: { first, _ in first })
        return now.compactMap { now in before[now.device].flatMap { Sample.Disk(now, since: $0, rates) } }
            .heaviest { ($0.busyPercent, $0.readBytesPerSecond + $0.writtenBytesPerSecond) }
    }

    /// Nil if another device has taken the name, or a counter was reset.
    private init?(_ now: DiskCounters, since before: DiskCounters, _ rates: Rates) {
        guard now.identity == before.identity, let reads = rates.perSecond(before.reads, now.reads),
            let writes = rates.perSecond(before.writes, now.writes),
            let readSectors = rates.perSecond(before.readSectors, now.readSectors),
            let writtenSectors = rates.perSecond(before.writtenSectors, now.writtenSectors),
            let busy = rates.perSecond(before.busyMilliseconds, now.busyMilliseconds, .bits32)
        else { return nil }
        self.init(device: now.device)
        readsPerSecond = reads.toHundredths
        writesPerSecond = writes.toHundredths
        readBytesPerSecond = (readSectors * DiskCounters.sectorByteCount).toHundredths
        writtenBytesPerSecond = (writtenSectors * DiskCounters.sectorByteCount).toHundredths
        busyPercent = (busy / 10).toHundredths
        if reads + writes > 0,
            let reading = rates.perSecond(before.readMilliseconds, now.readMilliseconds, .bits32),
            let writing = rates.perSecond(before.writeMilliseconds, now.writeMilliseconds, .bits32)
        {
            let wait = ((reading + writing) / (reads + writes)).toHundredths
            averageWaitMilliseconds = wait <= Rates.highestPerSecond ? wait : nil
        }
    }
}

extension Sample.Network {
    /// One entry for each interface in both readings, in the order of the newer one.
    static func all(
        _ now: [NetworkCounters], since before: [NetworkCounters], _ rates: Rates
    ) -> [Sample.Network] {
        let before = Dictionary(before.map { ($0.interface, $0) }, uniquingKeysWith: { first, _ in first })
        return now.compactMap { now in before[now.interface].flatMap { Sample.Network(now, since: $0, rates) }
        }
        .heaviest { network in
            (
                network.receivedBytesPerSecond + network.sentBytesPerSecond,
                network.receiveErrorsPerSecond + network.sendErrorsPerSecond
            )
        }
    }

    /// Nil if another interface has taken the name, or a counter was reset.
    private init?(_ now: NetworkCounters, since before: NetworkCounters, _ rates: Rates) {
        guard now.identity == before.identity,
            let received = rates.perSecond(before.receivedBytes, now.receivedBytes),
            let sent = rates.perSecond(before.sentBytes, now.sentBytes),
            let receiveErrors = rates.perSecond(before.receiveErrors, now.receiveErrors),
            let sendErrors = rates.perSecond(before.sendErrors, now.sendErrors),
            let receiveDrops = rates.perSecond(before.receiveDrops, now.receiveDrops),
            let sendDrops = rates.perSecond(before.sendDrops, now.sendDrops)
        else { return nil }
        self.init(interface: now.interface)
        receivedBytesPerSecond = received.toHundredths
        sentBytesPerSecond = sent.toHundredths
        receiveErrorsPerSecond = receiveErrors.toHundredths
        sendErrorsPerSecond = sendErrors.toHundredths
        receiveDropsPerSecond = receiveDrops.toHundredths
        sendDropsPerSecond = sendDrops.toHundredths
    }
}
