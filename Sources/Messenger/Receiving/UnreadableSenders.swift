import Foundation
import KeyStore
import RelayAPI
import SignalProtocol
import Synchronization

/// Receives envelopes, spending less effort on senders whose recent messages could not be read.
final class UnreadableSenders: Sendable {
    private let rows = Mutex(UnreadableRows())

    func receive(_ envelope: Envelope, in transaction: inout Transaction) throws -> Reception {
        let (sender, now) = (envelope.sender, transaction.now)
        let effort = rows.withLock { $0.effort(for: sender, at: now) }
        let reception = try Receiver(envelope: envelope, effort: effort).receive(in: &transaction)
        rows.withLock { $0.note(reception, from: sender, at: now) }
        return reception
    }
}

/// Devices whose messages could not be decrypted several times in a row.
///
/// The sender decides how much work a message takes, and only an attempt shows that it is unreadable. Such a device is set
/// aside for a while: its messages are still taken in order, and read if that is cheap, as for a device whose session works
/// or has just been restarted. None of them waits at the relay, where it would delay others, and garbage in its name cannot
/// silence a device: the first readable message ends the quarantine.
///
/// In memory only: it does not survive a restart.
struct UnreadableRows: Sendable {
    /// Messages in a row that set a device aside.
    static let limit = 5
    /// How long it is set aside; also how long a shorter row counts.
    static let period: TimeInterval = 600
    /// Devices remembered; of more, the one that was quiet the longest is forgotten.
    static let maxCount = 1000

    private struct Row {
        var count = 0
        var lastAt: Date
    }

    private var rows: [DeviceAddress: Row] = [:]

    /// How hard to try the next message of a device.
    func effort(for sender: DeviceAddress, at now: Date) -> SessionCipher.Effort {
        guard let row = rows[sender], row.count >= Self.limit, Self.isRecent(row, at: now) else {
            return .full
        }
        return .brief
    }

    /// Counts the outcome of a message. Duplicates and messages under unapproved keys do not count.
    mutating func note(_ reception: Reception, from sender: DeviceAddress, at now: Date) {
        switch reception {
        case .unreadable(_, needsRepair: true):
            var row = rows[sender].flatMap { Self.isRecent($0, at: now) ? $0 : nil } ?? Row(lastAt: now)
            row.count += 1
            // From the message on that sets it aside the time runs, whatever else comes.
            if row.count <= Self.limit { row.lastAt = now }
            rows[sender] = row
            forgetOldest()
        case .unreadable(_, needsRepair: false), .duplicate, .held, .dropped: break
        case .received, .consumed: rows[sender] = nil
        }
    }

    private mutating func forgetOldest() {
        guard rows.count > Self.maxCount, let oldest = rows.min(by: { $0.value.lastAt < $1.value.lastAt })
        else {
            return
        }
        rows[oldest.key] = nil
    }

    /// A clock that was set back ends a row, as the passing of time does.
    private static func isRecent(_ row: Row, at now: Date) -> Bool {
        (0..<period).contains(now.timeIntervalSince(row.lastAt))
    }
}
