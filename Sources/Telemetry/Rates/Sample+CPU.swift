import MaintenanceAPI

extension Sample.CPU {
    /// Only the busiest cores are reported: a report has its limit.
    static let maxCoreCount = 256

    /// Shares since the previous reading; nil if there is none or it is not comparable.
    init?(_ now: KernelStat?, since before: KernelStat?, _ rates: Rates, _ units: MachineUnits) {
        guard let now, let before, let allNow = now.all, let allBefore = before.all,
            let all = Sample.CPUModes(
                allNow, since: allBefore,
                ticks: rates.seconds.map { $0 * units.ticksPerSecond * Double(max(1, now.cores.count)) })
        else { return nil }
        let coresBefore = Dictionary(
            before.cores.map { ($0.number, $0.times) }, uniquingKeysWith: { first, _ in first })
        // A core that came online since has no share yet; one that went offline has none.
        let cores = now.cores.compactMap { core in
            coresBefore[core.number].flatMap {
                Sample.CPUModes(
                    core.times, since: $0, core: core.number,
                    ticks: rates.seconds.map { $0 * units.ticksPerSecond })
            }
        }
        let busiest = cores.indices.sorted { cores[$0].busyPercent > cores[$1].busyPercent }.prefix(
            Self.maxCoreCount)
        self.init(
            all: all, cores: cores.count > Self.maxCoreCount ? busiest.sorted().map { cores[$0] } : cores,
            contextSwitchesPerSecond:
                rates.perSecond(before.contextSwitches, now.contextSwitches)?.toHundredths)
        coresLeftOut = cores.count > Self.maxCoreCount ? cores.count - Self.maxCoreCount : nil
    }
}

extension Sample.CPUModes {
    /// Nil if no tick has passed, if busy time decreased, which means that the counters were reset, or if the times that may
    /// decrease have done so by more than a little: shares of what is left would be wrong.
    ///
    /// `ticks` are those of the interval.
    init?(_ now: CPUTimes, since before: CPUTimes, core: Int? = nil, ticks: Double?) {
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
        let lost = [(before.idle, now.idle), (before.ioWait, now.ioWait), (before.steal, now.steal)]
            .reduce(0) { $1.1 < $1.0 ? $0 + Double($1.0 - $1.1) : $0 }
        guard lost <= max(Self.toleratedTicks, total / 100) else { return nil }
        // Idle time that went back just a tick may have jumped back by nearly the whole interval.
        if now.idle < before.idle, let ticks, total < 0.9 * ticks { return nil }
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

    private static let toleratedTicks = 2.0

    /// Ticks are 64 bits wide everywhere, so a decrease is not a wrap.
    private static func growth(_ before: UInt64, _ now: UInt64) -> Double? {
        now >= before ? Double(now - before) : nil
    }
}
