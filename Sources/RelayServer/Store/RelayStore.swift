import Foundation
import RelayAPI

/// What the relay keeps. Each method is one transaction; when it returns, what it changed is on disk.
///
/// Moments are milliseconds since 1970. All throw `StoreError`.
package protocol RelayStore: Sendable {
    /// Registers a device, or gives it a new token; the identity key of an id never changes.
    func register(_ device: RegisteredDevice, tokenHash: [UInt8], at now: Int64) async throws
    /// Whose token this is.
    func device(tokenHash: [UInt8]) async throws -> RegisteredDevice?
    /// The devices of an identity, lowest number first; empty for an unknown one.
    func devices(of id: IdentityID) async throws -> [RegisteredDevice]
    /// Removes a device with its token, prekeys and queue; false where there is none.
    func remove(_ address: DeviceAddress, at now: Int64) async throws -> Bool

    func storePreKeys(_ upload: PreKeyUpload, for address: DeviceAddress, at now: Int64) async throws
        -> PreKeyCounts
    /// Takes one bundle per device that has signed keys, using up a one-time prekey of either kind where there is one.
    func takeBundles(of id: IdentityID) async throws -> [TakenBundle]
    func preKeyCounts(of address: DeviceAddress) async throws -> PreKeyCounts
    func signedPreKeys(of address: DeviceAddress) async throws -> (
        signed: SignedPreKey, lastResort: SignedPreKey
    )?

    /// Queues an envelope, if the conditions hold, behind those accepted before it, then calls `done`; many callers share one commit.
    ///
    /// An envelope of class `online` is checked alike and not kept.
    func accept(
        _ envelope: Envelope, if conditions: SendConditions, at now: Int64,
        done: @escaping @Sendable (Result<MessageReceipt.Outcome, any Error>) -> Void)
    /// Messages of a device, oldest first: at most `maxCount`, and no more once `maxByteCount` are reached.
    func messages(
        for address: DeviceAddress, _ part: QueuePart, maxCount: Int, maxByteCount: Int, at now: Int64
    ) async throws -> [QueuedMessage]
    /// Forgets messages that the device has; soon, with others, and again after the next delivery if that fails.
    func acknowledge(
        _ sequences: [Int64], for address: DeviceAddress,
        done: @escaping @Sendable (Result<Int, any Error>) -> Void)
    /// Returns once everything that was submitted before is on disk or has failed.
    func settle() async throws
    /// Notes that a device's socket broke over this message; after too many times it is set aside. Says if it is now.
    func noteFailure(of sequence: Int64, for address: DeviceAddress) async throws -> Bool
    /// Forgets what has expired, and says how many messages that were.
    func expire(at now: Int64) async throws -> Int

    func totals() async throws -> StoreTotals
    var figures: StoreFigures { get }
    /// Free bytes where the data is; absent where that cannot be known.
    var freeDiskBytes: Int? { get }
    /// Fails when the database does not take writes.
    func checkWritable() async throws
}

extension RelayStore {
    package func accept(
        _ envelope: Envelope, if conditions: SendConditions = .none, at now: Int64
    ) async throws -> MessageReceipt.Outcome {
        try await withCheckedThrowingContinuation { continuation in
            accept(envelope, if: conditions, at: now) { continuation.resume(with: $0) }
        }
    }
}
