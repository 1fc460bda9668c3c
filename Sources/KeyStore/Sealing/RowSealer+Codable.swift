import Foundation

/// Values of several fields are sealed as binary property lists: bytes stay bytes, and fields can be added later.
extension RowSealer {
    func seal(_ value: some Encodable, at rowID: RowID) throws -> [UInt8] {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        // A property list has no bare values: everything stands in an array.
        return seal(bytes: try encoder.encode([value]), at: rowID)
    }

    /// - Throws: `DamagedRow`.
    func open<Value: Decodable>(_ type: Value.Type, _ sealed: [UInt8], at rowID: RowID) throws(DamagedRow)
        -> Value
    {
        let bytes = Data(try open(sealed, at: rowID))
        guard let value = try? PropertyListDecoder().decode([Value].self, from: bytes).first else {
            throw DamagedRow(table: rowID.table)
        }
        return value
    }
}

/// A stored value that does not open, or opens to something that cannot have been sealed there.
struct DamagedRow: Error, CustomStringConvertible {
    let table: String

    var description: String { "a value in table \(table) was altered or moved" }
}
