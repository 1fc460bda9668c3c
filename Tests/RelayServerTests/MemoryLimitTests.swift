import Foundation
import TestSupport
import Testing

@testable import RelayServer

struct MemoryLimitTests {
    private func limit(_ group: String, _ files: [String: String]) throws -> Int? {
        let folder = try ScratchDirectory()
        let all = files.merging(["proc/self/cgroup": group]) { $1 }
        for (path, text) in all {
            let url = folder.url.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        return MemoryLimit.current(root: folder.url.path)
    }

    @Test func theLowestLimitOfAllGroupsCounts() throws {
        let group = "0::/system.slice/sysmaint-relay.service\n"
        let path = "sys/fs/cgroup/system.slice"
        #expect(try limit(group, ["\(path)/sysmaint-relay.service/memory.max": "1073741824\n"]) == 1 << 30)
        #expect(
            try limit(
                group,
                [
                    "\(path)/sysmaint-relay.service/memory.max": "max\n", "\(path)/memory.max": "268435456\n",
                ]) == 256 << 20)
        // In a container, whose group is the root that it sees.
        #expect(try limit("0::/\n", ["sys/fs/cgroup/memory.max": "268435456\n"]) == 256 << 20)
        #expect(try limit(group, ["\(path)/memory.max": "max\n"]) == nil)
        #expect(try limit("1:memory:/old\n", [:]) == nil)
    }

    @Test func sheddingBeginsBelowTheLimit() {
        var limits = LoadLimits()
        limits.stay(below: nil)
        #expect(limits == LoadLimits())
        limits.stay(below: 256 << 20)
        #expect(limits.maxAllocatedByteCount == 192 << 20)
        limits.stay(below: 1 << 40)
        #expect(limits.maxAllocatedByteCount == 192 << 20)
    }
}
