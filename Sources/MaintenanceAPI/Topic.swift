/// Possible subjects of a question.
package enum Topic: CaseIterable, Sendable {
    case help, action, unmeasured, cost, relay, processes, disk, throughput, pressure, memory, network,
        temperature, openFiles, cpu, boot, silence, anomalies, change, slowness, history, status
}
