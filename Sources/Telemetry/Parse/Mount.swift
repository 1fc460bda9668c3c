/// A mounted file system that can fill up.
struct Mount: Equatable, Sendable {
    /// `major:minor`; the same for all places where a device is mounted.
    let device: String
    let mountPoint: String
    let type: String
    let source: String
    /// Nobody writes to the file system. One that others write to may still be mounted read-only for this process.
    let isReadOnly: Bool

    /// Lives on another machine or in another process, which may stop answering.
    var isRemote: Bool { Self.remoteTypes.contains(type) || type.hasPrefix("fuse.") }

    private static let remoteTypes: Set = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "fuse", "fuseblk", "glusterfs", "lustre",
        "ncpfs", "virtiofs",
    ]

    /// Held in memory, made up by the kernel, or always full by design. `autofs` would mount what was not
    /// asked for.
    private static let pseudoTypes: Set = [
        "proc", "sysfs", "tmpfs", "devtmpfs", "devpts", "ramfs", "rootfs", "cgroup", "cgroup2", "pstore",
        "bpf", "tracefs",
        "debugfs", "securityfs", "configfs", "fusectl", "mqueue", "hugetlbfs", "autofs", "binfmt_misc",
        "efivarfs",
        "rpc_pipefs", "nfsd", "nsfs", "selinuxfs", "squashfs", "iso9660", "udf", "erofs", "cramfs", "romfs",
        "fuse.lxcfs", "fuse.gvfsd-fuse", "fuse.portal", "fuse.snapfuse", "fuse.squashfuse",
    ]

    /// Reads `/proc/self/mountinfo`: each device once, at the place nearest to the root, those of this
    /// machine first.
    static func all(mountinfo bytes: ArraySlice<UInt8>) -> [Mount] {
        distinct(bytes) { Mount(mountinfo: $0) }
    }

    /// Reads `/proc/mounts`, where there is no mountinfo: before Linux 2.6.26.
    static func all(mounts bytes: ArraySlice<UInt8>) -> [Mount] {
        distinct(bytes) { Mount(mounts: $0) }
    }

    /// `id parent major:minor root mountPoint options [optional fields] - type source superOptions`
    private init?(mountinfo line: ByteScanner) {
        var line = line
        line.skipWords(2)
        guard let device = line.nextWord(), line.nextWord() != nil, let mountPoint = line.nextWord(),
            line.nextWord() != nil
        else { return nil }
        while let field = line.nextWord(), !field.equals("-") {}
        guard let type = line.nextWord(), let source = line.nextWord(), let options = line.nextWord() else {
            return nil
        }
        self.init(device: device, mountPoint: mountPoint, type: type, source: source, options: options)
    }

    /// `source mountPoint type options 0 0`
    private init?(mounts line: ByteScanner) {
        var line = line
        guard let source = line.nextWord(), let mountPoint = line.nextWord(), let type = line.nextWord(),
            let options = line.nextWord()
        else { return nil }
        self.init(device: source, mountPoint: mountPoint, type: type, source: source, options: options)
    }

    private init(
        device: ArraySlice<UInt8>, mountPoint: ArraySlice<UInt8>, type: ArraySlice<UInt8>,
        source: ArraySlice<UInt8>, options: ArraySlice<UInt8>
    ) {
        self.device = device.text
        self.mountPoint = Self.unescaped(mountPoint).text
        self.type = type.text
        self.source = Self.unescaped(source).text
        isReadOnly = options.equals("ro") || options.hasPrefix("ro,")
    }

    private static func distinct(_ bytes: ArraySlice<UInt8>, _ parse: (ByteScanner) -> Mount?) -> [Mount] {
        var mounts: [Mount] = []
        var lines = ByteScanner(bytes)
        while let line = lines.nextLine() {
            if let mount = parse(line) { mounts.append(mount) }
        }
        // What is mounted later at the same place hides what was there.
        let visible = Dictionary(mounts.map { ($0.mountPoint, $0) }, uniquingKeysWith: { $1 })
        let nearest = Dictionary(
            visible.values.filter(\.canFillUp).map { ($0.device, $0) },
            uniquingKeysWith: { $0.isNearer(than: $1) ? $0 : $1 })
        return nearest.values.sorted {
            ($0.isRemote ? 1 : 0, $0.mountPoint) < ($1.isRemote ? 1 : 0, $1.mountPoint)
        }
    }

    private func isNearer(than other: Mount) -> Bool {
        (mountPoint.utf8.count, mountPoint) < (other.mountPoint.utf8.count, other.mountPoint)
    }

    /// An overlay elsewhere than at the root belongs to a container and shares the space of what it lies on.
    private var canFillUp: Bool {
        type == "overlay" ? mountPoint == "/" : !Self.pseudoTypes.contains(type)
    }

    /// Space, tab, line feed and backslash are written as `\` and three octal digits.
    private static func unescaped(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard word.contains(UInt8(ascii: "\\")) else { return word }
        var plain: ArraySlice<UInt8> = []
        var rest = word
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3).compactMap(\.digitValue)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits[0] < 4, digits[1] < 8, digits[2] < 8 {
                plain.append(digits[0] << 6 | digits[1] << 3 | digits[2])
                rest = rest.dropFirst(3)
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}

extension [Mount] {
    /// Of more file systems the first ones are told.
    private static let maxReportedCount = 64
    /// Of what they are called. Whoever may mount can choose names of kilobytes, and a report has its limit.
    private static let maxReportedByteCount = 8 * 1024

    /// Those that a report has room for, in their order; one that is called too much leaves its room to those behind it.
    var reported: [Mount] {
        var room = Self.maxReportedByteCount
        let fitting = filter { mount in
            let byteCount = mount.mountPoint.utf8.count + mount.source.utf8.count
            guard byteCount <= room else { return false }
            room -= byteCount
            return true
        }
        return Array(fitting.prefix(Self.maxReportedCount))
    }
}
