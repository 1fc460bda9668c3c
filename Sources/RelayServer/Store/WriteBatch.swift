import Foundation
import GRDB
import RelayAPI

/// One transaction that several writes share, with what they look up again and again.
///
/// Lives as long as the transaction: what it remembers is as true as what the transaction reads.
final class WriteBatch {
    struct Device {
        let key: Int64
        let registrationID: UInt32
    }

    /// The sums of a device's queue, so that its limits cost the same however long it is.
    struct Queue: Equatable {
        var messageCount = 0
        var byteCount = 0
        /// The number of the newest message that was ever queued.
        var lastSequence: Int64 = 0
    }

    let database: Database
    private var devices: [DeviceAddress: Device] = [:]
    private var stored: [Int64: Queue] = [:]
    private var changed: [Int64: Queue] = [:]

    init(_ database: Database) { self.database = database }

    func device(_ address: DeviceAddress) throws -> Device? {
        if let device = devices[address] { return device }
        let device = try SQLiteRelayStore.device(address, database)
        devices[address] = device
        return device
    }

    /// To be told of a device that was written or removed.
    func forget(_ address: DeviceAddress) { devices[address] = nil }

    func queue(of device: Int64) throws -> Queue {
        if let queue = changed[device] { return queue }
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT messageCount, byteCount, lastSequence FROM queues WHERE deviceKey = ?"),
            arguments: [device])
        let queue = row.map { Queue(messageCount: $0[0], byteCount: $0[1], lastSequence: $0[2]) } ?? Queue()
        stored[device] = queue
        changed[device] = queue
        return queue
    }

    func setQueue(of device: Int64, _ queue: Queue) { changed[device] = queue }

    func removeFromQueue(of device: Int64, sizes: [Int]) throws {
        guard !sizes.isEmpty else { return }
        var queue = try queue(of: device)
        queue.messageCount -= sizes.count
        queue.byteCount -= sizes.reduce(0, +)
        setQueue(of: device, queue)
    }

    /// To be told of a device whose queue was removed.
    func forgetQueue(of device: Int64) {
        stored[device] = nil
        changed[device] = nil
    }

    /// Writes down the sums, once per device however many messages came or went.
    func finish() throws {
        for (device, queue) in changed where stored[device] != queue {
            try database.cachedStatement(
                sql: """
                    INSERT INTO queues (deviceKey, messageCount, byteCount, lastSequence) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET messageCount = excluded.messageCount,
                        byteCount = excluded.byteCount, lastSequence = excluded.lastSequence
                    """
            ).execute(arguments: [device, queue.messageCount, queue.byteCount, queue.lastSequence])
        }
    }
}
