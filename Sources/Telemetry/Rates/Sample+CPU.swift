import MaintenanceAPI

extension Sample.CPU {
    /// Only the first cores are reported: a report has its limit.
    static let maxCoreCount = 256

    /// Shares since the previous reading; nil if there is none or it is not comparable.
    init?(_ now: KernelStat?, since before: KernelStat?, _ rates: Rates) {
        guard let now, let before, let allNow = now.all, let allBefore = before.all,
            let all = Sample.CPUModes(allNow, since: allBefore)
        else { return nil }
        let coresBefore = Dictionary(
            before.cores.map { ($0.number, $0.times) }, uniquingKeysWith: { first, _ in first })
        // A core that came online since has no share yet; one that went offline has none.
        let cores = now.cores.prefix(Self.maxCoreCount).compactMap { core in
            coresBefore[core.number].flatMap { Sample.CPUModes(core.times, since: $0, core: core.number) }
        }
        self.init(
            all: all, cores: cores,
            contextSwitchesPerSecond:
                rates.perSecond(before.contextSwitches, now.contextSwitches)?.toHundredths)
    }
}

extension Sample.CPUModes {
    /// Nil if no tick has passed, or if busy time decreased, which means that the counters were reset.
    init?(_ now: CPUTimes, since before: CPUTimes, core: Int? = nil) {
        guard let user = Self.growth(before.user, now.user), let nice = Self.growth(before.nice, now.nice),
            let system = Self.growth(before.system, now.system), let irq = Self.growth(before.irq, now.irq),
            let softIRQ = Self.growth(before.softIRQ, now.softIRQ)
        else { return nil }
        // According to the kernel's documentation, idle, I/O wait and stolen time may decrease slightly.
        let idle = Self.growth(before.idle, now.idle) ?? 0
        let ioWait = Self.growth(before.ioWait, now.ioWait) ?? 0
        let steal = Self.growth(before.steal, now.steal) ?? 0
        let total = user + nice + system + idle + ioWait + irq + softIRQ + steal
        guard total > 0 else { return nil }
        let percent = { (ticks: Double) in (100 * ticks / total).toHundredths }
        self.init()
        self.core = core
        userPercent = percent(user)
        nicePercent = percent(nice)
        systemPercent = percent(system)
        idlePercent = percent(idle)
        ioWaitPercent = percent(ioWait)
        irqPercent = percent(irq)
        softIRQPercent = percent(softIRQ)
        stealPercent = percent(steal)
    }

    /// Ticks are 64 bits wide everywhere, so a decrease is not a wrap.
    private static func growth(_ before: UInt64, _ now: UInt64) -> Double? {
        now >= before ? Double(now - before) : nil
    }
}
