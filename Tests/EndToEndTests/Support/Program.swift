import Foundation
import Synchronization

/// The executable under test, running as a process of its own; killed when nobody refers to it any more.
final class Program: Sendable {
    struct Output: Sendable {
        var stdout = Data()
        var stderr = Data()
        /// As a shell gives it: 128 + the number of the signal that ended the process.
        var status: Int32?
        fileprivate var openPipes = 2
        fileprivate var waiters: [UUID: Waiter] = [:]

        var text: String { String(decoding: stdout, as: UTF8.self) }
        var log: String { String(decoding: stderr, as: UTF8.self) }
        var lines: [String] { text.split(separator: "\n").map(String.init) }
        /// Ended, and all that it wrote has been read.
        var isComplete: Bool { status != nil && openPipes == 0 }
    }

    fileprivate struct Waiter: Sendable {
        let condition: @Sendable (Output) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    let command: String
    private let process = Process()
    private let state = Mutex(Output())

    /// Where these tests and the executable were built.
    static var products: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    }

    static var executable: URL { products.appendingPathComponent("sysmaint") }

    /// Starts a program with nothing of this process' environment but what finds programs and libraries.
    init(
        _ arguments: [String], executable: URL = Program.executable, in folder: URL,
        environment: [String: String] = [:], input: String? = nil
    ) throws {
        command = ([executable.lastPathComponent] + arguments).joined(separator: " ")
        let kept = ProcessInfo.processInfo.environment.filter {
            ["PATH", "LD_LIBRARY_PATH"].contains($0.key)
        }
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = kept.merging(["HOME": folder.path, "TMPDIR": folder.path]) { $1 }
            .merging(environment) { $1 }

        process.terminationHandler = { [weak self] process in
            let base: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
            self?.change { $0.status = base + process.terminationStatus }
        }
        let (stdout, stderr, stdin) = try Self.starting.withLock { _ in try start(withInput: input != nil) }
        collect(stdout) { $0.stdout.append(contentsOf: $1) }
        collect(stderr) { $0.stderr.append(contentsOf: $1) }
        if let stdin, let input { stdin.send(input) }
    }

    /// Held while a program starts, so that it inherits no pipe of another one.
    private static let starting = Mutex(())

    private func start(withInput: Bool) throws -> (stdout: OpenPipe, stderr: OpenPipe, stdin: OpenPipe?) {
        let (stdout, stderr) = (try OpenPipe(), try OpenPipe())
        let stdin = withInput ? try OpenPipe() : nil
        process.standardOutput = FileHandle(fileDescriptor: stdout.writeEnd)
        process.standardError = FileHandle(fileDescriptor: stderr.writeEnd)
        process.standardInput = stdin.map { FileHandle(fileDescriptor: $0.readEnd) } ?? FileHandle.nullDevice
        try process.run()
        close(stdout.writeEnd)
        close(stderr.writeEnd)
        if let stdin { close(stdin.readEnd) }
        return (stdout, stderr, stdin)
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var output: Output { state.withLock(\.self) }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until the program has written or done what `condition` asks for.
    func wait(
        for what: String, within limit: Duration = .seconds(180),
        _ condition: @escaping @Sendable (Output) -> Bool
    ) async throws {
        let id = UUID()
        do {
            try await withTimeLimit(limit) {
                try await withTaskCancellationHandler {
                    try await withCheckedThrowingContinuation { continuation in
                        let isMet = self.state.withLock { state in
                            if Task.isCancelled || condition(state) { return true }
                            state.waiters[id] = Waiter(condition: condition, continuation: continuation)
                            return false
                        }
                        if isMet { continuation.resume() }
                    }
                } onCancel: {
                    let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
                    waiter?.continuation.resume(throwing: CancellationError())
                }
            }
        } catch {
            throw Unexpected("waited \(limit) for \(what)", self)
        }
    }

    /// Waits for the end.
    @discardableResult
    func end(within limit: Duration = .seconds(180)) async throws -> Output {
        try await wait(for: "its end", within: limit, \.isComplete)
        return output
    }

    /// Reads in a thread of its own, as reading blocks, until the last writer is gone.
    private func collect(
        _ pipe: OpenPipe, _ append: @escaping @Sendable (inout Output, ArraySlice<UInt8>) -> Void
    ) {
        Thread.detachNewThread { [weak self] in
            pipe.forEachChunk { chunk in self?.change { append(&$0, chunk) } }
            self?.change { $0.openPipes -= 1 }
        }
    }

    private func change(_ body: (inout Output) -> Void) {
        let met = state.withLock { state in
            body(&state)
            let met = state.waiters.filter { $0.value.condition(state) }
            for id in met.keys { state.waiters[id] = nil }
            return met.values.map(\.continuation)
        }
        for continuation in met { continuation.resume() }
    }
}

/// What a program did instead, with all that it wrote.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ what: String, _ program: Program) {
        let output = program.output
        description = """
            \(what): \(program.command), status \(output.status.map(String.init) ?? "running")
            stdout: \(output.text.suffix(4000))
            stderr: \(output.log.suffix(8000))
            """
    }

    init(_ what: String) { description = what }
}
