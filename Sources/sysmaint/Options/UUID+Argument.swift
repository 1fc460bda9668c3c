import Commands
import Foundation

extension UUID: ArgumentValue {
    package static var requirement: String? { "it must be a UUID, as in the JSON output" }

    /// Reads an id from the command line.
    public init?(argument: String) { self.init(uuidString: argument) }

    package var argument: String { uuidString }
}
