import Foundation
import Glibc
import Synchronization

/// A program that runs as a separate process; killed when released.
///
///     let program = try ChildProcess(ChildProcess.product("sysmaint"), ["relay", "--port", "0"], environment: ["LOG_LEVEL": "debug"])
///     try await program.wait(for: "a line") { !$0.lines.isEmpty }
///     program.send(SIGTERM)
///     let output = try await program.end()
///
/// Unlike Foundation's `Process` it resets the signal mask, because tasks run on threads that block signals, and the
/// program inherits only the standard descriptors.
package final class ChildProcess: Sendable {
    package struct Output: Sendable {
        package fileprivate(set) var stdout = Data()
        package fileprivate(set) var stderr = Data()
        /// As in a shell: 128 + the number of the signal that ended the process. Nil while it runs.
        package fileprivate(set) var status: Int32?
        fileprivate var openPipes = 2
        fileprivate var waiters: [UUID: Waiter] = [:]

        package var text: String { String(decoding: stdout, as: UTF8.self) }
        package var log: String { String(decoding: stderr, as: UTF8.self) }
        package var lines: [String] { text.split(separator: "\n").map(String.init) }
        /// Whether the process has ended and all its output has been read.
        package var isComplete: Bool { status != nil && openPipes == 0 }
    }

    fileprivate struct Waiter: Sendable {
        let condition: @Sendable (Output) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    package let command: String
    private let id: pid_t
    private let state: Mutex<Output>
    /// Kept for as long as the process runs.
    private let folder: ScratchDirectory?

    /// The path of an executable of this package, built alongside the tests.
    package static func product(_ name: String) -> String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    /// The program gets only this environment, apart from the variables that locate programs and libraries; the input
    /// is limited to the capacity of a pipe.
    package init(
        _ executable: String, _ arguments: [String] = [], in folder: ScratchDirectory? = nil,
        environment: [String: String] = [:],
        input: String? = nil
    ) throws {
        command = ([executable] + arguments).joined(separator: " ")
        let kept = ProcessInfo.processInfo.environment.filter {
            ["PATH", "LD_LIBRARY_PATH", "LD_PRELOAD"].contains($0.key)
        }
        let (stdout, stderr) = (try OpenPipe(), try OpenPipe())
        let stdin = try input.map { _ in try OpenPipe() }
        defer {
            close(stdout.writeEnd)
            close(stderr.writeEnd)
            if let stdin { close(stdin.readEnd) }
        }
        let start = folder.map { ["/usr/bin/env", "-C", $0.url.path, executable] } ?? [executable]
        self.folder = folder
        id = try spawn(
            start[0], start.dropFirst() + arguments, environment: kept.merging(environment) { $1 },
            descriptors: [stdin?.readEnd, stdout.writeEnd, stderr.writeEnd])
        state = Mutex(Output())
        collect(stdout) { $0.stdout.append(contentsOf: $1) }
        collect(stderr) { $0.stderr.append(contentsOf: $1) }
        waitForEnd()
        if let stdin, let input { stdin.send(input) }
    }

    deinit { send(SIGKILL) }

    /// Valid until the process ends.
    package var processID: pid_t { id }

    package var output: Output { state.withLock(\.self) }

    package func send(_ signal: Int32) {
        // The id is valid until `waitForEnd` has taken the exit status.
        state.withLock { if $0.status == nil { kill(id, signal) } }
    }

    /// Waits until `condition` holds for the program's output.
    package func wait(
        for what: String, within limit: Duration = .seconds(180),
        _ condition: @escaping @Sendable (Output) -> Bool
    ) async throws {
        let waiterID = UUID()
        do {
            try await withTimeLimit(limit) {
                try await withTaskCancellationHandler {
                    try await withCheckedThrowingContinuation { continuation in
                        let isMet = self.state.withLock { state in
                            if Task.isCancelled || condition(state) { return true }
                            state.waiters[waiterID] = Waiter(condition: condition, continuation: continuation)
                            return false
                        }
                        if isMet { continuation.resume() }
                    }
                } onCancel: {
                    let waiter = self.state.withLock { $0.waiters.removeValue(forKey: waiterID) }
                    waiter?.continuation.resume(throwing: CancellationError())
                }
            }
        } catch {
            throw Unexpected("waited \(limit) for \(what)", self)
        }
    }

    /// Waits for the end.
    @discardableResult
    package func end(within limit: Duration = .seconds(180)) async throws -> Output {
        try await wait(for: "its end", within: limit, \.isComplete)
        return output
    }

    /// Reads until the last writer has closed the pipe, on a separate thread, because reading blocks.
    private func collect(
        _ pipe: OpenPipe, _ append: @escaping @Sendable (inout Output, ArraySlice<UInt8>) -> Void
    ) {
        Thread.detachNewThread { [weak self] in
            pipe.forEachChunk { chunk in self?.change { append(&$0, chunk) } }
            self?.change { $0.openPipes -= 1 }
        }
    }

    /// Waits on a separate thread, because waiting blocks.
    private func waitForEnd() {
        Thread.detachNewThread { [weak self, id] in
            var information = siginfo_t()
            while waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            guard let self else {
                waitpid(id, nil, 0)
                return
            }
            change { output in
                var status: Int32 = 0
                waitpid(id, &status, 0)
                let signal = status & 0x7F
                output.status = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
            }
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

/// Unexpected behaviour of a program or a server in a test, with all its output.
package struct Unexpected: Error, CustomStringConvertible {
    package let description: String

    package init(_ what: String) { description = what }

    package init(_ what: String, _ program: ChildProcess) {
        let output = program.output
        description = """
            \(what): \(program.command), status \(output.status.map(String.init) ?? "running")
            stdout: \(output.text.suffix(4000))
            stderr: \(output.log.suffix(8000))
            """
    }
}
