import Glibc
import Services

/// For the tests of signals: a group with a patient service, and one that stops only when it is told to be `patient`.
@main struct SignalProbe {
    private struct Work: Service {
        let work: @Sendable () async throws -> Void
        func run() async throws { try await work() }
    }

    @concurrent static func main() async throws {
        let isStubborn = CommandLine.arguments.contains("stubborn")
        let first = Work {
            await gracefulShutdown()
            say("first stopped")
        }
        let last = Work {
            say("running")
            await gracefulShutdown()
            say("last stopping")
            // Blocks its thread: what ends the process must not depend on tasks.
            while isStubborn { usleep(1_000_000) }
        }
        try await ServiceGroup([("first", first), ("last", last)]).run()
        say("all stopped")
    }

    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}
