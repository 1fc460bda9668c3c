import HTTP
import Foundation
import HTTPEdge
import RelayAPI

@testable import RelayServer

extension TestRelay {
    func nonce() async throws -> Base64 {
        try await request(.get, "/v1/register").json(RegistrationNonce.self).nonce
    }

    func bundle(of owner: TestDevice, by asker: TestDevice) async throws -> IdentityBundle {
        try await request(.get, "/v1/prekeys/\(owner.address.identity)", token: asker.token)
            .json(IdentityBundle.self)
    }

    func diagnostics() async throws -> RelayDiagnostics {
        try await request(.get, "/diagnostics").json(RelayDiagnostics.self)
    }
}

extension SQLiteRelayStore {
    /// Returns once it is done.
    func acknowledgeNow(_ sequences: [Int64], for address: DeviceAddress) async throws {
        acknowledge(sequences, for: address)
        try await settle()
    }
}

extension RateLimits {
    /// For tests about something else.
    static var unlimited: RateLimits {
        let rate = Rate(perSecond: 1e9, burst: 1e9)
        var limits = RateLimits()
        limits.registrations = rate
        limits.newAccounts = rate
        limits.keyChanges = rate
        limits.refusedTokens = rate
        limits.requests = rate
        limits.messages = rate
        limits.messageBytes = rate
        limits.messagesOfTarget = rate
        limits.bundles = rate
        limits.bundlesOfTarget = rate
        limits.bundlesOfAddress = rate
        return limits
    }
}

extension Sequence {
    func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}

/// Asks until it is so; gives up after a minute.
func waitUntil(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(60))
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw TestFailure("waited for a minute in vain") }
        await Task.yield()
    }
}
