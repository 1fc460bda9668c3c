import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

struct MountTests {
    private let table = """
        22 27 0:21 / /proc rw,relatime - proc proc rw
        25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw,size=24684092k
        26 27 259:2 /var/lib /srv/lib rw,relatime shared:7 master:3 - ext4 /dev/nvme0n1p2 rw
        27 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,discard
        28 27 7:1 / /snap/core/1 ro,nodev - squashfs /dev/loop1 ro
        29 27 0:50 / /mnt/a\\040b\\011c\\134d rw - xfs /dev/mapper/vg\\040one rw
        30 27 0:60 / /mnt/nfs ro,soft - nfs4 server:/export ro
        31 27 0:61 / /home/x/.gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
        32 27 0:70 / /var/lib/docker/overlay2/1/merged rw - overlay overlay rw
        33 27 0:62 / /mnt/ssh rw - fuse.sshfs me@there: rw

        """

    @Test func eachDeviceIsCountedOnceAtItsNearestPlace() {
        let mounts = Mount.all(mountinfo: table.bytes)
        #expect(mounts.map(\.mountPoint) == ["/", "/mnt/a b\tc\\d", "/mnt/nfs", "/mnt/ssh"])
        #expect(mounts[0].source == "/dev/nvme0n1p2")
        #expect(mounts[1].source == "/dev/mapper/vg one")
    }

    @Test func remoteAndReadOnlyMountsAreKnown() {
        let mounts = Mount.all(mountinfo: table.bytes)
        #expect(mounts.map(\.isRemote) == [false, false, true, true])
        #expect(mounts.map(\.isReadOnly) == [false, false, true, false])
    }

    /// The kernel turns a file system with errors read-only, and a service manager the mounts of one service.
    @Test(arguments: [("rw", "ro,errors=remount-ro", true), ("ro,relatime", "rw", false)])
    func fileSystemIsReadOnlyAndNotItsMount(mount: String, fileSystem: String, isReadOnly: Bool) {
        let mounts = Mount.all(
            mountinfo: "1 0 8:1 / / \(mount) shared:1 - ext4 /dev/sda1 \(fileSystem)\n".bytes)
        #expect(mounts.map(\.isReadOnly) == [isReadOnly])
    }

    @Test func containersRootCounts() {
        let mounts = Mount.all(mountinfo: "1 0 0:99 / / rw - overlay overlay rw\n".bytes)
        #expect(mounts.map(\.mountPoint) == ["/"])
    }

    @Test func whatIsMountedOverHidesWhatWasThere() {
        let table = "1 0 8:1 / /data rw - ext4 /dev/sda1 rw\n2 1 8:2 / /data rw - xfs /dev/sdb1 rw\n"
        #expect(Mount.all(mountinfo: table.bytes).map(\.source) == ["/dev/sdb1"])
    }

    @Test func oldMountTableIsReadToo() {
        let mounts = Mount.all(mounts: "proc /proc proc rw 0 0\n/dev/sda1 / ext3 ro,noatime 0 0\n".bytes)
        #expect(mounts.map(\.mountPoint) == ["/"])
        #expect(mounts.first?.isReadOnly == true)
        #expect(mounts.first?.type == "ext3")
    }

    @Test(arguments: [#"/a\04"#, #"/a\9"#, #"/a\777"#, #"\"#])
    func brokenEscapesAreLeftAsTheyAre(name: String) {
        #expect(Mount.all(mounts: "/dev/sda1 \(name) ext3 rw 0 0".bytes).first?.mountPoint == name)
    }

    /// Whoever may mount what they like cannot crowd out this machine's own disks, nor make the report too large.
    @Test func namesThatAreTooLongMakeRoomForOthers() {
        let long = String(repeating: "x", count: 4000)
        let lines =
            (0..<100).map { "/dev/sd\($0) /\($0) ext4 rw 0 0\n" } + [
                "/dev/z /\(long)\(long)\(long) ext4 rw 0 0\n"
            ]
            + (0..<10).map { "\(long)\($0) /a/\(long)\($0) fuse.sshfs rw 0 0\n" }
        func reported(_ lines: [String]) -> [Sample.FileSystem] {
            let mounts = Mount.all(mounts: lines.joined().bytes)
            return ReportedFileSystems(mounts.map { ($0, Sample.FileSystem($0, nil, timedOut: false)) })
                .systems
        }
        let few = reported(lines.suffix(12) + ["/dev/sda / ext4 rw 0 0\n"])
        #expect(few.map { $0.mountPoint.prefix(3) } == ["/", "/99", "/a/"])
        let many = reported(lines)
        #expect(many.count == 64)
        #expect(many.allSatisfy { $0.type == "ext4" && $0.mountPoint.count < 4 })
    }
}
