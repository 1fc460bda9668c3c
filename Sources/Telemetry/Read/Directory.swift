import Glibc

/// An open directory, so that small files in it can be read without resolving the whole path each time.
struct Directory: ~Copyable {
    private let descriptor: Int32

    /// Nil if the directory does not exist or may not be opened.
    init?(_ path: String) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    private init?(_ path: String, below parent: Int32) {
        descriptor = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    func directory(_ path: String) -> Directory? { Directory(path, below: descriptor) }

    /// Whether a path below the directory exists.
    func contains(_ path: String) -> Bool { faccessat(descriptor, path, F_OK, 0) == 0 }

    /// Calls `body` with the name of each entry, including `.` and `..`, in the kernel's order.
    func forEachName(_ body: (UnsafeBufferPointer<CChar>) -> Void) {
        let duplicate = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard duplicate >= 0 else { return }
        guard let stream = fdopendir(duplicate) else {
            close(duplicate)
            return
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            // The kernel ends each name with a zero inside the array.
            withUnsafeBytes(of: &entry.pointee.d_name) { name in
                let name = name.assumingMemoryBound(to: CChar.self)
                body(UnsafeBufferPointer(rebasing: name.prefix { $0 != 0 }))
            }
        }
    }

    /// The names of the entries, sorted.
    func names() -> [String] {
        var names: [String] = []
        forEachName { names.append(String(decoding: UnsafeRawBufferPointer($0), as: UTF8.self)) }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    /// Reads a whole file into `buffer`; nil if it cannot be read, for example because it or its process is gone.
    ///
    /// The bytes are valid until `buffer` reads the next file.
    func read(_ path: String, into buffer: inout FileBuffer) -> ArraySlice<UInt8>? {
        let file = openat(descriptor, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return buffer.fill { Glibc.read(file, $0.baseAddress, $0.count) }
    }
}

/// Memory that is reused for one file after another, so that reading a thousand files allocates nothing.
struct FileBuffer {
    /// Far above the size of any kernel file that is read here.
    static let maxByteCount = 4 << 20

    private var bytes = [UInt8](repeating: 0, count: 16 << 10)

    /// Calls `read` until it returns zero, like `read(2)`; nil if it fails.
    mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> ArraySlice<UInt8>? {
        var count = 0
        while count < Self.maxByteCount {
            if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: count)) }
            let added = bytes.withUnsafeMutableBytes { bytes in
                read(UnsafeMutableRawBufferPointer(rebasing: bytes[count...]))
            }
            guard added >= 0 else { return nil }
            guard added > 0 else { break }
            count += added
        }
        return bytes[..<count]
    }
}
