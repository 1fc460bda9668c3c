import MaintenanceAPI
import Questions
import Values

/// Processes: which use most, and those that a question names.
extension AnalystAnswer {
    /// Whether the process that was told is still among those that use most.
    private func stillThere(_ order: Query.Order) -> [String] {
        guard let then = earlierTops.last ?? top, let top else { return [Self.noData] }
        guard let told = (order == .cpu ? then.byCPU : then.byMemory).first else { return [Self.noData] }
        guard let now = (top.byCPU + top.byMemory).first(where: { $0.name == told.name }) else {
            return [
                "\(question.isEnd ? "Yes" : "No"): \(told.name) is not among those that use most now, last seen \(moment(then.takenAt))."
            ]
        }
        return ["\(question.isEnd ? "No" : "Yes"): \(use(now, order))\(order == .cpu ? " of one core" : "")."]
    }

    /// The one that uses most now, as it was then.
    private func firstThen(_ order: Query.Order) -> [String]? {
        guard question.isOfFirst, let then = earlierTops.last, let top,
            let now = (order == .cpu ? top.byCPU : top.byMemory).first
        else { return nil }
        let unit = order == .cpu ? " of one core" : ""
        guard let told = (then.byCPU + then.byMemory).first(where: { $0.name == now.name }) else {
            return [
                "\(now.name) was not among those that used most \(moment(then.takenAt)); \(use(now, order))\(unit) now."
            ]
        }
        return ["\(use(told, order))\(unit) \(moment(then.takenAt)); \(use(now, order))\(unit) now."]
    }

    /// What used most over a stretch of time: CPU on average, memory at most.
    private func over(_ order: Query.Order, _ top: TopProcessesResult) -> [String]? {
        guard let within = top.within, let minutes = top.withinMinutes, !question.isOfFirst,
            !question.isLowest
        else { return nil }
        let all = within.filter {
            !leftOut.contains($0.name) && (order == .cpu || $0.peakResidentBytes != nil)
        }
        .sorted {
            order == .cpu
                ? $0.meanCPUPercentOfOneCore > $1.meanCPUPercentOfOneCore
                : ($0.peakResidentBytes ?? 0) > ($1.peakResidentBytes ?? 0)
        }
        func use(_ share: ProcessShares.Share) -> String {
            order == .cpu
                ? "\(share.name) \(share.meanCPUPercentOfOneCore.text(1)) %"
                : "\(share.name) \(share.peakResidentBytes.map { Quantity.size($0) } ?? "unknown")"
        }
        guard !all.isEmpty else { return nil }
        let last = "over the last \(span(minutes: minutes))"
        guard question.form == .list else {
            let place = (question.rank ?? 1) - 1
            guard all.indices.contains(place) else {
                return ["The readings name \(all.count) processes only."]
            }
            let peak = all[place].peakCPUPercentOfOneCore.map { ", at most \($0.text(1)) %" } ?? ""
            return [
                order == .cpu
                    ? "\(use(all[place])) of one core on average \(last)\(peak)."
                    : "\(use(all[place])) at most \(last)."
            ]
        }
        let shown = all.prefix(question.count ?? 5).map(use).joined(separator: ", ")
        return [
            order == .cpu
                ? "Most CPU \(last) (of one core, on average): \(shown)."
                : "Most memory \(last), at most: \(shown)."
        ]
    }

    func processes(by order: Query.Order) -> [String] {
        if question.asksStillThere { return stillThere(order) }
        if let then = firstThen(order) { return then }
        guard let top = top ?? earlierTops.last else { return [Self.noData] }
        if let told = over(order, top) { return told }
        let all = (order == .cpu ? top.byCPU : top.byMemory).filter { !leftOut.contains($0.name) }
        let then = top.isPast ? " \(moment(top.takenAt))" : ""
        guard !all.isEmpty else { return ["There is not enough data: the readings name no process."] }
        let unit = order == .cpu ? " of one core" : ""
        if let rank = question.rank, question.form != .list {
            guard all.indices.contains(rank - 1) else {
                return ["The readings name \(all.count) processes only."]
            }
            return ["\(use(all[rank - 1], order))\(unit)\(then)."]
        }
        // "What is that?", of the one that was told.
        if question.form == .explain, let first = all.first {
            return ["What \(first.name) is for is not known here; it uses \(figures(of: first))."]
        }
        if question.isOfFirst, question.comparison == .usual, let first = all.first {
            return ["What is usual for \(first.name) is not known; it uses \(figures(of: first)) now."]
        }
        if question.isOfFirst, let first = all.first { return [told(first)] }
        if question.form == .when || question.form == .duration, let first = all.first {
            return [since(first, order)]
        }
        guard question.form == .list else {
            if question.isLowest, let last = all.last {
                return ["\(use(last, order))\(unit): the least of the \(all.count) that readings name."]
            }
            let first = all[0]
            if let peak, let none = explainsNothing(of: peak, order) {
                return ["\(none)\(use(first, order))\(unit)\(then)."]
            }
            return ["\(use(first, order))\(unit)\(then)."] + unexplained(order)
        }
        let count = question.count ?? 5
        let shown = all.prefix(count).map { use($0, order) }
        let fewer = count > all.count && question.count != nil ? ["Readings name no more."] : []
        let title = order == .cpu ? "Most CPU\(then) (of one core): " : "Most memory\(then): "
        return ["\(title)\(shown.joined(separator: ", "))."] + fewer + unexplained(order)
    }

    /// "No process explains it: …", where the processes of a reading make up little of what rose, or of what was busy.
    private func explainsNothing(of peak: SeriesReport, _ order: Query.Order) -> String? {
        guard let then = earlierTops.last, let highest = peak.highest, let lowest = peak.lowest else {
            return nil
        }
        switch order {
        case .memory:
            guard peak.gauge == .memoryUsed, highest.value - lowest.value >= 2,
                let share = then.byMemory.first?.memoryPercent, share < 0.3 * (highest.value - lowest.value)
            else { return nil }
            return "No process explains it; the largest was "
        case .cpu:
            guard peak.gauge == .cpuBusy, let share = then.unexplainedCPUPercent, share >= 0.6 * highest.value
            else { return nil }
            return
                "Short-lived processes, of which no reading tells, for \(share.text(1)) % of the CPU; the most was "
        }
    }

    func unexplained(_ order: Query.Order) -> [String] {
        guard order == .cpu, let share = top?.unexplainedCPUPercent, share >= 15 else { return [] }
        return ["No listed process explains \(share.text(1)) % of the CPU: short-lived or many small ones."]
    }

    /// Since when a process uses as much as it does.
    func since(_ process: TopProcessesResult.Process, _ order: Query.Order = .cpu) -> String {
        let unit = order == .cpu ? " of one core" : ""
        guard let course = process.course else {
            return "\(use(process, order))\(unit); readings do not tell since when."
        }
        let length = Quantity.length(seconds: course.busySinceAgeSeconds)
        let atLeast = course.mayBeBusyForLonger == true ? "At least since" : "Since"
        return "\(atLeast) \(clock(course.busySince)), \(length) ago: \(use(process, order))\(unit)."
    }

    /// How the memory of a process grew.
    func growth(of process: TopProcessesResult.Process) -> String {
        guard let course = process.course, let before = course.firstResidentBytes,
            let size = process.residentBytes, let rate = course.residentBytesPerHour
        else { return "How \(process.name) grows is not known: too little has been seen." }
        let isGrowing = rate > 0.02 * Double(max(before, 1))
        let verdict = question.isYesNo ? (isGrowing == (question.direction != .down) ? "Yes: " : "No: ") : ""
        guard isGrowing || -rate > 0.02 * Double(max(before, 1)) else {
            return
                "\(verdict)\(process.name) does not grow: \(Quantity.size(size)) of memory since \(clock(course.firstSeen))."
        }
        let way = rate > 0 ? "grew" : "shrank"
        return
            "\(verdict)\(process.name) \(way) by \(Quantity.size(abs(rate))) per hour, from \(Quantity.size(before)) to \(Quantity.size(size)) since \(clock(course.firstSeen))."
    }

    func unknownProcess(_ name: String) -> [String] {
        let isAsked = question.form == .check
        guard top != nil else { return [Self.noData] }
        let lead = isAsked ? "That cannot be said: no" : "No"
        return [
            "\(lead) process of that name is among those that use most CPU or memory; of others no name is kept."
        ]
    }

    func process(number: Int) -> [String] {
        guard let top else { return [Self.noData] }
        guard let process = (top.byCPU + top.byMemory).first(where: { Int($0.pid) == number }) else {
            return [
                "That cannot be said: process \(number) is not among those that use most CPU or memory; of others no name is kept."
            ]
        }
        return ["\(process.name): \(figures(of: process))."]
    }

    func figures(of process: TopProcessesResult.Process) -> String {
        let cpu = process.cpuPercentOfOneCore.map { "\($0.text(1)) % of one core" }
        let memory = process.residentBytes.map { "\(Quantity.size($0)) of memory" }
        return [cpu, memory].compactMap(\.self).joined(separator: ", ")
    }
}
