import Commands
import Database
import Foundation
import HTTPEdge
import KeyStore
import Messenger
import Networking
import RelayAPI
import RelayServer
import SignalProtocol
import WebApp

/// Describes the errors of every layer: what happened, and what to do next.
extension Failure {
    /// Nil for an unexpected error.
    init?(describing error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as UsageError:
            self.init(.usage, error.message, help: "See sysmaint help, or run the command with --help.")
        case let error as SettingError: self.init(error)
        case let error as InvalidValue: self.init(.badInput, error.description)
        case let problem as Problem: self.init(problem)
        case let error as KeyStoreError: self.init(error)
        case let error as MessengerError: self.init(error)
        case let closed as SocketClosed:
            self.init(
                .unavailable, "the connection to the relay ended: \(closed)",
                help: "Try again. If it happens again, see the relay's log, and what lies between.")
        case let error as SignalError: self.init(error)
        case let error as RelayError: self.init(error)
        case let error as ListeningError: self.init(error)
        case let error as WriteError:
            self.init(
                .unwritten, "the result cannot be written: \(error)", help: "Check the target of stdout.")
        default: return nil
        }
    }

    private init(_ error: SettingError) {
        let value = error.value.map { "'\($0)'" } ?? "not valid"
        self.init(
            .configuration, "\(error.variable.rawValue) is \(value): it \(error.requirement)",
            help: "Set it with its flag, in the environment or in .env.")
    }

    /// A request that `server` rejected.
    init(_ problem: Problem, by server: String = "the relay", advice: String? = nil) {
        let code: Code =
            switch problem.status {
            case 401, 403, 409: .denied
            case 404: .notFound
            case 429: .busy
            case 500...: .unavailable
            default: .badInput
            }
        let wait = problem.retryAfter.map { "Try again in \($0) s." }
        self.init(
            code, "\(server) rejected the request: \(problem.title) (\(problem.code.rawValue))",
            help: advice ?? problem.detail ?? wait)
    }

    private init(_ error: KeyStoreError) {
        let code: Code =
            switch error {
            case .notFound: .notFound
            case .alreadyExists, .storage: .cannotCreate
            case .noRoom: .unwritten
            case .inUse: .busy
            case .wrongPassphrase: .denied
            case .emptyPassphrase, .tooNew, .unsuitable: .configuration
            case .damaged: .badInput
            case .preKeyIDsExhausted: .internalError
            }
        let help: String? =
            switch error {
            case .storage: "Check the path, its permissions and the disk."
            case .noRoom:
                "Free some space, then try again. See what the folder holds with: du -sh ~/.sysmaint/*"
            case .wrongPassphrase:
                "Check its source: --passphrase-file, MEGA_PASSPHRASE or the data folder's file passphrase, in this order."
            case .unsuitable:
                "Of the data folder (SYSMAINT_HOME) or the store alone: \(FileSystemLack.advice)."
            case .damaged: "Move the damaged store away, then run: sysmaint restore BACKUP"
            default: nil
            }
        self.init(code, error.description, help: help)
    }

    private init(_ error: MessengerError) {
        switch error {
        case .identityChanged(let peer):
            self.init(
                .denied, error.description,
                help:
                    "Run: sysmaint verify \(peer), then: sysmaint identity approve \(peer) NUMBER, or reject")
        case .unknownPeer(let peer):
            self.init(
                .notFound, "\(peer) is not a known peer",
                help: "Start a session with: sysmaint session init \(peer)")
        case .noDevices: self.init(.notFound, error.description)
        case .noSuchKey(let peer), .approvedByComparison(let peer):
            self.init(.denied, error.description, help: "See all numbers with: sysmaint verify \(peer)")
        case .held(let peer):
            self.init(
                .denied, error.description,
                help: "Read it with: sysmaint inbox --held; compare the key with: sysmaint verify \(peer)")
        case .ownIdentity:
            self.init(.usage, error.description, help: "Name a peer; see them with: sysmaint identity peers")
        case .takenOver: self.init(.busy, error.description)
        case .usedElsewhere, .storeOutdated: self.init(.denied, error.description)
        case .relayUnreachable, .unexpectedAnswer: self.init(.unavailable, error.description)
        case .invalidBundle, .notForUs, .alreadyReceived, .unreadable: self.init(.badInput, error.description)
        }
    }

    private init(_ error: SignalError) {
        switch error {
        case .signatureValidationFailed:
            self.init(
                .denied, "the bundle is not signed by the identity it names",
                help: "Do not use it; ask the peer for another.")
        default:
            self.init(
                .badInput, "the message is not for this identity, or was tampered with",
                help: "Ask the sender to send it again.")
        }
    }

    private init(_ error: RelayError) {
        switch error {
        case .certificateUnusable: self.init(.configuration, error.description)
        }
    }

    private init(_ error: ListeningError) {
        let help = "Correct or unset RELAY_HOST or WEB_HOST."
        switch error.cause {
        case .portTaken: self.init(.busy, error.description)
        case .portNotPermitted: self.init(.configuration, error.description)
        case .addressNotAvailable: self.init(.configuration, error.description, help: help)
        case .other: self.init(.cannotCreate, error.description)
        }
    }
}
