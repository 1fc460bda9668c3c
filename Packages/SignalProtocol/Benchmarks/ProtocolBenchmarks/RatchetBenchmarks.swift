import BenchmarkSupport
import Cryptography
import Lattice

@testable import SignalProtocol

/// The post-quantum ratchet by itself.
enum RatchetBenchmarks {
    static func run(_ report: inout Report, against primitives: Primitives) throws {
        let state = try states(&report, primitives)
        try parts(&report, primitives, state)
    }

    private static func states(_ report: inout Report, _ primitives: Primitives) throws -> SPQRState {
        report.section("Post-quantum ratchet, by the state before")
        var random = SecureRandom()
        let key = SecretBytes(byteCount: 32, using: &random)
        var states = [
            SPQRState(authKey: key, direction: .a2b, isRequired: true),
            SPQRState(authKey: key, direction: .b2a, isRequired: true),
        ]
        var watch = Stopwatch()
        for round in 0..<6000 {
            // From time to time one side talks twice, so that the rarer states are met too.
            for sender in round.isMultiple(of: 7) ? [0, 0, 1] : [0, 1] {
                let receiver = 1 - sender
                let message = try watch.time("send \(states[sender].name)") {
                    try states[sender].send(using: &random).message
                }
                var budget = DerivationBudget()
                _ = try watch.time("receive \(states[receiver].name)") {
                    try states[receiver].receive(message, within: &budget)
                }
            }
        }
        let extra = [
            "send KeysUnsampled": primitives.smallKEMKeyGeneration,
            "send HeaderReceived": primitives.smallKEMEncapsulate,
        ]
        for (name, timing) in watch.timings.sorted(by: { $0.key < $1.key }) {
            report.add(name, timing, needed: primitives.postQuantumStep + (extra[name] ?? 0))
        }
        return states[0]
    }

    private static func parts(
        _ report: inout Report, _ primitives: Primitives, _ state: SPQRState
    ) throws {
        report.section("Its parts")
        var random = SecureRandom()
        let (key, header, vector) = try DecapsulationKey.generate(using: &random)
        let expanded = try key.decoded()
        let message = SecretBytes([UInt8](repeating: 1, count: 32))
        let first = SplitMLKEM.encapsulate(header: header, message: message)
        report.add(
            "encapsulation, first step",
            .of(batch: 10) { SplitMLKEM.encapsulate(header: header, message: message) },
            needed: primitives.smallKEMEncapsulate)
        report.add(
            "encapsulation, second step", .of(batch: 10) { first.pending.secondCiphertext(vector: vector) })
        let ciphertext = first.ciphertext + first.pending.secondCiphertext(vector: vector)
        report.add(
            "decapsulation, expanded key", .of(batch: 10) { expanded.decapsulate(ciphertext) },
            needed: primitives.smallKEMDecapsulate)
        report.add("SHA3-256, 1,184 bytes", .of(batch: 50) { Sponge.sha3_256(header, vector) })

        var encoder = ErasureEncoder(vector)
        for _ in 0..<36 { _ = encoder.next() }
        report.add("first parity chunk of 36", .of({ encoder }) { $0.next() })
        _ = encoder.next()
        report.add("parity chunk of 36", .of(batch: 50) { encoder.next() })
        var decoder = ErasureDecoder(byteCount: 1152)
        for _ in 0..<36 { decoder.add(encoder.next()) }
        report.add("decode 36 parity chunks", .of(batch: 5) { decoder.message })
        let stored = state.serialized()
        report.add("store a state of \(stored.count) bytes", .of(batch: 20) { state.serialized() })
        report.add("load it", try .of(batch: 20) { try SPQRState(serialized: stored) })
    }
}

extension SPQRState {
    fileprivate var name: String {
        switch active?.agreement.phase {
        case nil: "disabled"
        case .keysUnsampled: "KeysUnsampled"
        case .keysSampled: "KeysSampled"
        case .headerSent: "HeaderSent"
        case .ct1Received: "Ct1Received"
        case .ekSentCt1Received: "EkSentCt1Received"
        case .noHeaderReceived: "NoHeaderReceived"
        case .headerReceived: "HeaderReceived"
        case .ct1Sampled: "Ct1Sampled"
        case .ekReceivedCt1Sampled: "EkReceivedCt1Sampled"
        case .ct1Acknowledged: "Ct1Acknowledged"
        case .ct2Sampled: "Ct2Sampled"
        }
    }
}
