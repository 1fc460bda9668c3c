import Foundation
import SystemSupport
import TestSupport
import Testing

/// File systems that store files and lack what databases need besides, as NFS without its lock service, Lustre without
/// `flock`, or some of containers and user space.
@Suite(
    .inTurns, .timeLimit(.minutes(15)), .enabled(if: RejectedCalls.isPossible, "no C compiler is installed"))
struct FileSystemTests {
    @Test(arguments: [ENOLCK, EOPNOTSUPP, ENOSYS])
    func fileSystemWithoutLocksIsToldAsThat(error: Int32) async throws {
        let here = try Installation()
        let reason = String(cString: strerror(error))
        let noLocks = try RejectedCalls("flock fcntl", with: error, in: here).environment
        func expectAdvice(_ output: Program.Output, naming file: String, status: Int32 = 78) {
            let said = output.text + output.log
            #expect(output.status == status, "\(said)")
            #expect(said.contains(file) && said.contains(" does not support file locks"), "\(said)")
            #expect(said.contains(reason) && said.contains("put it on a local disk"), "\(said)")
            #expect(!said.contains("another process") && !said.contains("kernel's log"), "\(said)")
        }
        expectAdvice(
            try await here.attempt("init", "--id", "carol", environment: noLocks), naming: "carol.signal.db")
        try await here.run("init", "--id", "carol")
        expectAdvice(
            try await here.attempt("identity", "show", environment: noLocks), naming: "carol.signal.db")
        expectAdvice(
            try await here.attempt("relay", "--port", "0", environment: noLocks), naming: "relay.db")
        expectAdvice(
            try await here.attempt("doctor", environment: noLocks), naming: "carol.signal.db", status: 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: here.file(""))
        #expect(left.filter { $0.hasSuffix("-lock-trial") } == [])
    }

    /// NFS mounted with `local_lock=flock`: the store's own lock is granted, those of SQLite are not.
    @Test func locksOfOneKindAreNotEnough() async throws {
        let here = try Installation()
        let output = try await here.attempt(
            "init", "--id", "carol",
            environment: RejectedCalls("fcntl", with: ENOLCK, in: here).environment)
        #expect(output.status == 78)
        #expect(output.log.contains("does not support file locks (No locks available)"), "\(output.log)")
    }

    /// A state database has no lock of its own.
    @Test func stateDatabaseWithoutLocksIsToldAsThat() async throws {
        let here = try Installation()
        let noLocks = try RejectedCalls(
            "fcntl", with: ENOLCK, in: here, of: "state.db"
        ).environment
        let output = try await here.attempt(
            "up", "--web-port", "0", "--relay-port", "0", environment: noLocks)
        #expect(output.status == 78)
        #expect(output.log.contains("state database"), "\(output.log)")
        #expect(output.log.contains("does not support file locks"), "\(output.log)")
    }

    @Test func fileSystemWithoutSharedMemoryIsToldAsThat() async throws {
        let here = try Installation()
        let noSharing = try RejectedCalls("mmap", with: ENODEV, in: here).environment
        for command in [["init", "--id", "carol"], ["relay", "--port", "0"]] {
            let output = try await Program(
                command, in: here.scratch, environment: here.environment.merging(noSharing) { $1 }
            ).end()
            #expect(output.status == 78)
            #expect(output.log.contains("does not support memory that processes share"), "\(output.log)")
        }
    }

    /// Commands then cannot hand over their work, and the owner says why.
    @Test func fileSystemWithoutSocketsIsToldByTheOwner() async throws {
        let relay = try Part(Installation(), "relay", "--port", "0", "--format", "json")
        let here = try Installation(["RELAY_URL": await relay.announced("relay")])
        try await here.run("init", "--id", "carol")
        let listener = try here.start(
            "listen", environment: RejectedCalls("bind", with: EOPNOTSUPP, in: here).environment)
        try await listener.wait(for: "a warning") {
            $0.log.contains("commands cannot hand over their work")
                && $0.log.contains("Operation not supported")
        }
        let output = try await here.attempt("inbox")
        #expect(output.status == 75)
        #expect(output.log.contains("in use by process"), "\(output.log)")
    }
}

/// Has the system reject calls of a program, as a file system does that lacks what they ask for.
private struct RejectedCalls {
    let environment: [String: String]

    private static let compiler = ["clang", "cc", "gcc"].lazy.compactMap { name in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first(where: FileManager.default.isExecutableFile)
    }.first

    static var isPossible: Bool { compiler != nil }

    /// Rejects the calls with these names, of files whose name holds `part`.
    init(_ calls: String, with error: Int32, in installation: Installation, of part: String = "") throws {
        let (source, library) = (
            installation.scratch.file("rejected.c"), installation.scratch.file("rejected.so")
        )
        try Self.source.write(toFile: source, atomically: true, encoding: .utf8)
        let compilation = Process()
        compilation.executableURL = URL(fileURLWithPath: try #require(Self.compiler))
        compilation.arguments = ["-shared", "-fPIC", "-o", library, source]
        try compilation.run()
        compilation.waitUntilExit()
        try #require(compilation.terminationStatus == 0)
        environment = [
            "LD_PRELOAD": library, "REJECTED_CALLS": calls, "REJECTED_WITH": "\(error)",
            "REJECTED_FILES": part,
        ]
    }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdarg.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/socket.h>
        #include <unistd.h>

        static int rejects(const char *call, int file) {
            char link[64], path[4096] = "";
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            if (readlink(link, path, sizeof path - 1) < 0) return 0;
            if (!strstr(getenv("REJECTED_CALLS"), call) || !strstr(path, getenv("REJECTED_FILES"))) return 0;
            errno = atoi(getenv("REJECTED_WITH"));
            return 1;
        }

        int flock(int file, int operation) {
            if (rejects("flock", file)) return -1;
            return ((int (*)(int, int))dlsym(RTLD_NEXT, "flock"))(file, operation);
        }

        static int control(const char *name, int file, int command, void *argument) {
            int locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
            if (locks && rejects("fcntl", file)) return -1;
            return ((int (*)(int, int, ...))dlsym(RTLD_NEXT, name))(file, command, argument);
        }

        #define CONTROL(name) \
            int name(int file, int command, ...) { \
                va_list list; \
                va_start(list, command); \
                void *argument = va_arg(list, void *); \
                va_end(list); \
                return control(#name, file, command, argument); \
            }
        CONTROL(fcntl)
        CONTROL(fcntl64)

        #define MAP(name) \
            void *name(void *address, size_t length, int protection, int flags, int file, off_t offset) { \
                if (flags & MAP_SHARED && protection & PROT_WRITE && file >= 0 && rejects("mmap", file)) \
                    return MAP_FAILED; \
                return ((void *(*)(void *, size_t, int, int, int, off_t))dlsym(RTLD_NEXT, #name))( \
                    address, length, protection, flags, file, offset); \
            }
        MAP(mmap)
        MAP(mmap64)

        int bind(int file, const struct sockaddr *address, socklen_t length) {
            if (address->sa_family == AF_UNIX && rejects("bind", file)) return -1;
            return ((int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "bind"))(
                file, address, length);
        }
        """#
}
