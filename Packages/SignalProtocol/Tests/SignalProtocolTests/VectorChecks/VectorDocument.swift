import Foundation
import VectorSupport

/// A file of known answers.
struct VectorDocument {
    let name: String
    let root: VectorCase
    /// Where it is, if it is a file, for those that refer to one another.
    let folder: URL?
    let data: Data

    init(_ url: URL) throws {
        try self.init(
            name: url.lastPathComponent, data: Data(contentsOf: url), folder: url.deletingLastPathComponent())
    }

    init(name: String, data: Data, folder: URL? = nil) throws {
        guard let fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw VectorError(description: "\(name): not a JSON object")
        }
        self.name = name
        self.data = data
        self.folder = folder
        root = VectorCase(fields: fields, name: name)
    }

    /// The files of this test target.
    static func own() throws -> [URL] {
        let folder = Bundle.module.resourceURL?.appending(path: "Vectors")
        return try FileManager.default
            .contentsOfDirectory(
                at: try require(folder, "no Vectors folder"), includingPropertiesForKeys: nil
            )
            .filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    static func own(_ name: String) throws -> VectorDocument {
        guard let url = try own().first(where: { $0.lastPathComponent == name }) else {
            throw VectorError(description: "no vector file \(name)")
        }
        return try VectorDocument(url)
    }

    private static func require<Value>(_ value: Value?, _ problem: String) throws -> Value {
        guard let value else { throw VectorError(description: problem) }
        return value
    }
}

struct VectorError: Error, CustomStringConvertible {
    let description: String
}

/// One case of a file: named values, read as what they are meant to be.
struct VectorCase: CustomStringConvertible {
    let fields: [String: Any]
    /// Which case it is, for messages.
    let name: String

    var description: String { name }

    func has(_ fields: String...) -> Bool { fields.allSatisfy { self.fields[$0] != nil } }

    /// Whether the field is absent or null.
    func isNull(_ field: String) -> Bool { fields[field] == nil || fields[field] is NSNull }

    func string(_ field: String) throws -> String { try value(field) }

    func bool(_ field: String) throws -> Bool { try value(field) }

    func int<Number: FixedWidthInteger>(_ field: String) throws -> Number {
        let number: NSNumber = try value(field)
        guard let exact = Number(number.stringValue) else { throw problem("is out of range", field) }
        return exact
    }

    /// Hex.
    func bytes(_ field: String) throws -> [UInt8] {
        guard let bytes = [UInt8](hex: try string(field)) else { throw problem("is not hex", field) }
        return bytes
    }

    func bytesIfPresent(_ field: String) throws -> [UInt8]? { isNull(field) ? nil : try bytes(field) }

    func base64(_ field: String) throws -> [UInt8] {
        guard let data = Data(base64Encoded: try string(field)) else { throw problem("is not base64", field) }
        return Array(data)
    }

    func strings(_ field: String) throws -> [String] { try value(field) }

    func object(_ field: String) throws -> VectorCase {
        VectorCase(fields: try value(field), name: "\(name), \(field)")
    }

    /// The cases in a list, numbered from zero.
    func cases(_ field: String) throws -> [VectorCase] {
        let list: [[String: Any]] = try value(field)
        return list.enumerated().map { index, fields in
            let comment = (fields["comment"] ?? fields["description"]) as? String
            let label = comment.map { " (\($0))" } ?? ""
            return VectorCase(fields: fields, name: "\(name), \(field) \(index)\(label)")
        }
    }

    private func value<Value>(_ field: String) throws -> Value {
        guard let value = fields[field] as? Value else {
            throw problem("is missing or of another type", field)
        }
        return value
    }

    private func problem(_ what: String, _ field: String) -> VectorError {
        VectorError(description: "\(name): \(field) \(what)")
    }
}
