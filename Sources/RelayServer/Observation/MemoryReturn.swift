import CMalloc
import Synchronization

/// Returns freed memory to the system after a burst.
///
/// The allocator returns only what lies at the end of its heaps, so a burst that ended may stay resident for ever. What
/// remains after a return is fragmented, and is not worth another attempt until more has been freed.
final class MemoryReturn: Sendable {
    /// Freed memory worth returning.
    static let minByteCount = 16 << 20

    static let system = MemoryReturn(
        unused: { ProcessFigures.currentPrivateBytes - ProcessFigures.currentAllocatedBytes },
        giveBack: cmalloc_give_back)

    private let unused: @Sendable () -> Int
    private let giveBack: @Sendable () -> Void
    /// What was unused after the last return.
    private let remainder = Mutex(0)

    /// `unused` returns the bytes that are resident and not allocated; `giveBack` returns freed memory to the system.
    init(unused: @escaping @Sendable () -> Int, giveBack: @escaping @Sendable () -> Void) {
        self.unused = unused
        self.giveBack = giveBack
    }

    @Sendable func look() {
        let before = unused()
        guard before > remainder.withLock(\.self) + Self.minByteCount else {
            return remainder.withLock { $0 = min($0, max(0, before)) }
        }
        giveBack()
        let after = unused()
        remainder.withLock { $0 = max(0, after) }
    }
}
