import MaintenanceAPI
import Questions
import Values

/// What no reading holds.
extension AnalystAnswer {
    /// The figures that come nearest stand behind it.
    var absent: [String]? {
        guard case .topic(let topic) = question.subject else { return nil }
        switch topic {
        case .absent(let thing, let nearest):
            let lead = "That is not measured here: no reading tells \(thing)."
            guard !nearest.isEmpty, !series.isEmpty else { return [lead] }
            let figures = gaugeLines(nearest).first.map { " Nearest: \($0.lowercasedStart)" } ?? ""
            return [lead + figures]
        case .processProperty(let property, let order): return missing(property, order)
        default: return nil
        }
    }

    /// "Which user owns the busiest process?": which it is can be told, though not what is asked of it.
    func missing(_ property: Query.ProcessProperty, _ order: Query.Order?) -> [String] {
        let lead = "That is not measured here: no reading tells \(property.rawValue)."
        guard let order else { return [lead] }
        let listed = order == .cpu ? top?.byCPU : top?.byMemory
        let named = mentions.first { $0.kind == .process }.map(\.label)
        let meant = named.map { name in listed?.first { $0.name == name } } ?? listed?.first
        guard let meant else { return [lead] }
        let figure = "\(use(meant, order))\(order == .cpu ? " of one core" : "")"
        return ["\(lead) \(named == nil ? "The one that uses most: " : "Nearest: ")\(figure)."]
    }

    /// "Is it 64 bit?", of which kernels are often named after.
    func architecture(asked: String?) -> [String] {
        guard let status else { return [Self.noData] }
        guard let found = status.kernelArchitecture.flatMap(Architecture.init(rawValue:)) else {
            return [
                "That is not measured here: no reading tells the architecture, and the kernel's name does not hold it."
            ]
        }
        let verdict = asked.map { found.isCalled($0) ? "Yes: " : "No: " } ?? ""
        let name = status.kernelRelease.map { " (\($0))" } ?? ""
        return ["\(verdict)\(found.rawValue) (\(found.family)), by the kernel's name\(name)."]
    }
}
