extension DecodingError {
    /// Which field is wrong, without its value.
    var fieldDescription: String {
        switch self {
        case .keyNotFound(let key, _): "field '\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "field '\(context.codingPath.last?.stringValue ?? "")' has the wrong type"
        case .dataCorrupted(let context):
            context.codingPath.last.map { "field '\($0.stringValue)' is malformed" } ?? "not JSON"
        @unknown default: "not understood"
        }
    }
}
