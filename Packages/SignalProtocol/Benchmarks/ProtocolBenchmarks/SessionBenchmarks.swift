import BenchmarkSupport
import Cryptography
import Foundation

@testable import SignalProtocol

/// The operations that programs call, over stores in memory.
enum SessionBenchmarks {
    static func run(_ report: inout Report, against primitives: Primitives) throws {
        try keys(&report, primitives)
        try handshake(&report, primitives)
        try messages(&report, primitives)
        try jump(&report)
        try records(&report)
    }

    private static func keys(_ report: inout Report, _ primitives: Primitives) throws {
        report.section("Keys")
        var random = SecureRandom()
        let (ours, theirs) = (KeyPair(using: &random), KeyPair(using: &random))
        let text = [UInt8](repeating: 7, count: 33)
        let signature = ours.privateKey.signature(for: text, using: &random)
        report.add(
            "XEdDSA sign",
            .of(batch: 20) {
                var random = SecureRandom()
                return ours.privateKey.signature(for: text, using: &random)
            }, needed: primitives.sign)
        report.add(
            "XEdDSA verify", .of(batch: 20) { ours.publicKey.isValidSignature(signature, for: text) },
            needed: primitives.verify, atMostMultiple: 1.1)
        report.add(
            "X25519 agreement", try .of(batch: 20) { try ours.privateKey.agreement(with: theirs.publicKey) },
            needed: primitives.agreement)
        report.add(
            "X25519 key generation",
            .of(batch: 20) {
                var random = SecureRandom()
                return KeyPair(using: &random)
            }, needed: primitives.keyGeneration)
        let kem = KEMKeyPair(using: &random)
        report.add(
            "Kyber-1024 key pair",
            .of(batch: 10) {
                var random = SecureRandom()
                return KEMKeyPair(using: &random)
            }, needed: primitives.kemPrivateKey)
        let sealed = try kem.publicKey.encapsulate()
        report.add(
            "Kyber-1024 encapsulate", try .of(batch: 10) { try kem.publicKey.encapsulate() },
            needed: primitives.kemPublicKey + primitives.encapsulate + primitives.kemHash)
        report.add(
            "Kyber-1024 decapsulate", try .of(batch: 10) { try kem.decapsulate(sealed.ciphertext) },
            needed: primitives.decapsulate + primitives.kemHash)
    }

    private static func handshake(_ report: inout Report, _ primitives: Primitives) throws {
        report.section("PQXDH")
        report.add(
            "initiate",
            try .of({ () throws -> (Correspondents, PreKeyBundle) in
                var pair = try Correspondents()
                let bundle = try pair.makeBundle()
                return (pair, bundle)
            }) { input in try input.0.initiate(input.1) }, needed: primitives.initiate, atMostMultiple: 1.3)
        report.add(
            "accept, with the first message",
            try .of({ () throws -> (Correspondents, CiphertextMessage) in
                var pair = try Correspondents()
                try pair.initiate(try pair.makeBundle())
                return (pair, try pair.encryptAtAlice([1]))
            }) { input in try input.0.decryptAtBob(input.1) }, needed: primitives.accept, atMostMultiple: 1.3
        )
    }

    /// Bursts of ten in turn, so that the post-quantum ratchet passes through all its states: the first of a burst
    /// turns the ratchet at the receiver, the others find the chain there.
    private static func messages(_ report: inout Report, _ primitives: Primitives) throws {
        report.section("Messages, with the post-quantum ratchet, over all its states")
        for byteCount in Primitives.byteCounts {
            var pair = try Correspondents.acquainted()
            var watch = Stopwatch()
            let plaintext = [UInt8](repeating: 1, count: byteCount)
            for burst in 0..<(byteCount > 2000 ? 100 : 400) {
                for number in 0..<10 {
                    let message = try watch.time("encrypt") {
                        burst.isMultiple(of: 2)
                            ? try pair.encryptAtAlice(plaintext) : try pair.encryptAtBob(plaintext)
                    }
                    let received = try CiphertextMessage(type: message.type, wire: message.wire)
                    _ = try watch.time(number == 0 ? "turn" : "decrypt") {
                        burst.isMultiple(of: 2)
                            ? try pair.decryptAtBob(received) : try pair.decryptAtAlice(received)
                    }
                }
            }
            let results = watch.timings
            let isShort = byteCount == 16
            for (name, title, needed) in [
                ("encrypt", "encrypt", primitives.encrypt(byteCount)),
                ("decrypt", "decrypt", primitives.decrypt(byteCount)),
                (
                    "turn", "decrypt, turning the ratchet",
                    primitives.decrypt(byteCount) + primitives.ratchetTurn
                ),
            ] {
                guard let result = results[name] else { continue }
                let title = "\(title), \(byteCount) bytes"
                if isShort, name != "turn" {
                    report.add(title, result, needed: needed, atMostMicroseconds: 20, atMostMultiple: 3)
                } else {
                    report.add(title, result, needed: needed)
                }
            }
        }
    }

    private static func jump(_ report: inout Report) throws {
        report.section("A message 25,000 ahead")
        var pair = try Correspondents.acquainted()
        var last = try pair.encryptAtAlice([1])
        for _ in 1..<25_000 { last = try pair.encryptAtAlice([1]) }
        let message = last
        let timing = try Timing.of({ pair }) { try $0.decryptAtBob(message) }
        report.add("decrypt", timing.cells(), .atMost(100_000, "µs", is: timing.median))
    }

    private static func records(_ report: inout Report) throws {
        report.section("Records")
        var pair = try Correspondents.acquainted()
        var sizes: [Int] = []
        var largest = SessionRecord()
        for _ in 0..<220 {
            try pair.exchange()
            for record in [
                pair.alice.store.session(for: pair.bob.address),
                pair.bob.store.session(for: pair.alice.address),
            ] {
                guard let record else { continue }
                let byteCount = record.serialized.count
                if byteCount > sizes.max() ?? 0 { largest = record }
                sizes.append(byteCount)
            }
        }
        let bytes = largest.serialized
        for (name, timing) in [
            ("session, serialise the largest", Timing.of(batch: 20) { largest.serialized }),
            ("session, the same in compact form", Timing.of(batch: 20) { largest.compactForm }),
        ] {
            report.add(name, timing.cells(), .atMost(5, "µs", is: timing.median))
        }
        report.add("session, deserialise it", try .of(batch: 20) { try SessionRecord(serialized: bytes) })
        try preKeyRecords(&report)
        report.add(
            "stored session, largest", ["\(bytes.count) B", "", "", ""],
            .atMost(8192, "B", is: Double(bytes.count)))
        report.add("stored session, mean", byteCount: sizes.reduce(0, +) / max(1, sizes.count))
        try memory(&report, of: bytes)
    }

    private static func preKeyRecords(_ report: inout Report) throws {
        var random = SecureRandom()
        let identity = IdentityKeyPair(using: &random)
        let signed = SignedPreKeyRecord(
            id: 1, signedBy: identity, createdAt: Correspondents.now, using: &random
        ).serialized
        let kyber = KyberPreKeyRecord(
            id: 1, signedBy: identity, createdAt: Correspondents.now, using: &random
        ).serialized
        report.add(
            "signed prekey, deserialise", try .of(batch: 20) { try SignedPreKeyRecord(serialized: signed) })
        report.add(
            "Kyber prekey, deserialise and expand",
            try .of(batch: 10) { try KyberPreKeyRecord(serialized: kyber).keyPair() })
    }

    private static func memory(_ report: inout Report, of serialized: [UInt8]) throws {
        guard let before = Memory.resident() else { return }
        let count = 5000
        let records = try (0..<count).map { _ in try SessionRecord(serialized: serialized) }
        if let after = Memory.resident() {
            report.add("loaded session in memory", byteCount: (after - before) / count)
        }
        keep(records)
    }
}
