import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A process that runs this program in another role.
final class Child: Sendable {
    enum Event: Sendable {
        case said(String)
        /// Ended on its own or by a signal.
        case ended(status: Int32, isSignal: Bool)
    }

    let name: String
    /// The number of this process among those of the same name.
    let life: Int
    private let process: Process
    private let input: FileHandle

    /// Starts the process; `report` is called for each line of output, and once more when it has ended.
    init(
        _ name: String, life: Int, arguments: [String],
        executable: URL = URL(fileURLWithPath: CommandLine.arguments[0]),
        report: @escaping @Sendable (Child, Event) -> Void
    ) throws {
        self.name = name
        self.life = life
        process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        self.input = input.fileHandleForWriting
        try process.run()
        // Reading a pipe blocks, so it has a thread of its own, which ends with the process.
        Thread.detachNewThread { [self] in
            read(output.fileHandleForReading) { report(self, .said($0)) }
            process.waitUntilExit()
            report(
                self,
                .ended(
                    status: process.terminationStatus,
                    isSignal: process.terminationReason == .uncaughtSignal))
        }
    }

    func tell(_ command: PartyCommand) {
        // A dead process does not read.
        try? input.write(contentsOf: Data((command.line + "\n").utf8))
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Passes on whole lines; an incomplete line of a killed process is dropped.
    private func read(_ handle: FileHandle, _ report: (String) -> Void) {
        var rest = Data()
        while true {
            // The available data; empty at the end.
            let chunk = handle.availableData
            guard !chunk.isEmpty else { return }
            rest.append(chunk)
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                report(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
                rest = rest[rest.index(after: end)...]
            }
        }
    }
}
