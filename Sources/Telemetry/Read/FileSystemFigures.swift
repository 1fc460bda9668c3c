import Glibc
import MaintenanceAPI

/// The result of `statvfs` for a file system.
struct FileSystemFigures: Equatable, Sendable {
    var totalBytes: Int64
    /// Available to unprivileged users.
    var availableBytes: Int64
    var usedBytes: Int64
    /// Zero if the file system allocates inodes on demand.
    var inodesTotal: Int64
    var inodesFree: Int64
}

extension FileSystemFigures {
    /// Asks the kernel, which may block; nil on error.
    init?(mountPoint: String) {
        var answer = statvfs()
        guard statvfs(mountPoint, &answer) == 0 else { return nil }
        self.init(
            blockByteCount: UInt64(answer.f_frsize), blocks: UInt64(answer.f_blocks),
            freeBlocks: UInt64(answer.f_bfree),
            availableBlocks: UInt64(answer.f_bavail), inodes: UInt64(answer.f_files),
            freeInodes: UInt64(answer.f_ffree))
    }

    /// Some network file systems report values that do not fit into 64 bits.
    init(
        blockByteCount: UInt64, blocks: UInt64, freeBlocks: UInt64, availableBlocks: UInt64, inodes: UInt64,
        freeInodes: UInt64
    ) {
        let bytes = { (blocks: UInt64) in
            let (bytes, isTooMuch) = blocks.multipliedReportingOverflow(by: blockByteCount)
            return isTooMuch ? Int64.max : Int64(clamping: bytes)
        }
        totalBytes = bytes(blocks)
        availableBytes = bytes(min(availableBlocks, blocks))
        usedBytes = bytes(blocks - min(freeBlocks, blocks))
        inodesTotal = Int64(clamping: inodes)
        inodesFree = Int64(clamping: freeInodes)
    }
}

extension Sample.FileSystem {
    init(_ mount: Mount, _ figures: FileSystemFigures?, timedOut: Bool) {
        self.init(mountPoint: mount.mountPoint, device: mount.source, type: mount.type)
        isReadOnly = mount.isReadOnly
        self.timedOut = timedOut
        totalBytes = figures?.totalBytes
        availableBytes = figures?.availableBytes
        usedBytes = figures?.usedBytes
        inodesTotal = figures?.inodesTotal
        inodesFree = figures?.inodesFree
    }
}
