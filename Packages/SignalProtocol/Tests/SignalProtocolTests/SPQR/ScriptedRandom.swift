/// Gives out bytes written down beforehand, eight at a time, and knows whether it was asked for exactly those.
struct ScriptedRandom: RandomNumberGenerator {
    private var rest: ArraySlice<UInt8>
    private var isOverdrawn = false

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isUsedUp: Bool { rest.isEmpty && !isOverdrawn }

    mutating func next() -> UInt64 {
        isOverdrawn = isOverdrawn || rest.count < 8
        defer { rest = rest.dropFirst(8) }
        return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
