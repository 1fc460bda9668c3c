import Foundation
import MaintenanceAPI
import RelayAPI
import Values

/// The newest reading, as far as it is shown.
struct StatusResult: ResultPart {
    private static let maxTemperatureCount = 4

    /// What needs attention, the worst first; empty where all is well.
    let needsAttention: [Concern]
    /// A label.
    let hostName: String?
    let kernelVersion: String?
    /// A label.
    let kernelRelease: String?
    /// For which processors the kernel is built, where its name tells.
    let kernelArchitecture: String?
    let bootID: String?
    let coreBusyPercent: [Double]
    let coresLeftOut: Int?
    let disks: [Disk]
    let interfaces: [Interface]
    let probeIntervalSeconds: Double?
    let takenAtUTC: String
    let ageSeconds: Double?
    let isStale: Bool
    let clockAheadSeconds: Double?
    let uptimeSeconds: Double?
    let bootedAtUTC: String?
    let coreCount: Int?
    let cpu: CPU?
    let load: Load?
    let memory: Memory?
    let pressure: Pressure?
    let fileSystems: FileSystems
    /// Memory, swap and CPU are shares of these limits; nil outside a container.
    let container: Container?
    let network: Network?
    let processes: Processes?
    /// The fields of the metrics that are unusual.
    let unusualSeries: [String]
    /// The hottest first; nil where there is none.
    let temperatures: [Temperature]?
    let temperaturesLeftOut: Int?
    let hottestCelsius: Double?
    let relayQueuedMessages: Int?
    let openFiles, maxOpenFiles: Int64?
    let openFilesPercent: Double?

    private static let maxCount = 16

    init(
        _ sample: Sample, ageSeconds age: Double, unusual: [Metric], _ health: Health,
        _ names: inout HostNames
    ) {
        needsAttention = health.concerns.prefix(Self.maxCount).map { Concern($0, &names) }
        hostName = sample.host.name.map { names.label($0, .host) }
        kernelVersion = sample.host.kernel.flatMap(Self.numbers)
        kernelRelease = sample.host.kernel.map { names.label($0, .kernel) }
        kernelArchitecture = sample.host.kernel.flatMap(Architecture.init(ofKernel:))?.rawValue
        bootID = sample.host.bootId.flatMap { UUID(uuidString: $0)?.uuidString.lowercased() }
        let cores = sample.cpu?.cores ?? []
        coreBusyPercent = cores.prefix(Self.maxCount).compactMap { $0.busyPercent.figure() }
        coresLeftOut = cores.count.beyond(Self.maxCount)
        disks = sample.disks.prefix(Self.maxCount).map { Disk($0, name: names.label($0.device, .disk)) }
        interfaces = sample.networks.prefix(Self.maxCount).map {
            Interface($0, name: names.label($0.interface, .interface))
        }
        probeIntervalSeconds = sample.intervalSeconds?.figure()
        takenAtUTC = utcText(sample.takenAt)
        ageSeconds = age.figure(0)
        isStale = age > 60
        // Delays and rounding make a few seconds.
        clockAheadSeconds = age < -5 ? (-age).figure(0) : nil
        uptimeSeconds = sample.host.uptimeSeconds?.figure(0)
        bootedAtUTC = sample.host.uptimeSeconds.map { utcText(sample.takenAt - Int64($0 * 1000)) }
        coreCount = sample.host.coreCount
        cpu = sample.cpu.map(CPU.init)
        load = sample.load.map(Load.init)
        memory = sample.memory.map(Memory.init)
        pressure = sample.pressure.map(Pressure.init)
        fileSystems = FileSystems(sample, &names)
        container = sample.container.map(Container.init)
        network = Network(sample)
        processes = sample.processes.map(Processes.init)
        unusualSeries = unusual.map(\.traits.field)
        let hottest = sample.temperatures.sorted {
            ($0.isDoubtful == true ? 1 : 0, -$0.celsius) < ($1.isDoubtful == true ? 1 : 0, -$1.celsius)
        }
        let shown = hottest.prefix(Self.maxTemperatureCount).map {
            Temperature(
                sensor: names.label($0.sensor, .sensor), celsius: $0.celsius.figure(),
                isDoubtful: $0.isDoubtful)
        }
        temperatures = shown.isEmpty ? nil : shown
        temperaturesLeftOut = hottest.count.beyond(Self.maxTemperatureCount)
        hottestCelsius = sample.temperatures.filter { $0.isDoubtful != true }.map(\.celsius).max()?.figure()
        relayQueuedMessages = sample.relay?.queuedMessages
        openFiles = sample.fileDescriptors?.allocated
        maxOpenFiles = sample.fileDescriptors?.max
        openFilesPercent = sample.fileDescriptors.flatMap {
            Share.percent(Double($0.allocated), of: Double($0.max))?.figure()
        }
    }

    /// `6.1.0` of `6.1.0-28-amd64`: of what a host calls its kernel only numbers are passed on as they are.
    private static func numbers(_ release: String) -> String? {
        let numbers = release.prefix { $0.isASCII && $0.isNumber || $0 == "." }.split(separator: ".")
        return numbers.isEmpty || numbers.count > 4 || numbers.contains { $0.count > 5 }
            ? nil : numbers.joined(separator: ".")
    }
}
