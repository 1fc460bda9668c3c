@testable import Agent

extension JSON {
    subscript(key: String) -> JSON? {
        guard case .object(let fields) = self else { return nil }
        return fields[key]
    }

    var array: [JSON]? {
        guard case .array(let values) = self else { return nil }
        return values
    }
}
