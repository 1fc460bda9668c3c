import Cryptography
import Lattice

// The stored form of the key agreement: a message whose field number is the state's number. It contains a core (field
// 1: epoch, authenticator, then the state's values from field 3 on), the encoder and the decoder.

extension KeyAgreement {
    init(stored fields: StoredFields) throws(SPQRError) {
        guard let field = fields.last(in: 1...11) else { throw .stateDecode }
        let state = try StoredFields(try field.storedBytes)
        let core = try state.message(1)
        let epoch = try core.uint64(1)
        // Epochs count up from one and never come close to the limit.
        guard (1...UInt64(Int64.max)).contains(epoch) else { throw .stateDecode }
        let authenticator = try core.message(2)
        self.init(
            epoch: epoch,
            authenticator: Authenticator(
                rootKey: SecretBytes(try authenticator.bytes(1)),
                macKey: SecretBytes(try authenticator.bytes(2))),
            phase: try Phase(number: field.number, state: state, core: core))
    }

    func write(to writer: inout ProtobufWriter) {
        let state = phase.stored(in: writer.form)
        writer.put(field: state.number) { writer in
            writer.put(field: 1) { core in
                core.put(epoch, field: 1)
                core.put(field: 2) { writer in
                    writer.putUnlessDefault(authenticator.rootKey, field: 1)
                    writer.putUnlessDefault(authenticator.macKey, field: 2)
                }
                for (position, value) in state.values.enumerated() {
                    switch value {
                    case .open(let bytes): core.put(bytes, field: 3 + UInt32(position))
                    case .secret(let bytes): core.put(bytes, field: 3 + UInt32(position))
                    }
                }
            }
            if let encoder = state.sending { writer.put(field: 2) { encoder.write(to: &$0) } }
            if let decoder = state.receiving {
                writer.put(field: state.decoderField) { decoder.write(to: &$0) }
            }
        }
    }
}

extension KeyAgreement.Phase {
    private typealias Size = KeyAgreement.Size

    /// A state in its stored form.
    fileprivate struct Stored {
        let number: UInt32
        /// The values in the core, in field order.
        var values: [Value] = []
        var sending: ErasureEncoder?
        var receiving: ErasureDecoder?

        /// After the encoder; state 5 has no encoder but keeps its field number free.
        var decoderField: UInt32 { sending != nil || number == 5 ? 3 : 2 }

        enum Value {
            case open([UInt8])
            case secret(SecretBytes)
        }
    }

    fileprivate func stored(in form: StoredForm) -> Stored {
        switch self {
        case .keysUnsampled: Stored(number: 1)
        case .keysSampled(let key, let ek, let encoder):
            Stored(number: 2, values: [.open(ek), .secret(key.stored(in: form))], sending: encoder)
        case .headerSent(let key, let encoder, let decoder):
            Stored(number: 3, values: [.secret(key.stored(in: form))], sending: encoder, receiving: decoder)
        case .ct1Received(let key, let ct1, let encoder):
            Stored(number: 4, values: [.secret(key.stored(in: form)), .open(ct1)], sending: encoder)
        case .ekSentCt1Received(let key, let ct1, let decoder):
            Stored(number: 5, values: [.secret(key.stored(in: form)), .open(ct1)], receiving: decoder)
        case .noHeaderReceived(let decoder): Stored(number: 6, receiving: decoder)
        case .headerReceived(let hdr, let decoder):
            Stored(number: 7, values: [.open(hdr)], receiving: decoder)
        case .ct1Sampled(let own, let hdr, let encoder, let decoder):
            Stored(
                number: 8, values: [.open(hdr), .secret(own.pending.serialized), .open(own.ct1)],
                sending: encoder, receiving: decoder)
        case .ekReceivedCt1Sampled(let own, let ek, let encoder):
            Stored(
                number: 9, values: [.secret(own.pending.serialized), .open(ek), .open(own.ct1)],
                sending: encoder)
        case .ct1Acknowledged(let own, let hdr, let decoder):
            Stored(
                number: 10, values: [.open(hdr), .secret(own.pending.serialized), .open(own.ct1)],
                receiving: decoder)
        case .ct2Sampled(let encoder): Stored(number: 11, sending: encoder)
        }
    }

    fileprivate init(number: UInt32, state: StoredFields, core: StoredFields) throws(SPQRError) {
        func encoder() throws(SPQRError) -> ErasureEncoder {
            try ErasureEncoder(stored: try state.message(2))
        }
        func decoder(_ field: UInt32, _ byteCount: Int) throws(SPQRError) -> ErasureDecoder {
            try ErasureDecoder(stored: try state.message(field), byteCount: byteCount)
        }
        func key(_ field: UInt32) throws(SPQRError) -> DecapsulationKey {
            guard let key = DecapsulationKey(stored: SecretBytes(try core.bytes(field))) else {
                throw .stateDecode
            }
            return key
        }
        func hdr() throws(SPQRError) -> [UInt8] { try core.bytes(3, count: SplitMLKEM.headerByteCount) }
        func encapsulated(_ field: UInt32) throws(SPQRError) -> KeyAgreement.Encapsulated {
            guard let pending = PendingEncapsulation(serialized: try core.bytes(field)) else {
                throw .stateDecode
            }
            return KeyAgreement.Encapsulated(pending: pending, ct1: try core.bytes(5, count: Size.ct1))
        }

        self =
            switch number {
            case 1: .keysUnsampled
            case 2: .keysSampled(try key(4), ek: try core.bytes(3, count: Size.ek), sending: try encoder())
            case 3: .headerSent(try key(3), sending: try encoder(), receiving: try decoder(3, Size.ct1))
            case 4: .ct1Received(try key(3), ct1: try core.bytes(4, count: Size.ct1), sending: try encoder())
            case 5:
                .ekSentCt1Received(
                    try key(3), ct1: try core.bytes(4, count: Size.ct1),
                    receiving: try decoder(3, Size.ct2AndMAC))
            case 6: .noHeaderReceived(receiving: try decoder(2, Size.headerAndMAC))
            case 7: .headerReceived(hdr: try hdr(), receiving: try decoder(2, Size.ek))
            case 8:
                .ct1Sampled(
                    try encapsulated(4), hdr: try hdr(), sending: try encoder(),
                    receiving: try decoder(3, Size.ek))
            case 9:
                .ekReceivedCt1Sampled(
                    try encapsulated(3), ek: try core.bytes(4, count: Size.ek), sending: try encoder())
            case 10: .ct1Acknowledged(try encapsulated(4), hdr: try hdr(), receiving: try decoder(2, Size.ek))
            case 11: .ct2Sampled(sending: try encoder())
            default: throw .stateDecode
            }
    }
}

extension SPQRState {
    /// Whether a stored state holds a KEM key as a seed. Nothing but that is read.
    static func hasSeed(serialized: UnsafeRawBufferPointer) -> Bool {
        // The key agreement, its state, the core, and the key, which follows the encapsulation key where that is kept.
        guard let agreement = ProtobufScanner.field(3, of: serialized) else { return false }
        for (state, key) in [(2, 4), (3, 3), (4, 3), (5, 3)] as [(UInt32, UInt32)] {
            guard let state = ProtobufScanner.field(state, of: agreement) else { continue }
            return ProtobufScanner.field(1, of: state).flatMap { ProtobufScanner.field(key, of: $0) }?.count
                == MLKEMParameters.seedByteCount
        }
        return false
    }
}
