import Glibc

/// Starts a program with no signals blocked or ignored, and no open files except the standard ones: input, output and
/// error in `descriptors`, where nil means `/dev/null`.
func spawn(
    _ path: String, _ arguments: [String], environment: [String: String], descriptors: [Int32?]
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, descriptor) in descriptors.enumerated() {
        if let descriptor {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(target))
        } else {
            posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
        }
    }
    // Close all that may be open: other threads open files at any time.
    for descriptor in Int32(descriptors.count)..<Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 65_536)) {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var id: pid_t = 0
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    let error = posix_spawn(&id, path, &actions, &attributes, words, variables)
    guard error == 0 else { throw SystemError("start \(path)", error) }
    return id
}

struct OpenPipe: Sendable {
    let readEnd, writeEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError("pipe") }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    /// Passes on the output until the last writer has closed the pipe, then closes the reading end.
    func forEachChunk(_ body: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = read(readEnd, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            body(buffer[..<count])
        }
        close(readEnd)
    }

    /// Writes a text that fits into the pipe, and closes the writing end.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(writeEnd, bytes, bytes.count)
        close(writeEnd)
    }
}
