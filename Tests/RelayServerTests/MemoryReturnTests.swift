import Synchronization
import Testing

@testable import RelayServer

struct MemoryReturnTests {
    private final class Memory: Sendable {
        let unused = Mutex(0)
        let returnCount = Mutex(0)
        /// What cannot be returned, because pages in between are in use.
        let stuck = Mutex(0)

        var watch: MemoryReturn {
            MemoryReturn(
                unused: { self.unused.withLock(\.self) },
                giveBack: {
                    self.returnCount.withLock { $0 += 1 }
                    self.unused.withLock { $0 = self.stuck.withLock(\.self) }
                })
        }

        func grow(_ byteCount: Int) { unused.withLock { $0 += byteCount } }
        var returns: Int { returnCount.withLock(\.self) }
    }

    @Test func freedMemoryIsReturnedOnceItIsMuch() {
        let memory = Memory()
        let watch = memory.watch
        memory.grow(MemoryReturn.minByteCount)
        watch.look()
        #expect(memory.returns == 0)
        memory.grow(1)
        watch.look()
        #expect(memory.returns == 1)
    }

    @Test func whatCannotBeReturnedIsNotTriedAgain() {
        let memory = Memory()
        memory.stuck.withLock { $0 = 100 << 20 }
        let watch = memory.watch
        memory.grow(300 << 20)
        for _ in 0..<3 { watch.look() }
        #expect(memory.returns == 1)
        // More has been freed.
        memory.grow(MemoryReturn.minByteCount + 1)
        watch.look()
        #expect(memory.returns == 2)
    }
}
