import Cryptography
import Foundation

/// Interaction with a terminal.
enum Terminal {
    /// Prompts on the terminal without echoing the input; nil if there is no terminal.
    static func askSecretly(_ question: String) -> SecretText? {
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
        return readLine(strippingNewline: true).map(SecretText.init)
    }

    /// The terminal's attributes before echo was turned off. Written before installing the signal handlers that read it;
    /// a pointer, because a signal handler may neither lock nor allocate.
    private nonisolated(unsafe) static let shown = UnsafeMutablePointer<termios>.allocate(capacity: 1)

    /// Restores echo if a signal interrupts the prompt.
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

    /// Whether output can be redrawn.
    static var canRedraw: Bool { showsResults && canSteer }

    /// Whether stderr is a terminal that can be redrawn.
    static var canShowProgress: Bool { isatty(STDERR_FILENO) == 1 && canSteer }

    /// Clears the screen and moves to its top.
    static let blank = "\u{1B}[H\u{1B}[2J"

    /// Clears the current line.
    static let blankLine = "\r\u{1B}[K"

    enum Colour: Int { case red = 31, green, yellow }

    /// Whether results may be coloured: on a terminal, unless `NO_COLOR` is set.
    private static var canColour: Bool { canRedraw && (setting("NO_COLOR") ?? "").isEmpty }

    static func coloured(_ text: String, _ colour: Colour) -> String {
        canColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Every line black on white, regardless of the terminal's colours.
    static func blackOnWhite(_ text: String) -> String {
        guard canColour else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "\u{1B}[30;107m\($0)\u{1B}[0m" }.joined(separator: "\n")
    }
}
