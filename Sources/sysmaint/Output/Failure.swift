/// How a command ends when it cannot do its work: what happened, what to do, and a number for scripts.
struct Failure: Error, Equatable {
    /// The exit codes of `sysexits.h`; a meaning, once published, keeps its number.
    enum Code: Int32, CaseIterable {
        /// No such command or option, or a value that it does not take.
        case usage = 64
        /// A message, a bundle, a file or an argument's content is not what it should be.
        case badInput = 65
        /// No such identity, store, peer or file.
        case notFound = 66
        /// The relay, the web or the model does not answer.
        case unavailable = 69
        /// A fault of this program.
        case internalError = 70
        /// Something is there already, or a folder cannot be written.
        case cannotCreate = 73
        /// The result cannot be written, as where the disk is full.
        case unwritten = 74
        /// Goes away by itself or with another process: store in use, port taken, time-out, rate limit.
        case busy = 75
        /// Wrong passphrase, refused token, identity key changed.
        case denied = 77
        /// A setting is missing or wrong.
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
