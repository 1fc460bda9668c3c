import Cryptography
import FoundationEssentials
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// Managing the sessions of a record, and what can be asked of it.
struct RecordTests {
    @Test func anEmptyRecordHasNothing() throws {
        var record = SessionRecord()
        #expect(record.serialized.isEmpty)
        #expect(try !record.hasUsableSession(now: Party.now))
        #expect(
            record.baseKey == nil && record.remoteIdentityKey == nil && record.remoteRegistrationID == nil)
        record.archiveCurrentState()
        #expect(record.previous.isEmpty)
    }

    @Test func archivingDropsWhatBeginsTheSession() throws {
        var pair = try Pair(seed: 810)
        var record = try #require(pair.alice.store.session(for: pair.bob.address))
        #expect(record.isUnacknowledged)
        record.archiveCurrentState()
        #expect(record.current == nil && record.previous.count == 1)
        let archived = try SessionState(serialized: record.previous[0].exposed[...])
        #expect(archived.pendingPreKey == nil && archived.pendingKyber == nil)
        pair.alice.store.storeSession(record, for: pair.bob.address)
        #expect(throws: SignalError.sessionNotFound(pair.bob.address)) {
            try pair.alice.encrypt("nowhere to go", to: pair.bob.address)
        }
    }

    @Test func aDamagedCurrentSessionIsKeptAndNamed() throws {
        var pair = try Pair(acquainted: 811)
        var writer = ProtobufWriter()
        writer.put([0x12, 0x01, 0x05] as [UInt8], field: 1)
        let record = try SessionRecord(serialized: writer.bytes)
        #expect(record.serialized == writer.bytes)
        #expect(throws: SignalError.invalidSessionStructure) { try record.hasUsableSession(now: Party.now) }
        pair.bob.store.storeSession(record, for: pair.alice.address)
        #expect(throws: SignalError.invalidSessionStructure) {
            try pair.bob.encrypt("cannot", to: pair.alice.address)
        }
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        pair.bob.expectRefusal(.invalidMessage(.whisper), of: message, from: pair.alice.address)
    }

    @Test func aDamagedPreviousSessionStopsTheSearchForOneThatAMessageBegan() throws {
        var pair = try Pair(seed: 812)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        var writer = ProtobufWriter()
        writer.put([0xFF, 0xFF] as [UInt8], field: 2)
        pair.bob.store.storeSession(try SessionRecord(serialized: writer.bytes), for: pair.alice.address)
        pair.bob.expectRefusal(.invalidSessionStructure, of: message, from: pair.alice.address)
    }

    @Test func sessionsAreSeparatedByThePeersIdentity() throws {
        var pair = try Pair(acquainted: 816)
        var other = try Party(Pair.bobName, seed: 817)
        let keys = [pair.bob, other].map { $0.store.identityKeyPair.publicKey }
        let late = try pair.bob.encrypt("late", to: pair.alice.address)
        // The same address under another key, as after a new start of the peer: one record holds sessions of both.
        _ = pair.alice.store.saveIdentity(keys[1], for: other.address)
        try pair.alice.process(try other.makeBundle(), of: other.address)
        _ = try other.decrypt(
            pair.alice.encrypt("hello", to: other.address), from: pair.alice.address)
        let answer = try other.encrypt("hello yourself", to: pair.alice.address)

        let mixed = try #require(pair.alice.store.session(for: other.address))
        var writer = ProtobufWriter()
        writer.put([0xFF, 0xFF] as [UInt8], field: 2)
        let damaged = try SessionRecord(serialized: mixed.serialized + writer.bytes)
        let records = damaged.separatedByIdentity()
        #expect(Set(records.keys) == Set(keys))
        #expect(records[keys[0]]?.remoteIdentityKey == nil && records[keys[0]]?.previous.count == 1)
        #expect(records[keys[1]]?.remoteIdentityKey == keys[1] && records[keys[1]]?.previous.isEmpty == true)

        pair.alice.store.storeSession(try #require(records[keys[1]]), for: other.address)
        pair.alice.expectRefusal(.invalidMessage(.whisper), of: late, from: other.address)
        #expect(try pair.alice.decrypt(answer, from: other.address) == "hello yourself")
        _ = pair.alice.store.saveIdentity(keys[0], for: other.address)
        pair.alice.store.storeSession(try #require(records[keys[0]]), for: other.address)
        #expect(try pair.alice.decrypt(late, from: other.address) == "late")
    }

    @Test func aDecryptionErrorIsMatchedWithTheSessionItIsAbout() throws {
        var pair = try Pair(acquainted: 813)
        let message = try pair.alice.encrypt("lost", to: pair.bob.address)
        let report = try DecryptionErrorMessage(
            about: message, timestamp: 1_700_000_000_000, deviceID: UInt32(pair.alice.address.deviceID))
        let content = try PlaintextContent(wire: PlaintextContent(report).wire)
        let received = try #require(try content.decryptionError())
        #expect(received == report)
        let key = try #require(received.ratchetKey)
        let record = try #require(pair.alice.store.session(for: pair.bob.address))
        #expect(record.currentRatchetKeyMatches(key))
        #expect(!record.currentRatchetKeyMatches(record.remoteIdentityKey ?? key))
        #expect(throws: SignalError.invalidArgument("a message in the clear cannot fail to decrypt")) {
            try DecryptionErrorMessage(about: .plaintext(content), timestamp: 0, deviceID: 1)
        }
    }

    @Test func otherKindsOfMessagesAreNoMessagesOfASession() throws {
        var pair = try Pair(acquainted: 814)
        let message = try pair.alice.encrypt("lost", to: pair.bob.address)
        let report = try DecryptionErrorMessage(about: message, timestamp: 1, deviceID: 1)
        pair.bob.expectRefusal(
            .invalidArgument("not a message of a session"), of: .plaintext(PlaintextContent(report)),
            from: pair.alice.address)
        #expect(throws: SignalError.invalidArgument("no message has the type 9")) {
            try CiphertextMessage(type: 9, wire: message.wire)
        }
        #expect(try CiphertextMessage(type: message.type, wire: message.wire) == message)
    }

    @Test func momentsOutOfRangeBecomeTheNearestOnesInIt() {
        #expect(Date(timeIntervalSince1970: -5).secondsSince1970 == 0)
        #expect(Date(timeIntervalSince1970: .infinity).millisecondsSince1970 == .max)
        #expect(Date(timeIntervalSince1970: .nan).secondsSince1970 == 0)
        #expect(Date(timeIntervalSince1970: 1.5).millisecondsSince1970 == 1500)
        #expect(Date(millisecondsSince1970: 1500).timeIntervalSince1970 == 1.5)
    }

    @Test func aReplacedIdentityIsReported() throws {
        var pair = try Pair(acquainted: 815)
        let key = pair.bob.store.identityKeyPair.publicKey
        #expect(pair.alice.store.identity(for: pair.bob.address) == key)
        #expect(pair.alice.store.saveIdentity(key, for: pair.bob.address) == .newOrUnchanged)
        #expect(
            pair.alice.store.saveIdentity(
                pair.alice.store.identityKeyPair.publicKey, for: pair.bob.address) == .replaced)
    }
}
