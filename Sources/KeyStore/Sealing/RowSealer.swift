import Cryptography

/// Seals values before SQLite sees them, and names rows so that they reveal no peer.
///
/// - Shape: a sealed value is nonce (12 bytes), ciphertext, tag (16 bytes): AES-256-GCM. Its key is
///   HMAC-SHA256(value key, row id), so that no key comes near the number of random nonces it may be used with, and its
///   authenticated data is the row id again: a row that was moved does not open.
struct RowSealer: Sendable {
    /// Where a value stands: its table and the name of its row.
    struct RowID: Hashable, Sendable {
        let table: String
        let name: [UInt8]

        init(_ table: String, _ name: some Sequence<UInt8>) {
            self.table = table
            self.name = Array(name)
        }

        init(_ table: String, id: Int64) {
            self.init(table, withUnsafeBytes(of: id.bigEndian, Array.init))
        }

        var bytes: [UInt8] { joined([Array(table.utf8), name]) }
    }

    /// Row names are 16 bytes: enough that no two coincide, short enough for tables of millions.
    static let nameByteCount = 16

    private let valueKey: SecretBytes
    private let nameKey: SecretBytes

    init(dataKey: SecretBytes) {
        func derived(_ label: String) -> SecretBytes {
            HKDFSHA256.derive(
                secret: dataKey, info: Array("SysMaint key store v1 \(label)".utf8), byteCount: 32)
        }
        valueKey = derived("values")
        nameKey = derived("row names")
    }

    func seal(bytes: some Collection<UInt8>, at rowID: RowID) -> [UInt8] {
        AESGCM.seal(bytes, key: key(at: rowID), authenticating: rowID.bytes)
    }

    /// - Throws: `DamagedRow` if the value was altered or moved.
    func open(_ sealed: [UInt8], at rowID: RowID) throws(DamagedRow) -> [UInt8] {
        guard let bytes = AESGCM.open(sealed, key: key(at: rowID), authenticating: rowID.bytes) else {
            throw DamagedRow(table: rowID.table)
        }
        return bytes
    }

    /// The name of a row that stands for `parts`: a keyed hash, the same each time, in one table unlike in another.
    func name(in table: String, _ parts: [UInt8]...) -> [UInt8] { name(in: table, parts) }

    func name(in table: String, _ parts: [[UInt8]]) -> [UInt8] {
        let code = HMACSHA256.code(of: joined([Array(table.utf8)] + parts), key: nameKey)
        return Array(code.prefix(Self.nameByteCount))
    }

    private func key(at rowID: RowID) -> SecretBytes {
        SecretBytes(taking: HMACSHA256.code(of: rowID.bytes, key: valueKey))
    }
}

/// Parts one after the other, each after its length (32 bits, big-endian), so that none can pass for a piece of the next.
private func joined(_ parts: [[UInt8]]) -> [UInt8] {
    parts.flatMap { part in withUnsafeBytes(of: UInt32(part.count).bigEndian, Array.init) + part }
}
