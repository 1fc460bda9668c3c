import Cryptography
import Database
import Foundation
import RelayAPI

/// Copies of a store. A copy never goes on in the sessions of its original, which may have gone on itself: two messages
/// under one key would be the end of their secrecy. When a copy is opened it renews itself; see `renew`.
extension KeyStore {
    /// Writes a copy to a new file, under the same passphrase. The store stays in use meanwhile.
    ///
    /// - Throws: `KeyStoreError`: `.alreadyExists`, `.storage`.
    package func backUp(to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw KeyStoreError.alreadyExists(path: path)
        }
        do {
            try Self.explained(path) { try copy(to: path) }
        } catch {
            // Half a copy is of no use, and would be in the way of the next one.
            for suffix in ["", "-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
            throw error
        }
    }

    private func copy(to path: String) throws {
        let copy = try Connection(path)
        defer { copy.close() }
        do { try readers.readAndWait { try $0.backUp(to: copy) } } catch let error as DatabaseError
            where error.kind == .closed
        {
            throw Self.explanation(of: error, at: self.path)
        }
        try Setting.isBackup.write(true, to: copy, sealer: sealer)
        try SealedContents.seal(copy, sealer: sealer)
        // Nothing of the copy may stay behind in a file beside it.
        try copy.setJournalMode("delete")
    }

    /// What a backup says of itself.
    package struct BackupSummary: Sendable {
        package let owner: DeviceAddress
        /// Whether it holds what was put into it and nothing else. Those that earlier versions made do not tell.
        package let isKnownToBeWhole: Bool
    }

    /// Whose store a backup is of, and whether it is as it was made. The backup is only read.
    ///
    /// - Throws: `KeyStoreError`: `.notFound`, `.wrongPassphrase`, `.damaged`, `.storage`.
    package static func examine(backup path: String, passphrase: SecretText) throws -> BackupSummary {
        guard FileManager.default.fileExists(atPath: path) else { throw KeyStoreError.notFound(path: path) }
        return try explained(path) {
            var options = Connection.Options()
            options.isReadOnly = true
            let database = try Connection(path, options)
            guard let wrapped = try wrappedKey(database) else {
                throw KeyStoreError.damaged(path: path, reason: "it holds no keys")
            }
            let sealer = RowSealer(dataKey: try wrapped.dataKey(passphrase: passphrase))
            let contents = try checkedContents(of: database, at: path, sealer: sealer)
            return BackupSummary(owner: contents.account.owner, isKnownToBeWhole: contents.hash != nil)
        }
    }

    /// What a file holds, if that is what was sealed in it.
    private static func checkedContents(
        of database: Connection, at path: String, sealer: RowSealer
    ) throws -> SealedContents {
        try KeyStoreSchema.rejectForeignStatements(in: database, at: path)
        let contents = try SealedContents(sealedIn: database, sealer: sealer)
        guard try contents.holds(in: database) else {
            throw KeyStoreError.damaged(
                path: path,
                reason: "it does not hold what was backed up: it was changed or damaged")
        }
        return contents
    }

    /// Opens the seal of a backup, which ends to be one: what it holds changes from now on.
    static func unseal(_ database: Connection, at path: String, sealer: RowSealer) throws {
        let contents = try checkedContents(of: database, at: path, sealer: sealer)
        guard contents.hash != nil else { return }
        try Setting.account.write(contents.account, to: database, sealer: sealer)
    }

    /// Makes a store from a backup, which stays as it is.
    ///
    /// - Throws: `KeyStoreError`: `.alreadyExists` for `path`, and as `open` does. Nothing is left behind.
    package static func restore(
        from backup: String, to path: String, passphrase: SecretText,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> KeyStore {
        let files = FileManager.default
        guard files.fileExists(atPath: backup) else { throw KeyStoreError.notFound(path: backup) }
        guard !files.fileExists(atPath: path) else { throw KeyStoreError.alreadyExists(path: path) }
        let added = ["", "-wal", "-shm", ".mark", ".lock"].map { path + $0 }
            .filter { !files.fileExists(atPath: $0) }
        let lock = try OwnerLock(for: path)
        // Another process may have been faster.
        guard !files.fileExists(atPath: path) else { throw KeyStoreError.alreadyExists(path: path) }
        do {
            // Under another name first: a store is there as a whole or not at all.
            try PrivateCopy.make(of: backup, at: path)
            return try open(at: path, lock, passphrase: passphrase, now: now)
        } catch {
            for file in added { try? files.removeItem(atPath: file) }
            throw error
        }
    }

    /// Renews a store that is a copy or was put back to an earlier state, and remembers which file it is in.
    ///
    /// - Returns: How far the store has come.
    static func settle(
        _ database: Connection, at path: String, sealer: RowSealer, mark: StoreMark, now: Date
    ) throws -> StoreMark.Position {
        let file = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber
        let position = try database.transaction {
            let home = try Setting.fileNumber.read(from: database, sealer: sealer)
            let isBackup = try Setting.isBackup.read(from: database, sealer: sealer) ?? false
            let known = try Setting.storeID.read(from: database, sealer: sealer)
            var position = StoreMark.Position(
                storeID: known ?? UUID(),
                step: try database.value("SELECT value FROM step") ?? 0)
            if known == nil { try Setting.storeID.write(position.storeID, to: database, sealer: sealer) }
            let last = mark.position.flatMap { $0.storeID == position.storeID ? $0.step : nil } ?? 0
            let isBehind = position.step < last
            if isBackup || isBehind || (home != nil && home != file?.uint64Value) {
                var transaction = Transaction(
                    database: database, sealer: sealer,
                    account: try Account(sealedIn: database, sealer: sealer), now: now)
                try transaction.renew()
                if isBehind, !isBackup { try transaction.noteSetBack() }
                try transaction.flush()
                try Setting.isBackup.write(false, to: database, sealer: sealer)
                position.step = max(position.step, last) + 1
                try database.run("UPDATE step SET value = ?", position.step)
            }
            if let number = file?.uint64Value, number != home {
                try Setting.fileNumber.write(number, to: database, sealer: sealer)
            }
            return position
        }
        mark.raise(to: position)
        return position
    }
}

extension Transaction {
    /// Tells the person that the store was put back to an earlier state.
    fileprivate mutating func noteSetBack() throws {
        try incidents.append(
            "the key store was put back to an earlier state; its sessions were renewed, and messages taken in since then are lost here",
            peer: account.owner.description, messageID: nil)
    }
}

extension Setting<UUID> {
    /// Tells the mark of this store from one that another left at the same path.
    static var storeID: Setting { Setting(name: "storeID") }
}

extension Setting<Bool> {
    static var isBackup: Setting { Setting(name: "isBackup") }
}

extension Setting<UInt64> {
    /// Of the file that the store was in last: a copy has another.
    static var fileNumber: Setting { Setting(name: "fileNumber") }
}
