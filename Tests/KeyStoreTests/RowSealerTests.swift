import Cryptography
import Foundation
import TestSupport
import Testing
import Values

@testable import KeyStore

struct RowSealerTests {
    let sealer = RowSealer(dataKey: SecretBytes([UInt8](repeating: 7, count: 32)))
    let rowID = RowSealer.RowID("session", [1, 2, 3])

    @Test(arguments: [0, 1, 15, 16, 17, 4096])
    func opensWhatItSealed(byteCount: Int) throws {
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try sealer.open(sealer.seal(bytes: bytes, at: rowID), at: rowID) == bytes)
    }

    @Test func sealsTheSameBytesDifferentlyEachTime() {
        #expect(
            sealer.seal(bytes: "same".utf8, at: rowID) != sealer.seal(bytes: "same".utf8, at: rowID))
    }

    @Test func anyFlippedBitIsDamage() throws {
        let sealed = sealer.seal(bytes: "secret".utf8, at: rowID)
        for index in sealed.indices {
            for bit in 0..<8 {
                var altered = sealed
                altered[index] ^= 1 << bit
                #expect(throws: DamagedRow.self) { try sealer.open(altered, at: rowID) }
            }
        }
    }

    @Test func anyTruncationIsDamage() throws {
        let sealed = sealer.seal(bytes: "secret".utf8, at: rowID)
        for count in 0..<sealed.count {
            #expect(throws: DamagedRow.self) { try sealer.open(Array(sealed.prefix(count)), at: rowID) }
        }
    }

    @Test func movedValueIsDamage() throws {
        let sealed = sealer.seal(bytes: "secret".utf8, at: rowID)
        #expect(throws: DamagedRow.self) { try sealer.open(sealed, at: .init("session", [1, 2, 4])) }
        #expect(throws: DamagedRow.self) { try sealer.open(sealed, at: .init("identity", [1, 2, 3])) }
        #expect(throws: DamagedRow.self) {
            try sealer.open(sealed, at: .init("sessio", Array("n".utf8) + [1, 2, 3]))
        }
    }

    @Test func anotherDataKeyOpensNothing() throws {
        let other = RowSealer(dataKey: SecretBytes(randomByteCount: 32))
        let sealed = sealer.seal(bytes: "secret".utf8, at: rowID)
        #expect(throws: DamagedRow.self) { try other.open(sealed, at: rowID) }
    }

    @Test func namesAreStableKeyedAndSeparateByTableAndParts() {
        let name = sealer.name(in: "session", Array("bob".utf8), [1])
        #expect(name == sealer.name(in: "session", Array("bob".utf8), [1]))
        #expect(name.count == RowSealer.nameByteCount)
        let others = [
            sealer.name(in: "identity", Array("bob".utf8), [1]),
            sealer.name(in: "session", Array("bob".utf8), [2]),
            sealer.name(in: "session", Array("bob".utf8) + [1]),
            sealer.name(in: "session", Array("bo".utf8), Array("b".utf8) + [1]),
            RowSealer(dataKey: SecretBytes(randomByteCount: 32)).name(in: "session", Array("bob".utf8), [1]),
        ]
        #expect(Set(others + [name]).count == others.count + 1)
    }

    @Test func valuesOfSeveralFieldsComeBack() throws {
        let incident = Incident(
            at: Date(milliseconds: 1_700_000_000_123), peer: "bob", messageID: UUID(), cause: "é")
        #expect(try sealer.open(Incident.self, sealer.seal(incident, at: rowID), at: rowID) == incident)
        #expect(throws: DamagedRow.self) {
            try sealer.open(Incident.self, sealer.seal("text", at: rowID), at: rowID)
        }
    }
}

struct WrappedDataKeyTests {
    let dataKey = SecretBytes(randomByteCount: 32)

    @Test func costIsTheOneOfTheFormat() {
        let cost = WrappedDataKey.Cost.standard
        #expect((cost.rounds, cost.blockSize, cost.parallelism) == (16_384, 8, 1))
    }

    @Test func passphraseGivesTheDataKeyBack() throws {
        let wrapped = try WrappedDataKey(wrapping: dataKey, passphrase: "correct horse")
        #expect(try wrapped.dataKey(passphrase: "correct horse") == dataKey)
        #expect(throws: WrappedDataKey.Failure.wrongPassphrase) {
            try wrapped.dataKey(passphrase: "correct horsE")
        }
        #expect(throws: WrappedDataKey.Failure.wrongPassphrase) { try wrapped.dataKey(passphrase: "") }
    }

    @Test func accentsMayBeTypedEitherWay() throws {
        let wrapped = try WrappedDataKey(wrapping: dataKey, passphrase: "caf\u{E9}")
        #expect(try wrapped.dataKey(passphrase: "cafe\u{301}") == dataKey)
    }

    @Test func sameKeyAndPassphraseWrapDifferentlyEachTime() throws {
        let first = try WrappedDataKey(wrapping: dataKey, passphrase: "p")
        let second = try WrappedDataKey(wrapping: dataKey, passphrase: "p")
        #expect(first.salt != second.salt)
        #expect(first.sealed != second.sealed)
    }

    @Test func alteredFieldIsDamageNotAWrongPassphrase() throws {
        let good = try WrappedDataKey(wrapping: dataKey, passphrase: "p")
        func altered(_ bytes: [UInt8]) -> [UInt8] { [bytes[0] ^ 1] + bytes.dropFirst() }
        let cheaper = WrappedDataKey.Cost(rounds: 2, blockSize: 8, parallelism: 1)
        let damaged = [
            WrappedDataKey(
                salt: altered(good.salt), cost: good.cost, sealed: good.sealed, checksum: good.checksum),
            WrappedDataKey(salt: good.salt, cost: cheaper, sealed: good.sealed, checksum: good.checksum),
            WrappedDataKey(
                salt: good.salt, cost: good.cost, sealed: altered(good.sealed), checksum: good.checksum),
            WrappedDataKey(
                salt: good.salt, cost: good.cost, sealed: good.sealed, checksum: altered(good.checksum)),
            WrappedDataKey(salt: good.salt, cost: good.cost, sealed: [], checksum: good.checksum),
        ]
        for wrapped in damaged {
            #expect(throws: WrappedDataKey.Failure.damaged) { try wrapped.dataKey(passphrase: "p") }
        }
    }

    @Test(arguments: [
        (16_384, 8, 1, true), (1 << 20, 4, 1, true), (1 << 20, 8, 1, false), (1 << 21, 1, 1, false),
        (1, 8, 1, false), (0, 8, 1, false), (-4, 8, 1, false), (1000, 8, 1, false), (16_384, 0, 1, false),
        (16_384, 17, 1, false), (16_384, 8, 0, false), (16_384, 8, 17, false), (16_384, 16, 16, true),
    ])
    func costsAreBounded(rounds: Int, blockSize: Int, parallelism: Int, isSound: Bool) {
        let cost = WrappedDataKey.Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        #expect(cost.isSound == isSound)
    }
}
