import Foundation

extension Command {
    /// The program: reads its words, runs what they name and ends with its code. A program with failures of its own catches
    /// them in a `main` of its own.
    @concurrent package static func main() async {
        // What a closed pipe means is said by the write.
        signal(SIGPIPE, SIG_IGN)
        exit(await call(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    /// Does what the words say; texts go where they belong.
    package static func call(_ words: [String]) async -> ExitCode {
        do {
            switch try parse(words) {
            case .show(let text): print(text)
            case .run(let command): try await command.run()
            }
            return ExitCode(0)
        } catch let code as ExitCode {
            return code
        } catch let error as ValidationError {
            complain("Error: \(error)")
            return .usage
        } catch let error as UsageError {
            complain(error.description)
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
