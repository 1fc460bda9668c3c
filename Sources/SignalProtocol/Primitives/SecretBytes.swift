import CSodium

/// Bytes that must not be seen.
///
/// They have no readable description, are compared in constant time, and are wiped when the last copy goes away.
/// Copies share one buffer.
///
/// - Note: `@unchecked Sendable`: the buffer is written once, in the initializer, before anybody else can see it, and
///   only read afterwards, so sharing it is safe.
struct SecretBytes: @unchecked Sendable {
    private final class Buffer: ManagedBuffer<Int, UInt8> {
        deinit {
            withUnsafeMutablePointers { count, bytes in sodium_memzero(bytes, count.pointee) }
        }
    }

    private let buffer: ManagedBuffer<Int, UInt8>

    /// Bytes that `body` writes; it is given zeroes.
    init<Failure: Error>(
        byteCount: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let buffer = Buffer.create(minimumCapacity: byteCount) { _ in byteCount }
        let start = buffer.withUnsafeMutablePointerToElements { $0 }
        start.initialize(repeating: 0, count: byteCount)
        try body(UnsafeMutableRawBufferPointer(start: start, count: byteCount))
        self.buffer = buffer
    }

    init(_ bytes: some Collection<UInt8>) {
        self.init(byteCount: bytes.count) { $0.copyBytes(from: bytes) }
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(byteCount: bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// Bytes that a function gave as an array, which is wiped if nobody else holds it.
    init(taking bytes: consuming [UInt8]) {
        self.init(byteCount: bytes.count) { $0.copyBytes(from: bytes) }
        wipe(&bytes)
    }

    /// Several secrets one after the other.
    init(joining parts: SecretBytes...) { self.init(joining: parts) }

    /// Several secrets one after the other.
    init(joining parts: [SecretBytes]) {
        self.init(byteCount: parts.reduce(0) { $0 + $1.count }) { output in
            var start = 0
            for part in parts {
                part.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: output[start...]).copyMemory(from: $0)
                }
                start += part.count
            }
        }
    }

    /// Fresh random bytes.
    init(byteCount: Int, using random: inout some RandomNumberGenerator) {
        self.init(byteCount: byteCount) { $0.fill(using: &random) }
    }

    var count: Int { buffer.header }

    /// Bytes that a C function writes.
    init(byteCount: Int, writtenBy body: (UnsafeMutablePointer<UInt8>) -> Void) {
        self.init(byteCount: byteCount) { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { if let start = $0.baseAddress { body(start) } }
        }
    }

    /// A copy that is no longer protected: for the wire and for storage.
    var exposed: [UInt8] { withUnsafeBytes(Array.init) }

    /// A copy, lent to `body` and wiped afterwards.
    func withArray<Value, Failure: Error>(
        _ body: ([UInt8]) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var copy = exposed
        defer { wipe(&copy) }
        return try body(copy)
    }

    func withUnsafeBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let start = buffer.withUnsafeMutablePointerToElements { $0 }
        defer { withExtendedLifetime(buffer) {} }
        return try body(UnsafeRawBufferPointer(start: start, count: buffer.header))
    }

    /// The bytes as C functions take them.
    func withUnsafePointer<Value>(_ body: (UnsafePointer<UInt8>) -> Value) -> Value {
        defer { withExtendedLifetime(buffer) {} }
        return body(buffer.withUnsafeMutablePointerToElements { UnsafePointer($0) })
    }

    /// Some of the bytes, as a secret of its own.
    func slice(_ range: Range<Int>) -> SecretBytes {
        withUnsafeBytes { SecretBytes(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}

extension SecretBytes: Equatable {
    static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { equalInConstantTime(left, $0) } }
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "\(count) secret bytes" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension UnsafeMutableRawBufferPointer {
    /// Fills the buffer with random bytes, eight at a time, least significant byte first.
    func fill(using random: inout some RandomNumberGenerator) {
        for start in stride(from: 0, to: count, by: 8) {
            withUnsafeBytes(of: random.next().littleEndian) { word in
                let length = Swift.min(8, count - start)
                UnsafeMutableRawBufferPointer(rebasing: self[start..<start + length])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: word[..<length]))
            }
        }
    }
}

/// Overwrites what is no longer needed with zeroes, which the compiler may not leave out.
private func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { if let start = $0.baseAddress { sodium_memzero(start, $0.count) } }
}

/// Whether both hold the same bytes; how long it takes depends on the lengths only.
func equalInConstantTime(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
    return sodium_memcmp(leftStart, rightStart, left.count) == 0
}

/// Whether both hold the same bytes; how long it takes depends on the lengths only.
func equalInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    let (left, right) = (Array(left), Array(right))
    return left.withUnsafeBytes { left in right.withUnsafeBytes { equalInConstantTime(left, $0) } }
}
