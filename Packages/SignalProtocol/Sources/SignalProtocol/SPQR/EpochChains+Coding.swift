import Cryptography

extension ChainLimits {
    init(stored fields: StoredFields) throws(SPQRError) {
        self.init(maxJump: try fields.uint32(1), maxOutOfOrderKeys: try fields.uint32(2))
    }

    func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(maxJump == Self.defaultMaxJump ? 0 : maxJump, field: 1)
        writer.putUnlessDefault(
            maxOutOfOrderKeys == Self.defaultMaxOutOfOrderKeys ? 0 : maxOutOfOrderKeys, field: 2)
    }
}

extension SPQRDirection {
    init(stored value: UInt64) throws(SPQRError) {
        guard let direction = SPQRDirection(rawValue: value) else { throw .stateDecode }
        self = direction
    }
}

extension EpochChains {
    init(stored fields: StoredFields) throws(SPQRError) {
        var links: [Link] = []
        for bytes in try fields.repeatedBytes(3) { links.append(try Link(stored: try StoredFields(bytes))) }
        self.init(
            direction: try SPQRDirection(stored: try fields.uint64(1)),
            limits: try ChainLimits(stored: try fields.message(6)),
            rootKey: SecretBytes(try fields.bytes(4)),
            currentEpoch: try fields.uint64(2), sendingEpoch: try fields.uint64(5), links: links)
    }

    func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(direction.rawValue, field: 1)
        writer.putUnlessDefault(currentEpoch, field: 2)
        for link in links { writer.put(field: 3) { link.write(to: &$0) } }
        writer.putUnlessDefault(rootKey, field: 4)
        writer.putUnlessDefault(sendingEpoch, field: 5)
        writer.put(field: 6) { limits.write(to: &$0) }
    }
}

extension EpochChains.Link {
    init(stored fields: StoredFields) throws(SPQRError) {
        let receiving = try fields.message(2)
        self.init(
            sending: try MessageChain(stored: try fields.message(1)),
            receiving: ReceivingMessageChain(
                chain: try MessageChain(stored: receiving),
                history: try KeyHistory(stored: try receiving.bytes(3))))
    }

    func write(to writer: inout ProtobufWriter) {
        writer.put(field: 1) { sending.write(to: &$0) }
        writer.put(field: 2) { writer in
            receiving.chain.write(to: &writer)
            receiving.history.write(to: &writer)
        }
    }
}

extension MessageChain {
    init(stored fields: StoredFields) throws(SPQRError) {
        let key = try fields.bytes(2)
        guard key.isEmpty || key.count == 32 else { throw .stateDecode }
        self.init(counter: try fields.uint32(1), key: key.isEmpty ? nil : SecretBytes(key))
    }

    func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(counter, field: 1)
        if let key { writer.put(key, field: 2) }
    }
}

extension KeyHistory {
    private static let entryByteCount = 36

    /// Reads each key as its index, 4 bytes big-endian, and its 32 bytes.
    init(stored bytes: ArraySlice<UInt8>) throws(SPQRError) {
        guard bytes.count.isMultiple(of: Self.entryByteCount) else { throw .stateDecode }
        self.init(
            entries: stride(from: bytes.startIndex, to: bytes.endIndex, by: Self.entryByteCount).map {
                start in
                let index = bytes[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
                return Entry(index: index, key: SecretBytes(bytes[start + 4..<start + Self.entryByteCount]))
            })
    }

    func write(to writer: inout ProtobufWriter) {
        guard !entries.isEmpty else { return }
        writer.put(byteCount: Self.entryByteCount * entries.count, field: 3) { output in
            for (position, entry) in entries.enumerated() {
                let start = Self.entryByteCount * position
                output.storeBytes(of: entry.index.bigEndian, toByteOffset: start, as: UInt32.self)
                entry.key.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: output[(start + 4)...]).copyMemory(from: $0)
                }
            }
        }
    }
}
