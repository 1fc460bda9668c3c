import Foundation
import Testing

/// The contents of one kind of vector file, and how to hold them against the implementation.
///
/// A file is of the kind as which it can be decoded, so a kind requires the members that only it has.
protocol VectorFile: Decodable, Sendable {
    /// Runs every case, records an issue for each that fails, and says how many there were.
    func check() throws -> Int
}

extension Decodable {
    /// Reads `Vectors/<name>.json`.
    init(vectorFile name: String) throws {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Vectors"))
        self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }
}
