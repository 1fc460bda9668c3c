import Cryptography
import Foundation
import RelayAPI

/// What a messenger needs from a relay. Refusals are thrown as `Problem`, silence as `MessengerError.relayUnreachable`.
package protocol Relay: Sendable {
    /// The origin that registrations are signed for and tokens belong to; nil if the address is not an HTTP URL.
    var origin: RelayOrigin? { get }
    func registrationNonce() async throws -> RegistrationNonce
    func register(_ request: RegistrationRequest) async throws -> RegistrationResponse
    func uploadPreKeys(_ upload: PreKeyUpload, token: SecretText) async throws
    /// Takes one bundle per device; one-time keys in it are used up by that.
    func bundle(of identity: IdentityID, token: SecretText) async throws -> IdentityBundle
    /// How many one-time keys the relay still holds for the token's device.
    func preKeyCounts(of identity: IdentityID, token: SecretText) async throws -> PreKeyCounts
    func checkPreKeys(_ request: PreKeyCheckRequest, token: SecretText) async throws -> PreKeyCheckResponse
    func send(
        _ envelope: Envelope, if conditions: SendConditions, token: SecretText
    ) async throws -> MessageReceipt

    /// Opens the socket of a device and lends it to `body`; it is closed when `body` returns or throws.
    func withSocket<Value: Sendable>(
        of device: DeviceAddress, token: SecretText, _ body: @Sendable (RelaySocket) async throws -> Value
    ) async throws -> Value
}

/// An open socket. Its frames are for one reader.
package struct RelaySocket: Sendable {
    /// The relay's frames, in batches as they arrive. Ends when the connection does; throws `SocketClosed` if the
    /// relay gave a reason.
    package let frames: any AsyncSequence<[ServerFrame], any Error> & Sendable
    /// Returns once the frame is sent; waits while the relay does not read.
    package let send: @Sendable (ClientFrame) async throws -> Void

    package init(
        frames: any AsyncSequence<[ServerFrame], any Error> & Sendable,
        send: @escaping @Sendable (ClientFrame) async throws -> Void
    ) {
        self.frames = frames
        self.send = send
    }
}

/// The relay, or something on the way to it, has closed a socket.
package struct SocketClosed: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of RFC 6455, section 7.4, or of `CloseCode`; nil if none was given.
    package let code: UInt16?
    package let reason: String

    package init(code: UInt16?, reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String {
        let code = code.map { "code \($0)" } ?? "no code"
        return reason.isEmpty ? "the relay closed the connection (\(code))" : "\(reason) (\(code))"
    }
}
