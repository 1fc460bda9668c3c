import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// Two parties and everything that they did: messages, keys, errors and stored states, row by row.
struct SPQRTranscript: Decodable, Sendable {
    struct Parameters: Decodable, Sendable {
        struct Party: Decodable, Sendable {
            var direction: String
            var initial_state: Hex
            var version, min_version: Int
        }

        var auth_key: Hex
        var a, b: Party
        var max_jump, max_ooo_keys: UInt32
    }

    struct Row: Decodable, Sendable {
        enum Operation: String, Decodable, Sendable { case send, recv, recv_discard }
        enum Party: String, Decodable, Sendable { case a, b }

        var op: Operation
        var party: Party
        var msg_id: Int?
        var msg, key: Hex?
        var error, scka: String?
        var random: [Hex]?
        var state, state_sha256: Hex?
    }

    var params: Parameters
    var rows: [Row]

    func check(_ name: String = "") throws {
        var states: [Row.Party: SPQRState] = [:]
        for (party, parameters) in [(Row.Party.a, params.a), (.b, params.b)] {
            let state = try makeState(parameters)
            #expect(state.serialized() == parameters.initial_state.bytes, "\(name) \(party)")
            states[party] = state
        }
        var messages: [Int: [UInt8]] = [:]
        for (number, row) in rows.enumerated() {
            let place: Comment = "\(name) row \(number)"
            var state = try #require(states[row.party])
            switch row.op {
            case .send:
                var random = ScriptedRandom(row.random?.flatMap(\.bytes) ?? [])
                let sent = try state.send(using: &random)
                #expect(random.isUsedUp, place)
                #expect(sent.message == row.msg?.bytes, place)
                #expect(sent.key?.exposed == row.key?.bytes, place)
                if let id = row.msg_id { messages[id] = sent.message }
            case .recv, .recv_discard:
                let message = try #require(row.msg?.bytes ?? row.msg_id.flatMap { messages[$0] }, place)
                let received = outcome { () throws(SPQRError) in try state.receive(message) }
                switch received {
                case .success(let key):
                    #expect(row.error == nil, place)
                    #expect(key?.exposed == row.key?.bytes, place)
                case .failure(let error):
                    #expect(error.vectorName == row.error, place)
                }
            }
            if let name = row.scka { #expect(state.vectorName == name, place) }
            if row.op != .recv_discard {
                let stored = state.serialized()
                if let expected = row.state { #expect(stored == expected.bytes, place) }
                if let expected = row.state_sha256 {
                    #expect(SHA256.hash(stored) == expected.bytes, place)
                }
                states[row.party] = state
            }
        }
    }

    private func makeState(_ party: Parameters.Party) throws -> SPQRState {
        guard party.version > 0 else { return .disabled }
        return SPQRState(
            authKey: SecretBytes(params.auth_key.bytes),
            direction: try #require(["A2B": SPQRDirection.a2b, "B2A": .b2a][party.direction]),
            isRequired: party.min_version > 0,
            limits: ChainLimits(maxJump: params.max_jump, maxOutOfOrderKeys: params.max_ooo_keys))
    }
}

/// A transcript of a session.
struct SPQRSessionVectors: VectorFile {
    private var transcript: SPQRTranscript

    init(from decoder: any Decoder) throws { transcript = try SPQRTranscript(from: decoder) }

    func check() throws -> Int {
        try transcript.check()
        return transcript.rows.count
    }
}

/// Short transcripts between parties of different versions.
struct SPQRNegotiationVectors: VectorFile {
    struct Scenario: Decodable, Sendable {
        var description: String
        var transcript: SPQRTranscript

        private enum CodingKeys: CodingKey { case description }

        init(from decoder: any Decoder) throws {
            description = try decoder.container(keyedBy: CodingKeys.self).decode(
                String.self, forKey: .description)
            transcript = try SPQRTranscript(from: decoder)
        }
    }

    var scenarios: [Scenario]

    func check() throws -> Int {
        for scenario in scenarios { try scenario.transcript.check(scenario.description) }
        return scenarios.map(\.transcript.rows.count).reduce(0, +)
    }
}
