import Cryptography

// The stored form is that of the official library: a protobuf with the negotiation, the chains and the key agreement. A
// disabled ratchet is stored as no bytes at all. In the compact form a KEM key of our own is its seed.

extension SPQRState {
    /// Reads a stored state, written here or by the official library.
    ///
    /// - Throws: `.stateDecode`, `.messageDecode`.
    init(serialized: some Collection<UInt8>) throws(SPQRError) {
        let fields = try StoredFields(Array(serialized)[...])
        guard let agreement = try fields.optionalMessage(3) else {
            self = .disabled
            return
        }
        let negotiation = try fields.optionalMessage(1)
        let chains = try fields.optionalMessage(2)
        self.init(
            active: Active(
                agreement: try KeyAgreement(stored: agreement),
                negotiation: try negotiation.map { fields throws(SPQRError) in try Negotiation(stored: fields)
                },
                chains: try chains.map { fields throws(SPQRError) in try EpochChains(stored: fields) }))
    }

    /// The stored form.
    func serialized(_ form: StoredForm = .official) -> [UInt8] {
        var writer = ProtobufWriter(reserving: 4096, form: form)
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the stored form that the writer asks for.
    func write(to writer: inout ProtobufWriter) {
        guard let active else { return }
        if let negotiation = active.negotiation {
            writer.put(field: 1) { negotiation.write(to: &$0) }
        }
        if let chains = active.chains {
            writer.put(field: 2) { chains.write(to: &$0) }
        }
        writer.put(field: 3) { active.agreement.write(to: &$0) }
    }
}

extension SPQRState.Negotiation {
    fileprivate init(stored fields: StoredFields) throws(SPQRError) {
        let minVersion = try fields.uint64(3)
        guard minVersion <= 1 else { throw .stateDecode }
        let limits = try fields.optionalMessage(4)
        self.init(
            authKey: SecretBytes(try fields.bytes(1)),
            direction: try SPQRDirection(stored: try fields.uint64(2)), isRequired: minVersion == 1,
            limits: try limits.map { fields throws(SPQRError) in try ChainLimits(stored: fields) })
    }

    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(authKey, field: 1)
        writer.putUnlessDefault(direction.rawValue, field: 2)
        writer.putUnlessDefault(isRequired ? 1 as UInt64 : 0, field: 3)
        if let limits {
            writer.put(field: 4) { limits.write(to: &$0) }
        }
    }
}
