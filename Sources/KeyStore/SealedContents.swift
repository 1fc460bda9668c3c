import Cryptography
import Database
import Foundation

/// The account of a backup with a hash of everything else in it.
///
/// Rows are sealed one by one: each opens although others are missing, or were replaced by what stood in their place
/// before. The hash stands in the row of the account, without which no store opens, so that it cannot just be left out.
struct SealedContents {
    let account: Account
    /// Nil in backups of earlier versions, and in stores, which change.
    let hash: Data?
}

extension SealedContents: Codable {
    private enum Key: String, CodingKey { case contentsHash }

    init(from decoder: any Decoder) throws {
        account = try Account(from: decoder)
        hash = try decoder.container(keyedBy: Key.self).decodeIfPresent(Data.self, forKey: .contentsHash)
    }

    func encode(to encoder: any Encoder) throws {
        try account.encode(to: encoder)
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encodeIfPresent(hash, forKey: .contentsHash)
    }
}

extension SealedContents {
    /// Under the name of the account.
    private static var setting: Setting<SealedContents> { Setting(name: Setting<Account>.account.name) }

    init(sealedIn database: Connection, sealer: RowSealer) throws {
        guard let contents = try Self.setting.read(from: database, sealer: sealer) else {
            throw DamagedRow(table: "setting")
        }
        self = contents
    }

    /// Seals what the database holds now.
    static func seal(_ database: Connection, sealer: RowSealer) throws {
        let contents = SealedContents(
            account: try Account(sealedIn: database, sealer: sealer), hash: try hash(of: database))
        try setting.write(contents, to: database, sealer: sealer)
    }

    /// Whether the database holds what was sealed, in a sound file; true without a seal.
    func holds(in database: Connection) throws -> Bool {
        guard let hash else { return true }
        // What an index does not show would otherwise count for some readers and not for others.
        return try database.problems(limit: 1).isEmpty && hash == Self.hash(of: database)
    }

    /// The same for the same schema and rows, wherever they lie in the file.
    private static func hash(of database: Connection) throws -> Data {
        var hash = SHA256()
        func add(_ sql: String) throws {
            try database.each(sql) { row in
                hash.update([1] + (try row.unambiguousBytes))
                return true
            }
            hash.update([0])
        }
        try add("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
        let tables: [String] = try database.values(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        for table in tables {
            let count: Int = try database.value("SELECT COUNT(*) FROM pragma_table_info(?)", table) ?? 0
            guard count > 0 else { continue }
            let name = table.replacing("\"", with: "\"\"")
            let rows = table == "setting" ? "WHERE name <> '\(setting.name)'" : ""
            // The keys come first in every table.
            let order = (1...count).map(String.init).joined(separator: ", ")
            try add("SELECT * FROM \"\(name)\" \(rows) ORDER BY \(order)")
        }
        return hash.finish { Data($0) }
    }
}
