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

    func storePreKeys(_ upload: PreKeyUpload, for address: DeviceAddress) async throws
    /// Takes one bundle per device that has signed keys, using up a one-time prekey of either kind where there is one.
    func takeBundles(of id: IdentityID) async throws -> [DeviceBundle]
    func preKeyCounts(of address: DeviceAddress) async throws -> PreKeyCounts
    func signedPreKeys(of address: DeviceAddress) async throws -> (
        signed: SignedPreKey, lastResort: SignedPreKey
    )?

    /// Queues an envelope if the conditions hold; many callers share one commit.
    ///
    /// - Throws: `StoreError`, and the `Problem` of a condition that does not hold.
    func accept(_ envelope: Envelope, if conditions: SendConditions, at now: Int64) async throws
        -> MessageReceipt.Outcome
    /// Messages of a device with a sequence above `sequence`, oldest first.
    func messages(for address: DeviceAddress, after sequence: Int64, limit: Int, at now: Int64) async throws
        -> [QueuedMessage]
    /// Forgets messages that the device has; many callers share one commit.
    func acknowledge(_ ids: [UUID], for address: DeviceAddress) async throws
    /// Forgets what has expired, and says how many messages that were.
    func expire(at now: Int64) async throws -> Int
    func totals() async throws -> StoreTotals
    /// Fails when the database does not take writes.
    func checkWritable() async throws
}
