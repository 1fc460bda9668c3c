import MaintenanceAPI

/// The temperature sensors of a machine. Finding them requires listing many directories, so it is done only
/// occasionally.
struct Sensors {
    private struct Sensor {
        let name: String
        let path: String
        var last: Double?
        /// The number of equal readings in a row.
        var repetitions = 0
    }

    /// No part survives more: sensors that are not connected tell 127, 128 or 255.
    static let maxPlausibleCelsius = 120.0
    static let minPlausibleCelsius = -40.0
    /// A sensor with this many equal readings in a row is stuck: an hour at an interval of ten seconds.
    static let maxRepetitions = 360

    /// Only the hottest are reported.
    static let maxCount = 32
    /// Beyond this number, sensors are not read.
    static let maxReadCount = 256
    /// The number of readings between searches for sensors: ten minutes at an interval of ten seconds.
    private static let readingsPerSearch = 60

    private var sensors: [Sensor] = []
    private var readingsUntilSearch = 0

    mutating func read(_ sys: borrowing Directory, into buffer: inout FileBuffer) -> [Sample.Temperature] {
        if readingsUntilSearch == 0 {
            let known = Dictionary(sensors.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
            sensors = Self.find(sys, &buffer)
            for index in sensors.indices {
                guard let sensor = known[sensors[index].path], sensor.name == sensors[index].name else {
                    continue
                }
                sensors[index] = sensor
            }
            readingsUntilSearch = Self.readingsPerSearch
        }
        readingsUntilSearch -= 1
        var temperatures: [Sample.Temperature] = []
        for index in sensors.indices {
            guard let celsius = sys.read(sensors[index].path, into: &buffer).flatMap({ parseCelsius($0) })
            else { continue }
            sensors[index].repetitions = celsius == sensors[index].last ? sensors[index].repetitions + 1 : 0
            sensors[index].last = celsius
            var temperature = Sample.Temperature(sensor: sensors[index].name, celsius: celsius)
            let isPlausible = (Self.minPlausibleCelsius...Self.maxPlausibleCelsius).contains(celsius)
            if !isPlausible || sensors[index].repetitions >= Self.maxRepetitions {
                temperature.isDoubtful = true
            }
            temperatures.append(temperature)
        }
        return Self.hottest(temperatures)
    }

    /// Servers have a sensor for each core. The doubtful come last.
    private static func hottest(_ temperatures: [Sample.Temperature]) -> [Sample.Temperature] {
        guard temperatures.count > maxCount else { return temperatures }
        let heat = { (index: Int) in
            temperatures[index].isDoubtful == true ? -.infinity : temperatures[index].celsius
        }
        return temperatures.indices.sorted { heat($0) > heat($1) }.prefix(maxCount).sorted().map {
            temperatures[$0]
        }
    }

    /// Sensor chips, and the thermal zones that are not sensors of chips as well.
    private static func find(_ sys: borrowing Directory, _ buffer: inout FileBuffer) -> [Sensor] {
        let chips = chipSensors(sys, &buffer)
        let sensors = chips + thermalZones(sys, &buffer, beside: !chips.isEmpty)
        var seen: [String: Int] = [:]
        return sensors.prefix(maxReadCount).map { sensor in
            seen[sensor.name, default: 0] += 1
            guard let count = seen[sensor.name], count > 1 else { return sensor }
            return Sensor(name: "\(sensor.name) #\(count)", path: sensor.path)
        }
    }

    /// `class/hwmon/hwmon2/name` contains `coretemp`, `temp1_label` `Package id 0`, and `temp1_input` the value.
    private static func chipSensors(_ sys: borrowing Directory, _ buffer: inout FileBuffer) -> [Sensor] {
        var sensors: [Sensor] = []
        for chip in names(in: "class/hwmon", sys) {
            let folder = "class/hwmon/\(chip)"
            let chipName = sys.read("\(folder)/name", into: &buffer).flatMap { parseText($0) } ?? chip
            for file in names(in: folder, sys) where file.hasPrefix("temp") && file.hasSuffix("_input") {
                let input = file.dropLast("_input".count)
                let label = sys.read("\(folder)/\(input)_label", into: &buffer).flatMap { parseText($0) }
                sensors.append(
                    Sensor(name: "\(chipName) \(label ?? String(input))", path: "\(folder)/\(file)"))
            }
        }
        return sensors
    }

    /// Zones that the kernel made sensors of have a folder `hwmon`; the package of an Intel processor is one of `coretemp` as well.
    private static func thermalZones(
        _ sys: borrowing Directory, _ buffer: inout FileBuffer, beside hasChips: Bool
    ) -> [Sensor] {
        var sensors: [Sensor] = []
        for zone in names(in: "class/thermal", sys) where zone.hasPrefix("thermal_zone") {
            let folder = "class/thermal/\(zone)"
            let type = sys.read("\(folder)/type", into: &buffer).flatMap { parseText($0) }
            if hasChips,
                type == "x86_pkg_temp" || names(in: folder, sys).contains(where: { $0.hasPrefix("hwmon") })
            {
                continue
            }
            sensors.append(Sensor(name: type ?? zone, path: "\(folder)/temp"))
        }
        return sensors
    }

    private static func names(in folder: String, _ sys: borrowing Directory) -> [String] {
        guard let directory = sys.directory(folder) else { return [] }
        return directory.names()
    }
}
