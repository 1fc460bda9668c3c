import Foundation

/// Looks for secrets where they must not be: in the time that operations take, and in memory after their use.
@main
enum LeakChecks {
    static func main() throws {
        switch CommandLine.arguments.dropFirst().first {
        case "constant-time": exit(ConstantTime.run() ? 0 : 1)
        case "converse": try Conversation.run()
        default:
            print("usage: leak-checks constant-time, under memcheck; or leak-checks converse, for a test")
            exit(2)
        }
    }
}
