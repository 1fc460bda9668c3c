/// Why a command failed: what happened, what to do next, and an exit code for scripts.
struct Failure: Error, Equatable {
    /// The exit codes of `sysexits.h`; published codes never change their meaning.
    enum Code: Int32, CaseIterable {
        /// An unknown command or option, or a value that is not valid for it.
        case usage = 64
        /// The content of a message, bundle, file or argument is not valid.
        case badInput = 65
        /// No such identity, store, peer or file.
        case notFound = 66
        /// The relay, the web or the model does not respond.
        case unavailable = 69
        /// A bug in this program.
        case internalError = 70
        /// Something exists already, or a folder is not writable.
        case cannotCreate = 73
        /// The result cannot be written, for example because the disk is full.
        case unwritten = 74
        /// Temporary, or caused by another process: store in use, port taken, timeout, rate limit.
        case busy = 75
        /// Wrong passphrase, rejected token, changed identity key.
        case denied = 77
        /// A setting is missing or not valid.
        case configuration = 78
    }

    let code: Code
    let message: String
    let help: String?

    init(_ code: Code, _ message: String, help: String? = nil) {
        self.code = code
        self.message = message
        self.help = help
    }
}

extension Failure: Encodable {
    private enum CodingKeys: String, CodingKey { case error, help, exitCode }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(message, forKey: .error)
        try container.encodeIfPresent(help, forKey: .help)
        try container.encode(code.rawValue, forKey: .exitCode)
    }
}
