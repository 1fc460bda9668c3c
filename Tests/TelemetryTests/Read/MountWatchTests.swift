import Dispatch
import MaintenanceAPI
import Synchronization
import TestSupport
import Testing

@testable import Telemetry

/// File systems of which some hang until they are let go.
private final class HangingMounts: Sendable {
    private let hanging: Set<String>
    private let gate = DispatchSemaphore(value: 0)
    private let counts = Mutex<[String: Int]>([:])

    init(hanging: Set<String>) { self.hanging = hanging }

    var asked: [String: Int] { counts.withLock { $0 } }

    func ask(_ place: String) -> FileSystemFigures? {
        counts.withLock { $0[place, default: 0] += 1 }
        if hanging.contains(place) { gate.wait() }
        return FileSystemFigures(
            totalBytes: 100, availableBytes: 40, usedBytes: 60, inodesTotal: 1, inodesFree: 1)
    }

    func letGo(_ count: Int) { for _ in 0..<count { gate.signal() } }
}

struct MountWatchTests {
    private func mounts(_ places: [String], type: String = "ext4") -> [Mount] {
        let lines = places.enumerated().map { "/dev/\($0.offset) \($0.element) \(type) rw 0 0\n" }
        return Mount.all(mounts: lines.joined().bytes)
    }

    /// Asks, and lets the deadline pass at each of the places that hang.
    private func ask(
        _ watch: MountWatch, _ mounts: [Mount], of disks: HangingMounts, clock: ManualClock, hanging: [String]
    ) async throws -> [Sample.FileSystem] {
        async let systems = watch.fileSystems(mounts)
        for place in hanging {
            while disks.asked[place] == nil { await Task.yield() }
            await clock.waitForSleepers()
            clock.advance(by: .seconds(1))
        }
        return try await systems
    }

    @Test func mountsThatAnswerHaveFigures() async throws {
        let disks = HangingMounts(hanging: [])
        let watch = MountWatch(deadline: .seconds(1), clock: ManualClock(), ask: disks.ask)
        let systems = try await watch.fileSystems(mounts(["/", "/home"]))
        #expect(systems.map(\.mountPoint) == ["/", "/home"])
        #expect(systems.allSatisfy { $0.usedPercent == 60 && !$0.timedOut })
    }

    @Test func mountsThatRefuseHaveNoFigures() async throws {
        let watch = MountWatch(deadline: .seconds(1), clock: ManualClock()) { _ in nil }
        let system = try #require(try await watch.fileSystems(mounts(["/"])).first)
        #expect(!system.timedOut)
        #expect(system.totalBytes == nil)
    }

    @Test func aHungMountDelaysOnlyItself() async throws {
        let clock = ManualClock()
        let disks = HangingMounts(hanging: ["/b"])
        let watch = MountWatch(deadline: .seconds(1), clock: clock, ask: disks.ask)
        let all = mounts(["/a", "/b", "/c"])
        let systems = try await ask(watch, all, of: disks, clock: clock, hanging: ["/b"])
        #expect(systems.map(\.timedOut) == [false, true, false])
        #expect(systems.map(\.usedBytes) == [60, nil, 60])

        // It is not asked again while its thread has not come back.
        let again = try await watch.fileSystems(all)
        #expect(again.map(\.timedOut) == [false, true, false])
        #expect(disks.asked == ["/a": 2, "/b": 1, "/c": 2])

        disks.letGo(2)
        while try await watch.fileSystems(all)[1].timedOut { await Task.yield() }
        #expect(disks.asked["/b"] == 2)
    }

    @Test func manyHungMountsHoldFewThreads() async throws {
        let clock = ManualClock()
        let places = (10..<30).map { "/net/\($0)" }
        let disks = HangingMounts(hanging: Set(places))
        let watch = MountWatch(deadline: .seconds(1), clock: clock, ask: disks.ask)
        let remote = mounts(places, type: "nfs")
        // A reading waits for few of them, and all of them hold no more than their share.
        var rest = places[...]
        for count in [3, 3, 2, 0] {
            let systems = try await ask(
                watch, remote, of: disks, clock: clock, hanging: Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
            #expect(systems.count { $0.timedOut } == places.count - rest.count)
            #expect(systems.count { $0.notAsked == true } == rest.count)
        }
        for _ in 0..<10 { _ = try await watch.fileSystems(remote) }
        #expect(disks.asked.count == MountWatch.maxHungStrangerCount)

        // This machine's own disks still have a thread.
        let local = try await watch.fileSystems(mounts(["/"]))
        #expect(local.map(\.usedBytes) == [60])
        disks.letGo(20)
    }

    /// The dead ones come first by their names.
    @Test func deadMountsDoNotKeepOthersFromBeingAsked() async throws {
        let clock = ManualClock()
        let dead = (10..<13).map { "/net/\($0)" }
        let disks = HangingMounts(hanging: Set(dead))
        let watch = MountWatch(deadline: .seconds(1), clock: clock, ask: disks.ask)
        let remote = mounts(dead + ["/net/a", "/net/b"], type: "nfs")
        let first = try await ask(watch, remote, of: disks, clock: clock, hanging: dead)
        #expect(first.map(\.timedOut) == [true, true, true, false, false])
        #expect(first.map(\.notAsked) == [nil, nil, nil, true, true])
        let second = try await watch.fileSystems(remote)
        #expect(second.map(\.usedBytes) == [nil, nil, nil, 60, 60])
        #expect(second.map(\.timedOut) == [true, true, true, false, false])
        // Those that have answered are asked first, even when strangers have used up their threads.
        let more = (20..<30).map { "/net/\($0)" }
        let others = HangingMounts(hanging: Set(more))
        let crowded = MountWatch(deadline: .seconds(1), clock: clock, ask: others.ask)
        _ = try await crowded.fileSystems(mounts(["/net/z"], type: "nfs"))
        let all = mounts(more + ["/net/z"], type: "nfs")
        var rest = more[...]
        for count in [3, 3, 2] {
            let systems = try await ask(
                crowded, all, of: others, clock: clock, hanging: Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
            #expect(systems.last?.usedBytes == 60)
        }
        #expect(try await crowded.fileSystems(all).last?.usedBytes == 60)
        disks.letGo(20)
        others.letGo(20)
    }

    @Test func sizesBeyondSixtyFourBitsAreCut() {
        let figures = FileSystemFigures(
            blockByteCount: 1 << 20, blocks: .max, freeBlocks: 1, availableBlocks: .max, inodes: .max,
            freeInodes: 0)
        #expect(figures.totalBytes == .max)
        #expect(figures.usedBytes == .max)
        var system = Sample.FileSystem(mountPoint: "/", device: "x", type: "y")
        system.usedBytes = figures.usedBytes
        system.availableBytes = figures.availableBytes
        #expect(system.usedPercent == 50)
    }

    @Test func freeBlocksAboveAllBlocksAreNoNegativeUse() {
        let figures = FileSystemFigures(
            blockByteCount: 4096, blocks: 10, freeBlocks: 11, availableBlocks: 12, inodes: 0, freeInodes: 0)
        #expect(figures.usedBytes == 0)
        #expect(figures.availableBytes == 40960)
    }
}
