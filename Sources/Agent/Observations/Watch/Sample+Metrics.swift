import MaintenanceAPI

extension Sample {
    /// Beyond it lies nothing that a host has, and sums of it would soon be no figures.
    static let greatestMetric = 1e15

    /// The series that history keeps, as far as this reading has them.
    var metrics: [Metric: Double] {
        Metric.allCases.reduce(into: [:]) { values, metric in
            guard let value = metric.traits.value(self), value.magnitude <= Self.greatestMetric else {
                return
            }
            values[metric] = value
        }
    }
}
