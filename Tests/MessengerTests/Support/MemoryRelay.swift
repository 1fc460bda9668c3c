import Cryptography
import Foundation
import RelayAPI
import SignalProtocol
import Synchronization
import TestSupport

@testable import Messenger

/// A relay in memory that keeps the rules of the real one and fails where a test wants it to.
final class MemoryRelay: Relay {
    private typealias Frames = AsyncThrowingStream<[ServerFrame], any Error>

    struct Device {
        var registrationID: UInt32
        var token: SecretText
        var signed: SignedPreKey?
        var lastResort: SignedPreKey?
        var oneTime: [OneTimePreKey] = []
        var oneTimeKyber: [SignedPreKey] = []
        /// Every id of a one-time key that was ever uploaded.
        var uploadedIDs: [UInt32] = []
        var uploadedKyberIDs: [UInt32] = []
        var queue: [Envelope] = []
    }

    private struct Delivery: Hashable {
        let recipient: DeviceAddress
        let id: UUID
    }

    private struct State {
        var identityKeys: [IdentityID: [UInt8]] = [:]
        var devices: [DeviceAddress: Device] = [:]
        var nonces: Set<[UInt8]> = []
        var accepted: Set<Delivery> = []
        var sockets: [DeviceAddress: (id: Int, frames: Frames.Continuation)] = [:]
        var lastSocketID = 0
        var registrations = 0
        var bundlesTaken = 0
        var bundleRequests = 0
        var deviceProblems = 0
        var refusals: [Problem] = []
        var isDown = false
        var losesAnswers = false
        var losesAcks = false
    }

    let origin = RelayOrigin(url: "http://relay.example")
    private let state = Mutex(State())

    private func change<Value>(_ body: (inout sending State) throws -> sending Value) rethrows
        -> sending Value
    {
        try state.withLock(body)
    }

    // MARK: What tests look at and disturb

    var registrations: Int { state.withLock { $0.registrations } }
    var bundlesTaken: Int { state.withLock { $0.bundlesTaken } }
    /// Those for unknown identities too.
    var bundleRequests: Int { state.withLock { $0.bundleRequests } }
    /// Messages refused as their recipient has other devices.
    var deviceProblems: Int { state.withLock { $0.deviceProblems } }
    func device(_ address: DeviceAddress) -> Device? { state.withLock { $0.devices[address] } }
    func update(_ address: DeviceAddress, _ body: @Sendable (inout Device) -> Void) {
        state.withLock { state in
            guard var device = state.devices[address] else { return }
            body(&device)
            state.devices[address] = device
        }
    }

    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }
    /// Accepts messages, but the answer does not arrive.
    func setLosesAnswers(_ loses: Bool) { state.withLock { $0.losesAnswers = loses } }
    func setLosesAcks(_ loses: Bool) { state.withLock { $0.losesAcks = loses } }
    /// Refuses the next messages with these.
    func refuseNext(_ problems: [Problem]) { state.withLock { $0.refusals = problems } }
    func forgetTokens() {
        state.withLock { state in for address in state.devices.keys { state.devices[address]?.token = "" } }
    }
    func forget(_ identity: IdentityID) {
        state.withLock { state in
            state.identityKeys[identity] = nil
            state.devices = state.devices.filter { $0.key.identity != identity }
        }
    }
    /// Closes all sockets, as a restart does; queues stay.
    func restart() {
        let sockets = state.withLock { state in
            defer { state.sockets = [:] }
            return state.sockets.values.map(\.frames)
        }
        for frames in sockets { frames.finish() }
    }
    func push(_ frame: ServerFrame, to address: DeviceAddress) {
        state.withLock { $0.sockets[address]?.frames }?.yield([frame])
    }

    // MARK: Relay

    func registrationNonce() async throws -> RegistrationNonce {
        try checkUp()
        let nonce = UUID().wire
        state.withLock { _ = $0.nonces.insert(nonce) }
        return RegistrationNonce(nonce: Base64(nonce))
    }

    func register(_ request: RegistrationRequest) async throws -> RegistrationResponse {
        try checkUp()
        let key = try PublicKey(wire: request.identityKey.bytes)
        return try change { state in
            guard state.nonces.remove(request.nonce.bytes) != nil else {
                throw Self.problem(400, .invalidNonce)
            }
            guard key.isValidSignature(request.signature.bytes, for: request.signedBytes) else {
                throw Self.problem(403, .invalidSignature)
            }
            guard state.identityKeys[request.id] ?? key.wire == key.wire else {
                throw Self.problem(409, .identityTaken)
            }
            state.registrations += 1
            state.identityKeys[request.id] = key.wire
            let token = SecretText(UUID().uuidString)
            let address = DeviceAddress(request.id, request.device)
            state.devices[address, default: Device(registrationID: request.registrationId, token: token)]
                .token = token
            return RegistrationResponse(token: token)
        }
    }

    func uploadPreKeys(_ upload: PreKeyUpload, token: SecretText) async throws {
        try await asDevice(token) { device in
            device.signed = upload.signedPreKey ?? device.signed
            device.lastResort = upload.lastResortKyberPreKey ?? device.lastResort
            device.oneTime += upload.oneTimePreKeys
            device.oneTimeKyber += upload.oneTimeKyberPreKeys
            device.uploadedIDs += upload.oneTimePreKeys.map(\.id)
            device.uploadedKyberIDs += upload.oneTimeKyberPreKeys.map(\.id)
        }
    }

    func preKeyCounts(of identity: IdentityID, token: SecretText) async throws -> PreKeyCounts {
        try await asDevice(token) { device in
            PreKeyCounts(
                oneTime: device.oneTime.count, oneTimeKyber: device.oneTimeKyber.count,
                signedPreKeyId: device.signed?.id, lastResortKyberPreKeyId: device.lastResort?.id)
        }
    }

    func checkPreKeys(_ request: PreKeyCheckRequest, token: SecretText) async throws -> PreKeyCheckResponse {
        let owner = try owner(token)
        return state.withLock { state in
            guard let key = state.identityKeys[owner.identity], let device = state.devices[owner],
                let signed = device.signed, let lastResort = device.lastResort
            else { return PreKeyCheckResponse(matches: false) }
            let held = PreKeyCheckRequest.digestInput(
                identityKey: key, signed: signed, lastResort: lastResort)
            return PreKeyCheckResponse(matches: Array(SHA256.hash(held)) == request.digest.bytes)
        }
    }

    func bundle(of identity: IdentityID, token: SecretText) async throws -> IdentityBundle {
        _ = try owner(token)
        return try change { state in
            state.bundleRequests += 1
            guard let key = state.identityKeys[identity] else { throw Self.problem(404, .unknownIdentity) }
            state.bundlesTaken += 1
            let addresses = state.devices.keys.filter { $0.identity == identity }.sorted()
            let devices = try addresses.map { address -> DeviceBundle in
                guard var device = state.devices[address], let signed = device.signed,
                    let kyber = device.oneTimeKyber.first ?? device.lastResort
                else { throw Self.problem(404, .noPreKeys) }
                if !device.oneTimeKyber.isEmpty { device.oneTimeKyber.removeFirst() }
                let oneTime = device.oneTime.isEmpty ? nil : device.oneTime.removeFirst()
                state.devices[address] = device
                return DeviceBundle(
                    device: address.device, registrationId: device.registrationID, signedPreKey: signed,
                    kyberPreKey: kyber, oneTimePreKey: oneTime)
            }
            return IdentityBundle(id: identity, identityKey: Base64(key), devices: devices)
        }
    }

    func send(
        _ envelope: Envelope, if conditions: SendConditions, token: SecretText
    ) async throws -> MessageReceipt {
        let outcome = try accept(envelope, if: conditions, from: try owner(token))
        if state.withLock({ $0.losesAnswers }) {
            throw MessengerError.relayUnreachable(url: "memory", reason: "the answer was lost")
        }
        return MessageReceipt(messageId: envelope.messageId, outcome: outcome)
    }

    func withSocket<Value: Sendable>(
        of device: DeviceAddress, token: SecretText, _ body: @Sendable (RelaySocket) async throws -> Value
    ) async throws -> Value {
        guard try owner(token) == device else { throw Self.problem(403, .senderMismatch) }
        let (frames, continuation) = Frames.makeStream()
        let (id, earlier, queue) = state.withLock { state in
            state.lastSocketID += 1
            let earlier = state.sockets.updateValue((state.lastSocketID, continuation), forKey: device)
            return (state.lastSocketID, earlier?.frames, state.devices[device]?.queue ?? [])
        }
        earlier?.finish(throwing: SocketClosed(code: CloseCode.takenOver, reason: "taken over"))
        continuation.yield(queue.map(ServerFrame.envelope) + [.queueEmpty])
        defer {
            state.withLock { state in if state.sockets[device]?.id == id { state.sockets[device] = nil } }
            continuation.finish()
        }
        return try await body(
            RelaySocket(frames: frames) { frame in try self.take(frame, from: device, answers: continuation) }
        )
    }

    // MARK: Inside

    private func take(_ frame: ClientFrame, from device: DeviceAddress, answers: Frames.Continuation) throws {
        switch frame {
        case .ack(let ids):
            state.withLock { state in
                guard !state.losesAcks else { return }
                state.devices[device]?.queue.removeAll { ids.contains($0.messageId) }
            }
        case .ackRange: break
        case .send(let envelope, let conditions):
            do {
                _ = try accept(envelope, if: conditions, from: device)
                if state.withLock({ $0.losesAnswers }) {
                    answers.finish()
                } else {
                    answers.yield([.sent(envelope.copy)])
                }
            } catch let problem as Problem {
                answers.yield([.refused(envelope.copy, problem)])
            }
        }
    }

    private func accept(
        _ envelope: Envelope, if conditions: SendConditions, from sender: DeviceAddress
    ) throws -> MessageReceipt.Outcome {
        try change { state in
            guard envelope.sender == sender else { throw Self.problem(403, .senderMismatch) }
            if !state.refusals.isEmpty { throw state.refusals.removeFirst() }
            guard state.devices[envelope.recipient] != nil else { throw Self.problem(404, .unknownRecipient) }
            let delivery = Delivery(recipient: envelope.recipient, id: envelope.messageId)
            guard !state.accepted.contains(delivery) else { return .duplicate }
            if let after = conditions.after,
                !state.accepted.contains(Delivery(recipient: envelope.recipient, id: after))
            {
                throw Self.problem(409, .predecessorMissing)
            }
            let devices = state.devices.filter { $0.key.identity == envelope.recipientId }
            let problem = conditions.deviceProblem(
                from: sender, to: envelope.recipient,
                registrationIDs: devices.reduce(into: [:]) { $0[$1.key.device] = $1.value.registrationID })
            if let problem {
                state.deviceProblems += 1
                throw problem
            }
            state.accepted.insert(delivery)
            state.devices[envelope.recipient]?.queue.append(envelope)
            state.sockets[envelope.recipient]?.frames.yield([.envelope(envelope)])
            return .accepted
        }
    }

    private func checkUp() throws {
        if state.withLock({ $0.isDown }) {
            throw MessengerError.relayUnreachable(url: "memory", reason: "down")
        }
    }

    private func owner(_ token: SecretText) throws -> DeviceAddress {
        try checkUp()
        let owner = state.withLock { state in
            state.devices.first { $0.value.token == token && !token.isEmpty }?.key
        }
        guard let owner else { throw Self.problem(401, .unauthorized) }
        return owner
    }

    private func asDevice<Value: Sendable>(
        _ token: SecretText, _ body: @Sendable (inout Device) -> Value
    ) async throws -> Value {
        let owner = try owner(token)
        return try change { state in
            guard var device = state.devices[owner] else { throw Self.problem(401, .unauthorized) }
            defer { state.devices[owner] = device }
            return body(&device)
        }
    }

    static func problem(_ status: Int, _ code: Problem.Code, retryAfter: Int? = nil) -> Problem {
        Problem(status: status, code: code, title: code.rawValue, retryAfter: retryAfter)
    }
}
