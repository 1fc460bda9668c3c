import CMemcheck
import Cryptography

/// Runs every operation on secrets while memcheck watches: to it, secrets are memory that was never written, and a branch
/// or an address that depends on such memory is an error.
enum ConstantTime {
    /// An operation, and whether it is one that must be found out.
    struct Operation {
        let name: String
        var isLeaking = false
        let run: () -> Void
    }

    /// Whether no operation leaks, and every control does.
    static func run() -> Bool {
        guard memcheck_is_running() != 0 else {
            print("This says something only under valgrind's memcheck: make constant-time")
            return false
        }
        var isRight = true
        for operation in Operation.lattice + Operation.signatures + Operation.hashes + Operation.controls {
            let before = memcheck_error_count()
            operation.run()
            let count = memcheck_error_count() - before
            let isAsExpected = (count > 0) == operation.isLeaking
            isRight = isRight && isAsExpected
            let verdict =
                switch (operation.isLeaking, isAsExpected) {
                case (false, true): "depends on no secret"
                case (false, false): "DEPENDS ON A SECRET, \(count) times"
                case (true, true): "found, as it must be"
                case (true, false): "NOT FOUND: nothing of the above is proved"
                }
            print(
                "  " + operation.name + String(repeating: " ", count: max(1, 52 - operation.name.count))
                    + verdict)
        }
        return isRight
    }
}

/// A secret of so many bytes.
func secret(_ byteCount: Int, from first: UInt8 = 1) -> SecretBytes {
    marked(SecretBytes((0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 7) &+ first }))
}

/// The same bytes, secret from here on.
func marked(_ bytes: SecretBytes) -> SecretBytes {
    bytes.withUnsafeBytes { memcheck_mark_secret($0.baseAddress, $0.count) }
    return bytes
}

/// A copy that everybody may see.
func published(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { memcheck_mark_public($0.baseAddress, $0.count) }
    return bytes
}

/// Uses a value, in the eyes of the compiler, so that the work that made it is done.
func keep<Value>(_ value: Value) { withUnsafeBytes(of: value) { memcheck_use($0.baseAddress, $0.count) } }
