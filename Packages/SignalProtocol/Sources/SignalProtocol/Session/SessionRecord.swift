import Cryptography

/// All sessions with one device: the current one, and those it replaced.
///
/// The current session is kept decoded. The others stay in their stored form and are decoded when a message needs them,
/// which is rare.
public struct SessionRecord: Sendable {
    static let maxPreviousStates = 40

    private enum Field {
        static let current: UInt32 = 1
        static let previous: UInt32 = 2
    }

    enum CurrentState: Sendable {
        case usable(SessionState)
        /// A state that cannot be used, kept unchanged.
        case damaged(SecretBytes)

        /// The compact form.
        var archived: SecretBytes {
            switch self {
            case .usable(let state): SecretBytes(taking: state.serialized(.compact))
            case .damaged(let serialized): serialized
            }
        }
    }

    private(set) var current: CurrentState?
    /// Serialized states, newest first.
    private(set) var previous: [SecretBytes] = []

    /// An empty record.
    public init() {}

    /// Reads a record from storage, in either of its forms.
    ///
    /// - Throws: `.invalidSessionStructure` if the bytes are not a record. Damage inside a session is detected on use.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        do {
            var reader = ProtobufReader(serialized)
            while let field = try reader.next() {
                switch field.number {
                case Field.current: current = CurrentState(serialized: try field.bytes)
                case Field.previous: previous.append(SecretBytes(try field.bytes))
                default: break
                }
            }
        } catch {
            throw .invalidSessionStructure
        }
    }

    /// The record for storage, in the form that the official library writes and reads. It contains every key of its
    /// sessions: encrypt it.
    public var serialized: [UInt8] { serialized(.official) }

    /// The record for storage in a form of up to 2.3 kB less, which only this library reads: a KEM key of the post-quantum
    /// ratchet that was generated here is stored as its 64-byte seed.
    ///
    /// A key that was read in the official form stays in that form.
    public var compactForm: [UInt8] { serialized(.compact) }

    private func serialized(_ form: StoredForm) -> [UInt8] {
        var writer = ProtobufWriter(reserving: previous.reduce(8192) { $0 + $1.count + 8 }, form: form)
        switch current {
        case .usable(let state): writer.put(field: Field.current) { state.write(to: &$0) }
        case .damaged(let serialized): writer.put(serialized, field: Field.current)
        case nil: break
        }
        for state in previous {
            writer.put(
                form == .official ? SessionState.official(serialized: state) : state, field: Field.previous)
        }
        return writer.bytes
    }

    /// The current session.
    ///
    /// - Throws: `.invalidSessionStructure` if it is damaged.
    func currentState() throws(SignalError) -> SessionState? {
        switch current {
        case .usable(let state): return state
        case .damaged: throw .invalidSessionStructure
        case nil: return nil
        }
    }

    // MARK: Changing

    mutating func updateCurrent(_ state: SessionState) { current = .usable(state) }

    /// Archives the current session, for example because the peer has lost its keys.
    ///
    /// The data that would have started the session is dropped. Does nothing without a current session.
    public mutating func archiveCurrentState() {
        guard let current else { return }
        var archived = current
        if case .usable(var state) = current {
            state.clearPending()
            archived = .usable(state)
        }
        previous.removeLast(max(0, previous.count + 1 - Self.maxPreviousStates))
        previous.insert(archived.archived, at: 0)
        self.current = nil
    }

    /// Makes `state` the current session and archives the previous one.
    mutating func promote(_ state: SessionState) {
        archiveCurrentState()
        current = .usable(state)
    }

    /// The sessions by the peer's identity key, each record in the same order: for stores that keep them apart.
    ///
    /// A damaged session is left out: its key is not known.
    public func separatedByIdentity() -> [PublicKey: SessionRecord] {
        var records: [PublicKey: SessionRecord] = [:]
        if case .usable(let state) = current {
            records[state.remoteIdentity, default: SessionRecord()].current = current
        }
        for serialized in previous {
            guard let state = try? SessionState(serialized: serialized.exposed[...]) else { continue }
            records[state.remoteIdentity, default: SessionRecord()].previous.append(serialized)
        }
        return records
    }

    /// Makes the previous session at `index` the current one, with `state` as its contents.
    mutating func promotePrevious(_ index: Int, as state: SessionState) {
        previous.remove(at: index)
        promote(state)
    }
}

extension SessionRecord.CurrentState {
    init(serialized: ArraySlice<UInt8>) {
        if let state = try? SessionState(serialized: serialized) {
            self = .usable(state)
        } else {
            self = .damaged(SecretBytes(serialized))
        }
    }
}

extension SessionRecord: Equatable {
    /// Whether both have the same stored form.
    public static func == (left: SessionRecord, right: SessionRecord) -> Bool {
        equalInConstantTime(left.serialized, right.serialized)
    }
}

extension SessionRecord: CustomStringConvertible, CustomReflectable {
    /// The number of sessions, without their contents.
    public var description: String {
        "SessionRecord (\(current == nil ? "no current session" : "current session"), \(previous.count) previous)"
    }

    /// Empty: the record contains keys.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
