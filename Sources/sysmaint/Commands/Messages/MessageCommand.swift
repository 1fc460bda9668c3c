import Foundation
import MaintenanceAPI

/// A shell command that is run for each message, as `listen --exec` does.
struct MessageCommand {
    let command: String

    /// Runs it with the text on standard input and the rest in the environment; its output goes where ours goes.
    ///
    /// - Throws: `Failure` where it cannot be started or ends with another code than 0.
    func run(for message: DisplayedMessage) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = ProcessInfo.processInfo.environment
            .filter { name, _ in Variable(rawValue: name)?.isSecret != true }
            .merging([
                "MESSAGE_ID": message.id.uuidString, "MESSAGE_FROM": message.from,
                "MESSAGE_KIND": message.kind.rawValue,
            ]) { $1 }
        let input = Pipe()
        process.standardInput = input
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try Self.withNoSignalBlocked { try process.run() }
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
                return
            }
            // Longer than a pipe holds is written as the command reads it; one that does not read is none of our business.
            DispatchQueue.global().async {
                try? input.fileHandleForWriting.write(contentsOf: Data(message.text.utf8))
                try? input.fileHandleForWriting.close()
            }
        }
        guard status == 0 else {
            throw Failure(
                .unavailable, "the command ended with \(status) for message \(message.id)",
                help: "The message stays new and comes again with the next listen or inbox.")
        }
    }

    /// Tasks run on threads that block nearly all signals, and a process inherits the mask of the thread that starts it: such a
    /// command could not be interrupted.
    private static func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
