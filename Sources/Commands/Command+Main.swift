import Foundation

extension Command {
    /// Runs the process's command line and exits. A program with its own error types has its own `main`.
    @concurrent package static func main() async {
        // Writing to a closed pipe should return an error. Programs that this one starts begin with the default.
        signal(SIGPIPE) { _ in }
        exit(await call(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    static func call(_ words: [String]) async -> ExitCode {
        do {
            switch try parse(words) {
            case .show(let text): print(text)
            case .run(let command): try await command.run()
            }
            return ExitCode(0)
        } catch let code as ExitCode {
            return code
        } catch let error as UsageError {
            complain("\(error)")
            return .usage
        } catch {
            complain("Error: \(error)")
            return .failure
        }
    }

    private static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}
