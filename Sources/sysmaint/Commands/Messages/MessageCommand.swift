import Foundation
import MaintenanceAPI

/// The shell command that `listen --exec` runs for each message.
struct MessageCommand {
    let command: String
    /// Whether its output is an answer; otherwise it inherits ours.
    var answers = false

    /// Runs the command with the text on standard input and the rest in the environment.
    ///
    /// - Returns: What it wrote, cut to the size of a message, if it answers and wrote anything but white space.
    /// - Throws: `Failure` if it exits with a code other than 0; another error if it cannot be started.
    func run(for message: DisplayedMessage) async throws -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = ProcessInfo.processInfo.environment
            .filter { name, _ in Variable(rawValue: name)?.isSecret != true }
            .merging([
                "MESSAGE_ID": message.id.uuidString, "MESSAGE_FROM": message.from,
                "MESSAGE_KIND": message.kind.rawValue,
                "MESSAGE_TRUST": message.trust?.rawValue ?? "",
                "MESSAGE_KEY": message.identityKey?.text ?? "",
            ]) { $1 }
        let input = Pipe()
        process.standardInput = input
        let output = answers ? Pipe() : nil
        if let output { process.standardOutput = output }
        async let answer = Self.text(in: output)
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try Self.withNoSignalBlocked { try process.run() }
            } catch {
                process.terminationHandler = nil
                try? output?.fileHandleForWriting.close()
                continuation.resume(throwing: error)
                return
            }
            // A text that exceeds the pipe's buffer is written as the command reads it. The command may ignore its input.
            DispatchQueue.global().async {
                try? input.fileHandleForWriting.write(contentsOf: Data(message.text.utf8))
                try? input.fileHandleForWriting.close()
            }
        }
        guard status == 0 else {
            throw Failure(
                .unavailable, "the command exited with \(status) for message \(message.id)",
                help: "Correct the command. The message stays new: the next listen or inbox shows it again.")
        }
        return await answer
    }

    /// Everything written to a pipe until its last writer closes it; the excess is read and discarded.
    private static func text(in pipe: Pipe?) async -> String? {
        guard let pipe else { return nil }
        let bytes = await withCheckedContinuation { (continuation: CheckedContinuation<Data, Never>) in
            DispatchQueue.global().async {
                var bytes = Data()
                while let more = try? pipe.fileHandleForReading.read(upToCount: 64 << 10), !more.isEmpty {
                    bytes += more.prefix(UserChat.maxTextByteCount - bytes.count)
                }
                continuation.resume(returning: bytes)
            }
        }
        var text = String(decoding: bytes, as: UTF8.self)
        // The replacement for a character that was cut may be longer than its bytes.
        while text.utf8.count > UserChat.maxTextByteCount { text.removeLast() }
        let end = text.lastIndex { !$0.isWhitespace }
        return end.map { String(text[...$0]) }
    }

    /// Threads that run tasks block nearly all signals, and a process inherits the mask of the thread that starts it:
    /// without this, the command could not be interrupted.
    private static func withNoSignalBlocked(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }
}
