import MaintenanceAPI
import Questions
import Values

/// Advice that does not hang on how the host is now.
extension AnalystAnswer {
    /// How a process can be given less.
    var taming: [String] {
        let label = mentions.first { $0.kind == .process }?.label
        let name = label.map { "\($0) " } ?? "it "
        return [
            "Start \(name)with `nice` and `ionice`, or with a limit: `systemd-run -p CPUQuota=… -p MemoryMax=…`. I can only look."
        ]
    }

    /// How a process can be ended.
    func ending(_ order: Query.Order) -> [String] {
        guard let top else { return [Self.noData] }
        let listed = order == .cpu ? top.byCPU : top.byMemory
        let named = mentions.first { $0.kind == .process }?.label
        guard let process = named.map({ name in listed.first { $0.name == name } }) ?? listed.first else {
            return ["I can only look: nothing on the host can be changed from here."]
        }
        return [
            "I can only look: end \(process.name) with `kill \(process.pid)`, or give it less with `renice`."
        ]
    }

    /// What to look at when something comes back.
    var nextTime: [String] {
        [
            "First at the process that uses most CPU, then at memory and at how long tasks wait for disks: ask me “why is it slow?” then."
        ]
    }

    var withoutSwap: [String] {
        guard let status, let memory = status.memory else { return [Self.noData] }
        let available =
            memory.availableBytes.map { ", and \(Quantity.size($0)) of memory are available" } ?? ""
        let isTight = (memory.usedPercent ?? 0) >= 80
        if let total = memory.swapTotalBytes, total > 0 {
            return ["There is swap: \(Quantity.size(total))."]
        }
        let verdict = (isTight == question.suspectsTrouble) ? "Yes" : "No"
        return [
            "\(verdict): no swap is configured\(available); without swap, processes are killed once memory runs out."
        ]
    }
}
