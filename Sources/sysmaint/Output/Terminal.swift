import Foundation

/// What concerns a person at a terminal.
enum Terminal {
    /// Asks on the terminal without showing what is typed; nil where there is no terminal.
    static func askSecretly(_ question: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            Output.note("")
        }
        FileHandle.standardError.write(Data(question.utf8))
        return readLine(strippingNewline: true)
    }

    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Whether results go to a terminal rather than to a file or a program.
    static var showsResults: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Every line black on white, whatever the colours of the terminal.
    static func blackOnWhite(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { "\u{1B}[30;107m\($0)\u{1B}[0m" }.joined(separator: "\n")
    }
}
