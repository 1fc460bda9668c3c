/// One sender's chains for one distribution, newest first.
public struct SenderKeyRecord: Equatable, Sendable {
    static let maxStates = 5

    private static let stateField: UInt32 = 1

    private(set) var states: [SenderKeyState] = []

    /// An empty record.
    public init() {}

    /// - Throws: `.invalidProtobufEncoding`.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            guard field.number == Self.stateField else { continue }
            states.append(try SenderKeyState(serialized: try field.bytes))
        }
    }

    /// The record for storage. It contains chain keys: encrypt it.
    public var serialized: [UInt8] {
        var writer = ProtobufWriter()
        for state in states { writer.put(state.serialized, field: Self.stateField) }
        return writer.bytes
    }

    /// Adds a chain as the newest. A known chain keeps its position; other chains with the same id are removed.
    mutating func add(_ state: SenderKeyState) {
        let known = states.first { $0.chainID == state.chainID && $0.signingKey == state.signingKey }
        states.removeAll { $0.chainID == state.chainID }
        states.removeLast(max(0, states.count + 1 - Self.maxStates))
        states.insert(known ?? state, at: 0)
    }

    /// The index of a chain's state, for changing it in place.
    func position(ofChain id: UInt32) -> Int? { states.firstIndex { $0.chainID == id } }

    mutating func update(_ state: SenderKeyState, at position: Int) { states[position] = state }
}

extension SenderKeyRecord: CustomStringConvertible, CustomReflectable {
    /// The number of chains, without their contents.
    public var description: String { "SenderKeyRecord (\(states.count) chains)" }
    /// Empty: the record contains keys.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
