import Foundation

/// What concerns a person at a terminal.
enum Terminal {
    /// Asks on the terminal without showing what is typed; nil where there is no terminal.
    static func askSecretly(_ question: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        guard tcgetattr(STDIN_FILENO, shown) == 0 else { return nil }
        var hidden = shown.pointee
        hidden.c_lflag &= ~tcflag_t(ECHO)
        trapInterruptions()
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, shown)
            releaseInterruptions()
            Output.remark("\n")
        }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
        Output.remark(question)
        return readLine(strippingNewline: true)
    }

    /// How the terminal was before it stopped showing what is typed. Written before the signals are trapped that read it; a
    /// pointer, as a signal's handler may neither lock nor allocate.
    private nonisolated(unsafe) static let shown = UnsafeMutablePointer<termios>.allocate(capacity: 1)

    /// Whoever gives up wants to see again what is typed next.
    private static func trapInterruptions() {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                tcsetattr(STDIN_FILENO, TCSAFLUSH, Terminal.shown)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    private static func releaseInterruptions() {
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    }

    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Whether results go to a terminal rather than to a file or a program.
    static var showsResults: Bool { isatty(STDOUT_FILENO) == 1 }

    private static func setting(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    private static var canSteer: Bool { setting("TERM") != "dumb" }

    /// Whether what was shown can be replaced.
    static var canRedraw: Bool { showsResults && canSteer }

    /// Whether a person sees what goes to stderr, and it can be replaced.
    static var canShowProgress: Bool { isatty(STDERR_FILENO) == 1 && canSteer }

    /// Takes away what is shown and begins at the top.
    static let blank = "\u{1B}[H\u{1B}[2J"

    /// Takes away the line that is being written.
    static let blankLine = "\r\u{1B}[K"

    enum Colour: Int { case red = 31, green, yellow }

    /// Whether results may be coloured: on a terminal, unless `NO_COLOR` asks for none.
    private static var canColour: Bool { canRedraw && (setting("NO_COLOR") ?? "").isEmpty }

    static func coloured(_ text: String, _ colour: Colour) -> String {
        canColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Every line black on white, whatever the colours of the terminal.
    static func blackOnWhite(_ text: String) -> String {
        guard canColour else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "\u{1B}[30;107m\($0)\u{1B}[0m" }.joined(separator: "\n")
    }
}
