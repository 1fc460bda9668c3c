import Foundation
import SystemSupport
import TestSupport

/// The executable at a terminal of its own, as a person has it.
struct TerminalSession: Decodable, Sendable {
    /// As a shell gives it.
    let status: Int32
    /// All that came to the terminal, what was typed included where it echoes.
    let shown: String
    /// Whether the terminal shows what is typed, after the end.
    let echoes: Bool

    /// Runs a command to its end. Each step waits for a text that was not there before, and then types one; what
    /// `whenMet` holds is called once the step of that number is done.
    static func run(
        _ arguments: String..., executable: URL = Program.executable, in installation: Installation,
        environment: [String: String] = [:], columns: Int = 80, _ steps: [(expected: String, typed: String)],
        whenMet: [Int: @Sendable () -> Void] = [:]
    ) async throws -> TerminalSession {
        struct Task: Encodable {
            let command: [String]
            let columns: Int
            let steps: [[String]]
        }
        let task = Task(
            command: [executable.path] + arguments, columns: columns,
            steps: steps.map { [$0.expected, $0.typed] })
        let json = String(decoding: try JSONEncoder().encode(task), as: UTF8.self)
        let program = try Program(
            ["python3", "-c", driver, json], executable: URL(fileURLWithPath: "/usr/bin/env"),
            in: installation.scratch,
            environment: installation.environment.merging(["TERM": "xterm"]) { $1 }.merging(environment) {
                $1
            })
        for (step, call) in whenMet.sorted(by: { $0.key < $1.key }) {
            try await program.wait(for: "step \(step)") {
                $0.log.contains("step \(step) done") || $0.status != nil
            }
            call()
        }
        let output = try await program.end()
        guard output.status == 0 else { throw Unexpected("failed at its terminal", program) }
        return try JSONDecoder().decode(TerminalSession.self, from: output.stdout)
    }

    /// Python's library forks to a new session on a pseudo-terminal, which `Process` cannot.
    private static let driver = """
        import fcntl, json, os, pty, select, signal, struct, sys, termios

        task = json.loads(sys.argv[1])
        child, terminal = pty.fork()
        if child == 0:
            os.execv(task["command"][0], task["command"])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, task["columns"], 0, 0))
        shown = b""

        def more():
            global shown
            if not select.select([terminal], [], [], 120)[0]:
                os.kill(child, signal.SIGKILL)
                sys.exit("silent after: " + repr(shown))
            try:
                shown += os.read(terminal, 65536)
                return True
            except OSError:
                return False

        begin = 0
        for number, (expected, typed) in enumerate(task["steps"]):
            while expected.encode() not in shown[begin:]:
                if not more():
                    sys.exit("ended without " + repr(expected) + ": " + repr(shown))
            begin = shown.index(expected.encode(), begin) + len(expected.encode())
            os.write(terminal, typed.encode())
            print("step", number, "done", file=sys.stderr, flush=True)
        while more():
            pass
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({
            "status": status if status >= 0 else 128 - status,
            "shown": shown.decode(),
            "echoes": bool(termios.tcgetattr(terminal)[3] & termios.ECHO),
        }))
        """
}
