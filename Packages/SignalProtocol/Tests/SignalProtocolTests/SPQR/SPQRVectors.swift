import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

struct GF16Vectors: VectorFile {
    struct Case: Decodable, Sendable { var a, b, add, mul, div: Hex }

    var cases: [Case]

    func check() -> Int {
        for vector in cases {
            let (a, b) = (vector.a.element, vector.b.element)
            #expect(a + b == vector.add.element, "\(vector.a.bytes.hex) + \(vector.b.bytes.hex)")
            #expect(a * b == vector.mul.element, "\(vector.a.bytes.hex) * \(vector.b.bytes.hex)")
            #expect(a / b == vector.div.element, "\(vector.a.bytes.hex) / \(vector.b.bytes.hex)")
        }
        return cases.count
    }
}

extension Hex {
    fileprivate var element: GF16 { GF16(bytes.reduce(0 as UInt16) { $0 << 8 | UInt16($1) }) }
}

/// A chunk as vector files write it: a pair of index and bytes.
struct ChunkVector: Decodable, Sendable {
    var chunk: ErasureChunk

    init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        chunk = ErasureChunk(index: try pair.decode(UInt16.self), bytes: try pair.decode(Hex.self).bytes)
    }
}

struct ErasureVectors: VectorFile {
    struct Case: Decodable, Sendable {
        struct Decoding: Decodable, Sendable {
            var chunks_in_order: [ChunkVector]
            var message_complete_after: Int
        }

        var description: String
        var message: Hex
        var chunks: [String: Hex]
        var decode: [Decoding]
    }

    var cases: [Case]

    func check() throws -> Int {
        for vector in cases {
            let message = vector.message.bytes
            for (index, bytes) in vector.chunks {
                let index = try #require(UInt32(index))
                let padding = [UInt8](repeating: 0, count: (32 - message.count % 32) % 32)
                var encoder = ErasureEncoder(takenCount: index, form: .message(message + padding))
                #expect(encoder.next().bytes == bytes.bytes, "\(vector.description), chunk \(index)")
            }
            for decoding in vector.decode {
                var decoder = ErasureDecoder(byteCount: message.count)
                for (position, received) in decoding.chunks_in_order.enumerated() {
                    decoder.add(received.chunk)
                    let expected = position + 1 < decoding.message_complete_after ? nil : message
                    #expect(decoder.message == expected, "\(vector.description), \(position + 1) chunks")
                }
            }
        }
        return cases.count
    }
}

struct ErasureStateVectors: VectorFile {
    struct Case: Decodable, Sendable {
        var kind: String
        var protobuf: Hex
        var chunks_taken: UInt32?
        var message: Hex?
        var length: Int?
        var chunks_added: [ChunkVector]?
    }

    var cases: [Case]

    func check() throws -> Int {
        for (number, vector) in cases.enumerated() {
            var writer = ProtobufWriter()
            let stored = try StoredFields(vector.protobuf.bytes[...])
            if let message = vector.message, let takenCount = vector.chunks_taken {
                var encoder = ErasureEncoder(message.bytes)
                for _ in 0..<takenCount { _ = encoder.next() }
                encoder.write(to: &writer)
                #expect(try ErasureEncoder(stored: stored) == encoder, "case \(number)")
            } else {
                var decoder = ErasureDecoder(byteCount: try #require(vector.length))
                for added in try #require(vector.chunks_added) { decoder.add(added.chunk) }
                decoder.write(to: &writer)
                #expect(
                    try ErasureDecoder(stored: stored, byteCount: decoder.byteCount) == decoder,
                    "case \(number)")
            }
            #expect(writer.bytes == vector.protobuf.bytes, "case \(number)")
        }
        return cases.count
    }
}

struct SPQRMessageVectors: VectorFile {
    struct Message: Decodable, Sendable {
        var bytes: Hex
        var epoch: String?
        var index: UInt32?
        var type: Int?
        var chunk_index: UInt16?
        var chunk: Hex?
        var consumed: Int?
        var error: String?

        func payload(chunk bytes: [UInt8]?) throws -> SPQRMessage.Payload {
            let chunk = try chunk_index.map { ErasureChunk(index: $0, bytes: try #require(bytes)) }
            switch (try #require(type), chunk) {
            case (0, nil): return .none
            case (1, let chunk?): return .hdr(chunk)
            case (2, let chunk?): return .ek(chunk)
            case (3, let chunk?): return .ekCt1Ack(chunk)
            case (4, nil): return .ct1Ack
            case (5, let chunk?): return .ct1(chunk)
            case (6, let chunk?): return .ct2(chunk)
            case (let type, _): throw UnknownType(type: type)
            }
        }
    }

    struct UnknownType: Error { var type: Int }

    struct Varint: Decodable, Sendable {
        var bytes: Hex
        var value: String?
        var offset, next_offset: Int?
    }

    var message_decode, message_encode: [Message]
    var varint_decode, varint_encode: [Varint]

    func check() throws -> Int {
        for vector in message_encode {
            let message = SPQRMessage(
                epoch: try #require(vector.epoch.flatMap(UInt64.init)), index: try #require(vector.index),
                payload: try vector.payload(chunk: vector.chunk?.bytes))
            #expect(message.wire == vector.bytes.bytes)
        }
        for vector in message_decode {
            let parsed = outcome { () throws(SPQRError) in try SPQRMessage(wire: vector.bytes.bytes) }
            guard let consumed = vector.consumed else {
                #expect(parsed == .failure(.messageDecode), "\(vector.bytes.bytes.hex)")
                continue
            }
            let message = SPQRMessage(
                epoch: try #require(vector.epoch.flatMap(UInt64.init)), index: try #require(vector.index),
                payload: try vector.payload(chunk: vector.bytes.bytes.prefix(consumed).suffix(32)))
            #expect(parsed == .success(message), "\(vector.bytes.bytes.hex)")
        }
        for vector in varint_encode {
            var bytes: [UInt8] = []
            bytes.appendVarint(try #require(vector.value.flatMap(UInt64.init)))
            #expect(bytes == vector.bytes.bytes)
        }
        for vector in varint_decode {
            let bytes = vector.bytes.bytes
            var reader = SPQRMessage.Reader(rest: bytes[try #require(vector.offset)...])
            let value = outcome { () throws(SPQRError) in try reader.takeVarint() }
            guard let end = vector.next_offset else {
                #expect(value == .failure(.messageDecode), "\(bytes.hex)")
                continue
            }
            #expect(value == .success(try #require(vector.value.flatMap(UInt64.init))), "\(bytes.hex)")
            #expect(reader.rest.startIndex == end, "\(bytes.hex)")
        }
        return message_encode.count + message_decode.count + varint_encode.count + varint_decode.count
    }
}

extension SPQRMessageVectors.Message {
    fileprivate func payload(chunk bytes: ArraySlice<UInt8>) throws -> SPQRMessage.Payload {
        try payload(chunk: chunk_index == nil ? nil : Array(bytes))
    }
}

struct SPQRDerivationVectors: VectorFile {
    struct Authentication: Decodable, Sendable {
        struct Step: Decodable, Sendable {
            var after, mac_epoch: String
            var root_key, mac_key, header_mac, ciphertext_mac, ciphertext_mac_of_123: Hex
        }

        var auth_key, header, ciphertext, secret1, secret2: Hex
        var steps: [Step]
    }

    struct Secret: Decodable, Sendable {
        var epoch: String
        var kem_shared_secret, epoch_secret: Hex
    }

    var authenticator: [Authentication]
    var epoch_secret: [Secret]

    func check() throws -> Int {
        for vector in authenticator {
            var keys = Authenticator(authKey: SecretBytes(vector.auth_key.bytes), epoch: 1)
            for (number, step) in vector.steps.enumerated() {
                let epoch = try #require(UInt64(step.mac_epoch))
                if number > 0 {
                    let secret = number == 1 ? vector.secret1 : vector.secret2
                    keys.update(epoch: epoch, secret: SecretBytes(secret.bytes))
                }
                #expect(keys.rootKey.exposed == step.root_key.bytes, "\(step.after)")
                #expect(keys.macKey.exposed == step.mac_key.bytes, "\(step.after)")
                #expect(keys.headerMAC(epoch: epoch, header: vector.header.bytes) == step.header_mac.bytes)
                #expect(
                    keys.ciphertextMAC(epoch: epoch, ciphertext: vector.ciphertext.bytes)
                        == step.ciphertext_mac.bytes)
                #expect(
                    keys.ciphertextMAC(epoch: epoch, ciphertext: Array("123".utf8))
                        == step.ciphertext_mac_of_123.bytes)
            }
        }
        for vector in epoch_secret {
            let secret = EpochSecret(
                epoch: try #require(UInt64(vector.epoch)),
                sharedSecret: SecretBytes(vector.kem_shared_secret.bytes))
            #expect(secret.secret.exposed == vector.epoch_secret.bytes, "epoch \(vector.epoch)")
        }
        return authenticator.map(\.steps.count).reduce(0, +) + epoch_secret.count
    }
}

struct SPQRChainVectors: VectorFile {
    struct Script: Decodable, Sendable {
        struct Row: Decodable, Sendable {
            enum Operation: String, Decodable, Sendable {
                case add_epoch, send_key, send_key_repeat, recv_key
            }

            var op: Operation
            var chain: String
            var epoch: UInt64
            var index: UInt32?
            var secret, key: Hex?
            var times: Int?
            var error: String?
        }

        var description: String
        var initial_key: Hex
        var max_jump, max_ooo_keys: UInt32
        var rows: [Row]
        var final_protobuf_A2B, final_protobuf_B2A: Hex
    }

    var scripts: [Script]

    func check() throws -> Int {
        for script in scripts { try check(script) }
        return scripts.map(\.rows.count).reduce(0, +)
    }

    private func check(_ script: Script) throws {
        var parties: [String: EpochChains] = [:]
        for (name, direction) in [("A2B", SPQRDirection.a2b), ("B2A", .b2a)] {
            parties[name] = EpochChains(
                authKey: SecretBytes(script.initial_key.bytes), direction: direction,
                limits: ChainLimits(maxJump: script.max_jump, maxOutOfOrderKeys: script.max_ooo_keys))
        }
        for (number, row) in script.rows.enumerated() {
            let place: Comment = "\(script.description), row \(number)"
            var chains = try #require(parties[row.chain])
            let result = outcome { () throws(SPQRError) -> (index: UInt32?, key: SecretBytes?) in
                switch row.op {
                case .add_epoch:
                    try chains.add(
                        EpochSecret(epoch: row.epoch, secret: SecretBytes(row.secret?.bytes ?? [])))
                    return (nil, nil)
                case .send_key:
                    let (index, key) = try chains.nextSendingKey(epoch: row.epoch)
                    return (index, key)
                case .send_key_repeat:
                    for _ in 0..<(row.times ?? 0) { _ = try chains.nextSendingKey(epoch: row.epoch) }
                    return (nil, nil)
                case .recv_key:
                    return (row.index, try chains.receivingKey(epoch: row.epoch, index: row.index ?? 0))
                }
            }
            switch result {
            case .success(let (index, key)):
                #expect(row.error == nil, place)
                #expect(index == row.index, place)
                #expect(key?.exposed == row.key?.bytes, place)
                parties[row.chain] = chains
            case .failure(let error):
                #expect(error.vectorName == row.error, place)
            }
        }
        for (name, expected) in [("A2B", script.final_protobuf_A2B), ("B2A", script.final_protobuf_B2A)] {
            var writer = ProtobufWriter()
            try #require(parties[name]).write(to: &writer)
            #expect(writer.bytes == expected.bytes, "\(script.description), \(name)")
            let loaded = try EpochChains(stored: StoredFields(expected.bytes[...]))
            #expect(loaded == parties[name], "\(script.description), \(name)")
        }
    }
}

/// Two stored states of one conversation, written by an official library that stored numbers byte-swapped.
struct SPQROfficialStateVectors: VectorFile {
    struct Party: Decodable, Sendable {
        var state: Hex
        var scka: String
    }

    var a, b: Party

    func check() throws -> Int {
        var states = [try SPQRState(serialized: a.state.bytes), try SPQRState(serialized: b.state.bytes)]
        #expect(states.map(\.vectorName) == [a.scka, b.scka])
        var random = SeededRandom(seed: 29)
        for round in 0..<20 {
            for (sender, receiver) in [(0, 1), (1, 0)] {
                let sent = try states[sender].send(using: &random)
                #expect(try states[receiver].receive(sent.message) == sent.key, "round \(round)")
                #expect(sent.key != nil, "round \(round)")
            }
        }
        #expect(states.map(\.active?.agreement.epoch) == [2, 2])
        return 2
    }
}
